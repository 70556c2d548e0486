import { expect, it } from 'vitest'
import type { Instant } from '#edge/units'
import type { Evidence } from '../../../simulators/day/evidence.ts'
import { judgeDay } from '../../../simulators/day/judge.ts'
import type { SaidRecord, Token } from '../../../simulators/day/ledger.ts'
import { page } from '../../../simulators/day/page.ts'
import type { TruePass, TrueVisit } from '../../../simulators/day/player.ts'
import { reportText } from '../../../simulators/day/report.ts'
import type { Truth } from '../../../simulators/truth.ts'

/** A quarter of an hour at one lane, made by hand: each test bends one thing of it, and the judge must notice. */
const began = Date.UTC(2026, 10, 21, 1) as Instant
const at = (seconds: number): Instant => (began + seconds * 1_000) as Instant
let seq = 0
const record = (seconds: number, kind: string, body: object): SaidRecord => {
  seq += 1
  return { epoch: '1-abc', seq, kind, at: at(seconds), hash: `h${seq}`, body: { lane: 'north', ...body } }
}
const weighing = (seconds: number, verdict: string, findings: readonly object[] = []): SaidRecord =>
  record(seconds, 'weighing', { verdict, findings, vehicle: { plate: '陕K27472' } })
const finding = (code: string, mode = 'enforce'): object => ({ code, mode, facts: {} })
const token = (of: SaidRecord, gate = 'exit'): Token => ({
  token: `t${of.seq}`,
  lane: 'north',
  gate,
  visit: 1,
  why: 'coal',
  epoch: of.epoch,
  seq: of.seq,
  mintedAt: of.at,
  outcome: 'accepted',
})
const pulse = (seconds: number): Truth => ({ kind: 'relay', output: 'exitOpen', on: true, at: at(seconds), lane: 'north' })
const drive = (from: number, until: number, more: Partial<TruePass> = {}): TruePass => ({
  what: 'gross',
  plate: '陕K27472',
  lane: 'north',
  weightKg: 48_000,
  follower: null,
  from: at(from),
  until: at(until),
  went: 'out',
  stoodSeconds: 12,
  ...more,
})
const visit = (kind: TrueVisit['kind'], passes: readonly TruePass[], id = 1): TrueVisit => ({
  id,
  kind,
  plate: '陕K27472',
  ticket: null,
  passes,
})

function day(parts: {
  visits: readonly TrueVisit[]
  records: readonly SaidRecord[]
  tokens?: readonly Token[]
  truth?: readonly Truth[]
  troubles?: Evidence['day']['troubles']
  cloud?: ReadonlyMap<string, string>
  why?: Evidence['why']
  unplayed?: Evidence['day']['unplayed']
  surprises?: Evidence['surprises']
}): Evidence {
  const { visits, records, tokens = [], truth = [], troubles = [] } = parts
  return {
    options: { speed: 20, minutes: 15, honest: 1, cheats: 1, seed: 1, out: '/tmp' },
    machine: 'two cores',
    day: { began, ended: at(900), visits, troubles, unplayed: parts.unplayed ?? [] },
    truth,
    operator: [],
    codesSent: 0,
    edge: { records, tokens },
    cloud: {
      hashes: parts.cloud ?? new Map(records.map(({ epoch, seq: n, hash }) => [`${epoch} ${n}`, hash])),
      conflicts: 0,
      quarantined: 0,
    },
    why: parts.why ?? records.map(({ seq: n, kind }) => ({ id: `a.b.1-abc.${n}`, kind, proved: true, sentences: 9, detail: '' })),
    load: [{ second: 10, busy: 0.5, cores: { agent: 0.2 }, rssMb: { agent: 120 }, lateP99Ms: 4, lateMostMs: 9 }],
    surprises: parts.surprises ?? [],
  }
}

it('an honest truck that was let go by its verdict is a good day, in words and on the page', () => {
  const open = weighing(30, 'open')
  const evidence = day({ visits: [visit('honest', [drive(0, 60)])], records: [open], tokens: [token(open)], truth: [pulse(31)] })
  const judgement = judgeDay(evidence)
  expect(judgement).toMatchObject({ good: true, honest: { trucks: 1, smooth: 1, exceptions: [] }, gates: { byVerdict: 1, without: [] } })
  expect(reportText(judgement, evidence)).toContain('✓ 一天 / a day: 0.3 h × 20')
  expect(page(judgement, evidence)).toContain('class="honest"')
})

