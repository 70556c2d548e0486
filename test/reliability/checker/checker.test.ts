import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { brokenLines, check } from './check.ts'
import { EPOCH, type HandMade, handMade } from './hand-made.ts'
import type { CloudTables, EdgeFile, EdgeRecord, History } from './history.ts'
import type { Seen } from './observations.ts'
import { canonicalForm } from './seals.ts'

const brokenIn = (history: History): string[] => [
  ...new Set(
    check(history)
      .filter(({ result }) => result === 'broken')
      .map(({ id }) => id),
  ),
]
const withEdge = ({ history, edge }: HandMade, different: Partial<EdgeFile>): History => ({ ...history, edge: { ...edge, ...different } })
const withCloud = ({ history, cloud }: HandMade, different: Partial<CloudTables>): History => ({
  ...history,
  cloud: { ...cloud, ...different },
})
const seeing = ({ history, log }: HandMade, ...more: readonly Seen[]): History => ({ ...history, logs: [[...log, ...more]] })
const at = (records: readonly EdgeRecord[], seq: number): EdgeRecord => records[seq - 1] as EdgeRecord
const without = <T extends { readonly seq: number }>(rows: readonly T[], seq: number): T[] => rows.filter((row) => row.seq !== seq)

it('a whole history breaks nothing', () => {
  const outcomes = check(handMade().history)
  expect(brokenLines(outcomes)).toEqual([])
  expect(outcomes.every(({ result }) => result === 'holds')).toBe(true)
})

it('what a history cannot tell is not asked', () => {
  const { history } = handMade()
  expect(check({ ...history, cloud: null }).filter(({ result }) => result === 'not-asked').length).toBe(5)
  expect(check({ ...history, edge: null }).every(({ result }) => result === 'not-asked')).toBe(true)
})

it.each<[broken: string, when: string, history: (made: HandMade) => History]>([
  ['I1', 'an acknowledged record is gone', (made) => withEdge(made, { records: made.edge.records.slice(0, 3) })],
  [
    'I1',
    'an acknowledged record has other bytes',
    (made) => {
      const other = made.sealed(made.edge.records.slice(0, 3), 'alarm', { kind: 'escape', occurrence: 'north/1', facts: {} })
      return withEdge(made, { records: [...made.edge.records.slice(0, 3), other] })
    },
  ],
  ['I1', 'what failed is there all the same', (made) => seeing(made, { event: 'failed', op: 'visit 2', why: 'disk full' })],
  ['I2', 'the cloud lacks one', (made) => withCloud(made, { ledger: made.cloud.ledger.slice(0, 3) })],
  ['I2', 'the cloud has one more', (made) => withEdge(made, { records: made.edge.records.slice(0, 3) })],
  [
    'I2',
    'the cloud has other bytes',
    (made) => withCloud(made, { ledger: made.cloud.ledger.map((row) => (row.seq === 4 ? { ...row, hash: 'f'.repeat(64) } : row)) }),
  ],
  ['I2', 'poison was thrown away', (made) => seeing(made, { event: 'poison', sha256: 'a'.repeat(64) })],
  ['I2', 'a conflict came from nowhere', (made) => withCloud(made, { conflicts: 1 })],
  ['I3', 'a record is stored twice', (made) => withCloud(made, { ledger: [...made.cloud.ledger, ...made.cloud.ledger.slice(2, 3)] })],
  [
    'I3',
    'a load is listed twice',
    (made) => withCloud(made, { weighings: [...made.cloud.weighings, ...made.cloud.weighings.slice(0, 1)] }),
  ],
  ['I3', 'a load is not listed', (made) => withCloud(made, { weighings: made.cloud.weighings.slice(1) })],
  [
    'I3',
    'a load is a kilogram off',
    (made) => withCloud(made, { weighings: made.cloud.weighings.map((row) => ({ ...row, netKg: (row.netKg ?? 0) + 1 })) }),
  ],
  [
    'I3',
    'the truck weighed something else',
    (made) => seeing(made, { event: 'invoked', op: 'visit 2', load: { visit: 2, netKg: 33_000 } }),
  ],
  ['I4', 'a number is missing in the cloud', (made) => withCloud(made, { ledger: without(made.cloud.ledger, 2) })],
  ['I4', 'the newest is missing in the cloud', (made) => withCloud(made, { ledger: without(made.cloud.ledger, 4) })],
  [
    'I5',
    'a receipt came before its commit',
    (made) => seeing(made, { event: 'receipt', epoch: EPOCH, upto: 4, hash: at(made.edge.records, 4).hash, stored: 3 }),
  ],
  [
    'I5',
    'a receipt is for more than there is',
    (made) => seeing(made, { event: 'receipt', epoch: EPOCH, upto: 9, hash: 'f'.repeat(64), stored: 9 }),
  ],
  [
    'I5',
    'a receipt is for other bytes',
    (made) => seeing(made, { event: 'receipt', epoch: EPOCH, upto: 4, hash: 'f'.repeat(64), stored: 4 }),
  ],
  [
    'I5',
    'receipts go back',
    (made) => seeing(made, { event: 'receipt', epoch: EPOCH, upto: 1, hash: at(made.edge.records, 1).hash, stored: 4 }),
  ],
  [
    'I6',
    'something is called delivered that nobody receipted',
    (made) => withEdge(made, { epochs: [{ epoch: EPOCH, receiptedUpto: 4, brokenFrom: null }] }),
  ],
  [
    'I6',
    'something was dropped that nobody receipted',
    (made) => ({ ...withEdge(made, { records: made.edge.records.slice(3) }), logs: [made.log.slice(0, -1)] }),
  ],
  [
    'I7',
    'a byte is not the one that was sealed',
    (made) =>
      withEdge(made, {
        records: made.edge.records.map((one) => (one.seq === 2 ? { ...one, bytes: one.bytes.replace('31000', '31001') } : one)),
      }),
  ],
  ['I7', 'a link is missing', (made) => withEdge(made, { records: without(made.edge.records, 3) })],
  [
    'I7',
    'a signature is missing',
    (made) => withEdge(made, { records: made.edge.records.map((one) => (one.seq === 3 ? { ...one, signature: null } : one)) }),
  ],
  ['I7', 'somebody else signed', (made) => ({ ...made.history, keys: handMade().history.keys })],
  ['I7', 'the head told to the world was another', (made) => seeing(made, { event: 'head', epoch: EPOCH, seq: 3, hash: 'f'.repeat(64) })],
  ['I8', 'a relay moved on a token that is not there', (made) => withEdge(made, { tokens: made.edge.tokens.slice(0, 1) })],
  [
    'I8',
    'a relay moved before the ink was dry',
    (made) => ({ ...made.history, logs: [made.log.filter((seen) => seen.event !== 'acknowledged' || seen.op !== 'visit 1')] }),
  ],
  ['I8', 'a relay moved once more than was decided', (made) => seeing(made, { event: 'pulse', lane: 'north', gate: 'exit' })],
  [
    'I8',
    'a token rests on what decides nothing',
    (made) => withEdge(made, { tokens: made.edge.tokens.map((token) => ({ ...token, seq: 1 })) }),
  ],
  ['I9', 'a token was pulsed twice', (made) => seeing(made, { event: 'pulse', lane: 'north', gate: 'exit', token: 't1' })],
  ['I11', 'an escape has no alarm in the cloud', (made) => withCloud(made, { alarms: [] })],
  ['I11', 'an escape has two alarms', (made) => withCloud(made, { alarms: [...made.cloud.alarms, ...made.cloud.alarms] })],
  ['I11', 'an alarm tells of what never was', (made) => ({ ...made.history, logs: [made.log.filter((seen) => !('escape' in seen))] })],
  [
    'R6',
    'a store in doubt goes on',
    (made) => ({ ...made.history, logs: [[{ event: 'doubted', op: 'visit 0', why: 'a sync failed' }, ...made.log]] }),
  ],
  ['I16', 'a loss is told by nobody', (made) => seeing(made, { event: 'harmed', how: 'the log was cut' })],
])('%s: %s', (broken, _when, history) => {
  expect(brokenIn(history(handMade()))).toContain(broken)
})

