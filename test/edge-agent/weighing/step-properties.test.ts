import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonical } from '#edge/canonical'
import { PHASES } from '#edge/lane-status'
import { step } from '#weighing/step'
import { decodeTape, encodeTape, replay, type Tape } from '#weighing/tape'
import type { LaneState, Rules } from '#weighing/vocabulary'
import { busy, calm, dossiers, type Happening, happenings, opensExit, play, records, type Told, usual } from './happenings.ts'

/** Whatever happens, in any order: the invariants of DESIGN.md section 6 that belong to the lane's machine. */
const always = (check: (told: Told[]) => void, numRuns = 200, seed?: number): void =>
  fc.assert(
    fc.property(happenings, dossiers, (all, dossier) => check(play(all, dossier))),
    seed === undefined ? { numRuns } : { numRuns, seed },
  )

describe('whatever happens at a lane', () => {
  it('the exit is ordered open only beside the weighing or decision that allows it, once for each', () => {
    always((told) => {
      for (const one of told) {
        const allow = records(one).filter(
          (record) =>
            (record.kind === 'weighing' && record.body.verdict === 'open') ||
            (record.kind === 'decision' && (record.body.act === 'release' || (record.body.act === 'lift' && record.body.gate === 'exit'))),
        ).length
        expect(opensExit(one)).toBe(allow)
      }
    })
  })

  it('no gate is ordered closed onto a busy side, and none at all while the board is silent', () => {
    always((told) => {
      for (const { state, effects } of told)
        for (const effect of effects) {
          if (effect.kind !== 'gate') continue
          if (effect.move === 'close') expect(busy(state, effect.gate)).toBe(false)
          expect(state.silent).not.toContain('board')
        }
    })
  })

  it('ink comes before iron in every step', () => {
    always((told) => {
      for (const { effects } of told) {
        const iron = effects.findIndex(({ kind }) => kind === 'gate')
        const ink = effects.findLastIndex(
          (effect) =>
            effect.kind === 'use-ticket' ||
            (effect.kind === 'write' && (effect.record.kind === 'weighing' || effect.record.kind === 'decision')),
        )
        if (iron >= 0 && effects.some((effect) => effect.kind === 'gate' && effect.gate === 'exit' && effect.move === 'open'))
          expect(ink).toBeLessThan(iron)
      }
    })
  })

  it('each passage is one number, and an alarm is raised once for each that was not free', () => {
    always((told) => {
      const all = told.flatMap(records)
      const alarms = all.flatMap((record) =>
        record.kind === 'alarm' && (record.body.kind === 'escape' || record.body.kind === 'held-vehicle-left')
          ? [record.body.occurrence]
          : [],
      )
      expect(new Set(alarms).size).toBe(alarms.length)
      const passages = all.flatMap((record) => (record.kind === 'passage' ? [record.body.passage] : []))
      expect(new Set(passages).size).toBe(passages.length)
      for (const record of all) if (record.kind === 'passage') expect(alarms.includes(`north/${record.body.passage}`)).toBe(!record.free)
      const named = all.flatMap((record) => (record.kind === 'alarm' ? [`${record.body.kind} ${record.body.occurrence}`] : []))
      expect(new Set(named).size).toBe(named.length)
    })
  })

  it('a vehicle on the platform that reaches the exit loop unreleased is an escape at that instant', () => {
    always((told) => {
      for (const one of told) {
        const { before, input } = one
        const reached = input.kind === 'sensor' && input.sensor === 'exit-loop' && input.on && before.sensors['exit-loop'] === false
        const unreleased = ['boarding', 'positioning', 'settling', 'asking', 'held'].includes(before.phase)
        if (reached && unreleased)
          expect(
            records(one).filter((record) => record.kind === 'alarm' && /^(escape|held-vehicle-left)$/.test(record.body.kind)),
          ).toHaveLength(1)
      }
    })
  })

  it('an empty lane with clear sensors becomes idle as time passes', () => {
    fc.assert(
      fc.property(happenings, dossiers, (all, dossier) => {
        const quiet: Happening[] = [
          { what: 'device', after: 1, device: 'scale', heard: true },
          { what: 'device', after: 1, device: 'board', heard: true },
          { what: 'reading', after: 80, kg: 0, stable: null, times: 1 },
          ...calm.slice(0, 6),
          { what: 'remote', after: 1, heard: false },
          { what: 'reading', after: 80, kg: 0, stable: null, times: 2_000 },
          // A person looks at a lane that does nothing by itself any more.
          { what: 'operator', after: 1, act: 'resume', gate: 'exit' },
          { what: 'reading', after: 80, kg: 0, stable: null, times: 100 },
        ]
        expect(play([...all, ...quiet], dossier).at(-1)?.state.phase).toBe('idle')
      }),
      { numRuns: 100 },
    )
  })

  it('the tape of every weighing says it again, byte for byte', () => {
    let weighed = 0
    always((told) => {
      for (const one of told) {
        const draft = records(one).find((record) => record.kind === 'weighing')
        if (draft?.kind !== 'weighing') continue
        weighed += 1
        expect(one.tape).not.toBeNull()
        const read = decodeTape(encodeTape(one.tape as Tape))
        expect(read.ok && replay(read.tape).map(canonical)).toEqual([canonical(draft.body)])
      }
    })
    expect(weighed).toBeGreaterThan(20)
  })

  it('the state is plain data: stored and read again it goes on the same way', () => {
    always((told) => {
      // One step in seven: writing every state out as text is what takes the time here.
      for (const [n, { before, input, state, effects }] of told.entries()) {
        if (n % 7 > 0) continue
        const again = step(JSON.parse(canonical(before)) as LaneState, input, JSON.parse(canonical(usual)) as Rules)
        expect(canonical(again)).toBe(canonical({ state, effects }))
      }
    }, 100)
  })

  it('and the play above does reach every phase, verdict and alarm that is spoken of', () => {
    const met = new Set<string>()
    always(
      (told) => {
        for (const one of told) {
          met.add(one.state.phase)
          for (const record of records(one))
            met.add(record.kind === 'alarm' ? record.body.kind : record.kind === 'weighing' ? record.body.verdict : record.kind)
        }
      },
      300,
      2_026,
    )
    expect([...met]).toEqual(
      expect.arrayContaining([
        ...PHASES,
        ...[
          'open',
          'hold',
          'ask',
          'passage',
          'decision',
          'escape',
          'held-vehicle-left',
          'drive-off',
          'forced-gate',
          'dark-lane',
          'overload',
        ],
      ]),
    )
  })
})