it('a hand, a hold and a truck that did not get out are exceptions with their reason', () => {
  const asked = weighing(30, 'ask', [finding('no-plate')])
  const decided = record(40, 'decision', { act: 'release' })
  const held = weighing(130, 'hold', [finding('weight-step'), finding('zero-off', 'warn')])
  const { honest, good } = judgeDay(
    day({
      visits: [visit('honest', [drive(0, 60)]), visit('honest', [drive(100, 160, { went: 'back' })], 2)],
      records: [asked, decided, held],
      tokens: [token(decided)],
      truth: [pulse(41)],
    }),
  )
  expect(good).toBe(false)
  expect(honest.exceptions.map(({ what, because, excused }) => [what, because.join(' '), excused])).toEqual([
    ['hand', 'no-plate act release', false],
    ['second-try', 'weight-step', false],
    ['did-not-leave', 'weight-step', false],
  ])
  expect(honest.falseFindings).toEqual({ 'no-plate': 1, 'weight-step': 1 })
  expect(honest.notes).toEqual({ 'zero-off': 1 })
})

it('what was done to the equipment meanwhile excuses, a cut network does not', () => {
  const back = (id: number, from: number) => visit('honest', [drive(from, from + 60, { went: 'back' }), drive(from + 70, from + 120)], id)
  const open = [weighing(100, 'open'), weighing(700, 'open')]
  const { honest, good } = judgeDay(
    day({
      visits: [back(1, 0), back(2, 600)],
      records: open,
      troubles: [
        { what: 'power-cut', lane: null, from: at(20), until: at(80) },
        { what: 'network-cut', lane: null, from: at(0), until: at(900) },
      ],
    }),
  )
  expect(honest.exceptions.map(({ because, excused }) => [because, excused])).toEqual([
    [['power-cut'], true],
    [[], false],
  ])
  expect(good).toBe(false)
})

/** An honest truck, let go by its verdict, and whatever else the day had: good, but for that. */
const goodBut = (more: Partial<Parameters<typeof day>[0]>): boolean => {
  const open = weighing(30, 'open')
  return judgeDay(
    day({
      ...more,
      visits: [visit('honest', [drive(0, 60)]), ...(more.visits ?? [])],
      records: [open, ...(more.records ?? [])],
      tokens: [token(open), ...(more.tokens ?? [])],
      truth: [pulse(31), ...(more.truth ?? [])],
    }),
  ).good
}

it('an honest truck that stands there at the end, or never could come, spoils the day; a cheat whose turn never came does not', () => {
  expect([
    goodBut({}),
    goodBut({ unplayed: ['honest'] }),
    goodBut({ unplayed: ['misread'] }),
    goodBut({ unplayed: ['wrong-way'] }),
  ]).toEqual([true, false, false, true])
})

it('a program that ended by itself spoils the day', () => {
  expect(goodBut({ surprises: ['cloud ended with 1'] })).toBe(false)
})

it('a record that `why` has no sentence for spoils the day', () => {
  const why = [{ id: 'a.b.1-abc.1', kind: 'mystery', proved: true, sentences: 0, detail: '' }]
  const { why: told } = judgeDay(day({ visits: [], records: [weighing(30, 'hold')], why }))
  expect(told.failed).toEqual(['a.b.1-abc.1: mystery: 无说明 / without a sentence'])
})

it('a cheat without its finding is missed; one that is alarmed and through all the same has slipped, and that spoils the day', () => {
  const open = weighing(30, 'open')
  const alarm = record(31, 'alarm', { kind: 'weight-curve' })
  const evidence = day({
    visits: [visit('zeroed', [drive(0, 60)]), visit('no-ticket', [drive(300, 360)], 2)],
    records: [open, alarm],
    tokens: [token(open)],
    truth: [pulse(31)],
  })
  const { cheats, good } = judgeDay(evidence)
  expect(cheats.map(({ kind, came, found, slipped }) => [kind, came, found, slipped])).toEqual([
    ['no-ticket', 1, 0, 1],
    ['zeroed', 1, 1, 1],
  ])
  expect(good).toBe(false)
  const through = { visits: [visit('zeroed', [drive(300, 360)], 2)], records: [weighing(330, 'open'), record(331, 'alarm', alarm.body)] }
  expect(goodBut(through)).toBe(false)
})

