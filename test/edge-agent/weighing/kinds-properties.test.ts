import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonical } from '#edge/canonical'
import { step } from '#weighing/step'
import { decodeTape, encodeTape, replay, type Tape } from '#weighing/tape'
import type { LaneState } from '#weighing/vocabulary'
import { busy, calm, dossiers, type Happening, happenings, KINDS, play, records, type Told } from './happenings.ts'

/** The same invariants at every kind of lane; where vehicles come from both ends the board's entry may be where they leave. */
describe.each(Object.entries(KINDS))('whatever happens at a lane of this kind: %s', (_, rules) => {
  const ofKind = (check: (told: Told[]) => void, numRuns = 20): void =>
    fc.assert(
      fc.property(happenings, dossiers, (all, dossier) => check(play(all, dossier, rules))),
      { numRuns },
    )
  const { gates } = rules.layout

  it('a vehicle leaves by an arm that a verdict or a person has lifted, once for each; what is not there is never moved', () => {
    ofKind((told) => {
      for (const one of told.filter(({ effects }) => effects.length > 0)) {
        const leaving = one.state.turned ? 'entry' : 'exit'
        const orders = one.effects.flatMap((effect) => (effect.kind === 'gate' ? [effect] : []))
        for (const { gate, move } of orders) {
          expect(gates[gate]).toBe(true)
          if (move === 'close') expect(busy(one.state, gate)).toBe(false)
          expect(one.state.silent).not.toContain('board')
        }
        const allow = records(one).filter(
          (record) =>
            (record.kind === 'weighing' && record.body.verdict === 'open') ||
            (record.kind === 'decision' && (record.body.act === 'release' || (record.body.act === 'lift' && record.body.gate === leaving))),
        ).length
        expect(orders.filter(({ gate, move }) => gate === leaving && move === 'open')).toHaveLength(gates[leaving] ? allow : 0)
      }
    })
  })

  it('each passage is one number with one alarm or a release, and each alarm has a name of its own', () => {
    ofKind((told) => {
      const all = told.flatMap(records)
      const named = all.flatMap((record) => (record.kind === 'alarm' ? [`${record.body.kind} ${record.body.occurrence}`] : []))
      expect(new Set(named).size).toBe(named.length)
      const left = named.filter((name) => /^(escape|held-vehicle-left) /.test(name)).map((name) => name.split(' ')[1])
      const passages = all.flatMap((record) => (record.kind === 'passage' ? [record] : []))
      expect(new Set(passages.map(({ body }) => body.passage)).size).toBe(passages.length)
      for (const { body, free } of passages) expect(left.includes(`north/${body.passage}`)).toBe(!free)
    })
  })

  it('it becomes idle once everything is clear and a person has looked, and stays small', () => {
    ofKind((told) => {
      const last = told.at(-1)?.state
      expect(last?.phase).toBe('idle')
      const sizes = told.map(({ before, state }) => (before.phase === state.phase ? 0 : JSON.stringify(state).length))
      expect(Math.max(...sizes)).toBeLessThan(24_000)
    }, 8)
    function ofKind(check: (told: Told[]) => void, numRuns: number): void {
      const still: Happening[] = [
        { what: 'device', after: 1, device: 'scale', heard: true },
        { what: 'device', after: 1, device: 'board', heard: true },
        { what: 'remote', after: 1, heard: false },
        { what: 'reading', after: 80, kg: 0, stable: null, times: 1 },
        ...calm.slice(0, 6),
        { what: 'reading', after: 80, kg: 0, stable: null, times: 2_000 },
        { what: 'operator', after: 1, act: 'resume', gate: 'exit' },
        { what: 'reading', after: 80, kg: 0, stable: null, times: 100 },
      ]
      fc.assert(
        fc.property(happenings, dossiers, (all, dossier) => check(play([...all, ...still], dossier, rules))),
        { numRuns },
      )
    }
  })

  it('it says every weighing again byte for byte, from a state and a tape that are plain data', () => {
    ofKind((told) => {
      for (const [n, { before, input, state, effects, tape }] of told.entries()) {
        if (n % 11 === 0)
          expect(canonical(step(JSON.parse(canonical(before)) as LaneState, input, rules))).toBe(canonical({ state, effects }))
        const draft = effects.find((effect) => effect.kind === 'write' && effect.record.kind === 'weighing')
        if (draft?.kind !== 'write' || draft.record.kind !== 'weighing') continue
        const read = decodeTape(encodeTape(tape as Tape))
        expect(read.ok && replay(read.tape).map(canonical)).toEqual([canonical(draft.record.body)])
      }
    }, 12)
  })
})

it('a vehicle that is gone, seems to be back and is gone again has driven off once', () => {
  const empty: Happening = { what: 'reading', after: 80, kg: 0, stable: null, times: 60 }
  const weighs = (kg: number): Happening => ({ what: 'reading', after: 0, kg, stable: null, times: 1 })
  const all: Happening[] = [
    ...calm.slice(0, 6),
    ...[empty, weighs(15_800), weighs(500)],
    { what: 'operator', after: 1_000, act: 'release', gate: 'entry' },
    { what: 'operator', after: 0, act: 'lift', gate: 'exit' },
    ...calm.slice(0, 6),
    empty,
  ]
  const alarms = play(all, undefined, KINDS['exit barrier only'])
    .flatMap(records)
    .filter(({ kind }) => kind === 'alarm')
  expect(alarms.map(({ body }) => (body as { kind: string }).kind)).toEqual(['drive-off', 'manual-lift'])
})