it('a record whose outcome nobody learnt may be there or not', () => {
  const made = handMade()
  const unknown: Seen = { event: 'invoked', op: 'visit 3', load: { visit: 3, netKg: 30_000 } }
  expect(brokenIn(seeing(made, unknown))).toEqual([])
  const third = made.sealed(made.edge.records, 'weighing', { visit: 3, netKg: 30_000 })
  const { signature: _unused, ...row } = third
  const both = withCloud(made, {
    ledger: [...made.cloud.ledger, row],
    weighings: [...made.cloud.weighings, { epoch: EPOCH, seq: 5, netKg: 30_000 }],
  })
  expect(brokenIn({ ...both, edge: { ...made.edge, records: [...made.edge.records, third] }, logs: [[...made.log, unknown]] })).toEqual([])
})

it('a restore that was said may set receipts back', () => {
  const made = handMade()
  const again: Seen = { event: 'receipt', epoch: EPOCH, upto: 1, hash: at(made.edge.records, 1).hash, stored: 4 }
  expect(brokenIn(seeing(made, { event: 'restored', side: 'cloud' }, again))).toEqual([])
})

it('one form for a value: sorted members, whole numbers, composed letters', () => {
  expect(canonicalForm('{"b":[1,2],"a":{"y":null,"x":"e\\u0301"}}')).toBe('{"a":{"x":"é","y":null},"b":[1,2]}')
  expect(canonicalForm('{"a":1.5}')).toBeNull()
  expect(canonicalForm('{')).toBeNull()
})

it('the checker shares no line with what it checks', () => {
  const mine = readdirSync(import.meta.dirname).filter((name) => !name.endsWith('.test.ts'))
  const said = mine.flatMap((name) =>
    [...readFileSync(join(import.meta.dirname, name), 'utf8').matchAll(/from '([^']+)'/g)].map((match) => match[1] as string),
  )
  expect(said.filter((from) => from.startsWith('.') && !/^\.\/[a-z-]+\.ts$/.test(from))).toEqual([])
  expect([...new Set(said.filter((from) => !from.startsWith('.')))].sort()).toEqual([
    'libsql',
    'node:crypto',
    'node:fs',
    'node:os',
    'node:path',
    'node:util',
    'pg',
  ])
})