it('a cheat that a person lets go has not slipped, and one whose finding the policy only notes is told apart', () => {
  const byHand = [weighing(30, 'hold', [finding('ticket-expired')]), record(50, 'decision', { act: 'release', operator: 'li' })]
  const noted = weighing(330, 'open', [finding('ticket-expired', 'warn')])
  const visits = [visit('expired-ticket', [drive(0, 60)]), visit('expired-ticket', [drive(300, 360)], 2)]
  const evidence = day({ visits, records: [...byHand, noted] })
  const judgement = judgeDay(evidence)
  expect(judgement.cheats).toMatchObject([{ kind: 'expired-ticket', came: 2, found: 2, slipped: 0, warnedOnly: 1 }])
  expect(reportText(judgement, evidence)).toContain('(只警告 only warned 1)')
  expect(goodBut({ visits: [visit('expired-ticket', [drive(300, 360)], 2)], records: [noted] })).toBe(true)
})

it('what the lane itself decided counts where a story ends without a finding, and so does a cheat that was never weighed', () => {
  const open = weighing(30, 'open')
  const { cheats } = judgeDay(
    day({
      visits: [
        visit('reverses-off', [drive(0, 60, { went: 'back' })]),
        visit('tailgate', [drive(300, 400, { went: 'back', lane: 'south' })], 2),
      ],
      records: [open, record(50, 'decision', { act: 'turned-back', operator: 'automatic' })],
      tokens: [token(open)],
    }),
  )
  expect(cheats.map(({ kind, found, said }) => [kind, found, said])).toEqual([
    ['tailgate', 1, { prevented: 1 }],
    ['reverses-off', 1, { '=turned-back': 1 }],
  ])
})

it.each<[name: string, dead: boolean, went: TruePass['went'], found: number]>([
  ['before a dead camera, and goes back', true, 'back', 1],
  ['before a camera that reads', false, 'back', 0],
  ['before a dead camera, and leaves', true, 'out', 0],
])('a cheat about its ticket that is held for want of a plate %s', (_name, dead, went, found) => {
  const { cheats } = judgeDay(
    day({
      visits: [visit('unknown-ticket', [drive(0, 60, { went })])],
      records: [weighing(30, 'hold', [finding('no-plate')])],
      troubles: dead ? [{ what: 'camera-dead', lane: 'north', from: at(-100), until: at(100) }] : [],
    }),
  )
  expect(cheats.map((one) => one.found)).toEqual([found])
})

it.each<[name: string, truth: readonly Truth[], tokens: (open: SaidRecord, hold: SaidRecord) => Token[], without: number, twice: number]>([
  ['no token at all', [pulse(31)], () => [], 1, 0],
  ['a token whose record holds', [pulse(31)], (_open, hold) => [token(hold)], 1, 0],
  ['two pulses on one token', [pulse(31), pulse(33)], (open) => [token(open)], 0, 1],
  ['a token that was never spent', [], (open) => [token(open)], 0, 0],
])('an exit that opens: %s', (_name, truth, tokens, without, twice) => {
  const [open, hold] = [weighing(30, 'open'), weighing(30, 'hold')]
  const { gates } = judgeDay(day({ visits: [], records: [open, hold], tokens: tokens(open, hold), truth }))
  expect([gates.without.length, gates.twice.length]).toEqual([without, twice])
})

it.each<[alarms: readonly string[], unalarmed: number, doubled: number]>([
  [['escape'], 0, 0],
  [[], 1, 0],
  [['escape', 'held-vehicle-left'], 0, 1],
])('an escape with the alarms %j', (alarms, unalarmed, doubled) => {
  const { escapes } = judgeDay(
    day({
      visits: [],
      records: alarms.map((kind) => record(50, 'alarm', { kind })),
      truth: [{ kind: 'escape', at: at(48), lane: 'north', plate: '陕K27472', weightKg: 48_000 }],
    }),
  )
  expect([escapes.happened, escapes.unalarmed.length, escapes.doubled.length]).toEqual([1, unalarmed, doubled])
})

it('a record that only one side has, other bytes under one number, and a record nobody could explain are told', () => {
  const [first, second, third] = [weighing(10, 'open'), weighing(20, 'open'), weighing(30, 'open')]
  const { ledger, why, good } = judgeDay(
    day({
      visits: [],
      records: [first, second],
      cloud: new Map([
        [`1-abc ${first.seq}`, 'other'],
        [`1-abc ${third.seq}`, third.hash],
      ]),
      why: [{ id: 'x', kind: 'weighing', proved: false, sentences: 4, detail: '✗ the re-run gives another weighing' }],
    }),
  )
  expect([ledger.onlyEdge, ledger.onlyCloud, ledger.differ].map(({ length }) => length)).toEqual([1, 1, 1])
  expect(why.failed).toEqual(['x: ✗ the re-run gives another weighing'])
  expect(good).toBe(false)
})
