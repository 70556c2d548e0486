import type { SealedRecord } from '#edge/records'
import type { Instant } from '#edge/units'
import { EdgeError } from '../../edge-agent/errors.ts'
import type { Ink, Inked } from '../../edge-agent/store/ink.ts'
import type { Store } from '../../edge-agent/store/store.ts'
import type { Random } from '../../simulators/random.ts'
import { aState, aWeighing, LANE } from '../edge-agent/store/store-rig.ts'
import type { Observer } from './checker/observations.ts'

/**
 * A lane's busy day over a real store, one act at a time, each told to the observer before and after: weighings with tape and token that
 * let go, pulses and what the board answered, passages, weighings that hold, escapes, silent devices. The wall clock steps to and fro
 * by an hour meanwhile: nothing may order by it.
 */
export interface Workload {
  /** Does one act; what the store throws comes out after it was told. */
  act(): void
  /** Somebody drives through; the answer is the name of this escape. */
  escape(): string
}

export function workOn(store: Store, observer: Observer, { random, from }: { readonly random: Random; readonly from: number }): Workload {
  let number = from
  let step = 0

  const stamps = (): Ink['stamps'] => {
    const now = store.stamps()
    return { ...now, at: (now.at + step) as Instant }
  }
  const said = (records: readonly SealedRecord[]) => records.map(({ identity: { epoch, seq }, hash, kind }) => ({ epoch, seq, hash, kind }))
  /** Runs `work` between its announcement and its outcome. */
  const told = <T>(
    op: string,
    about: Pick<Extract<Parameters<Observer['see']>[0], { event: 'invoked' }>, 'load' | 'escape'>,
    work: () => T,
    records: (done: T) => readonly SealedRecord[],
    tokens: (done: T) => readonly string[] = () => [],
  ): T => {
    observer.see({ event: 'invoked', op, ...about })
    try {
      const done = work()
      observer.see({ event: 'acknowledged', op, records: said(records(done)), tokens: tokens(done) })
      return done
    } catch (error) {
      const inDoubt = (error instanceof EdgeError && error.code === 'store-broken') || /SQLITE_IOERR|disk I\/O error/.test(String(error))
      observer.see({ event: inDoubt ? 'doubted' : 'failed', op, why: String(error) })
      throw error
    }
  }
  const ink = (different: Partial<Ink>): Inked =>
    store.ink({
      lane: LANE,
      state: aState(number),
      records: [],
      useTickets: [],
      gates: [],
      tape: null,
      photos: [],
      stamps: stamps(),
      ...different,
    })
  const inked = { records: (done: Inked) => done.sealed, tokens: (done: Inked) => Object.values(done.tokens) }

  const weigh = (verdict: 'open' | 'hold'): Inked => {
    const netKg = random.whole(20_000, 36_000)
    const body = aWeighing({ visit: number, weightKg: netKg + 15_000, netKg, verdict, ticket: null })
    return told(
      `visit ${number}`,
      { load: { visit: number, netKg } },
      () =>
        ink({
          records: [{ kind: 'weighing', body }],
          gates: verdict === 'open' ? [{ kind: 'gate', gate: 'exit', move: 'open', why: 'released' }] : [],
          tape: `{"v":1,"visit":${number},"curve":"${'0123456789abcdef'.repeat(random.whole(20, 160))}"}`,
        }),
      inked.records,
      inked.tokens,
    )
  }
  const letGo = (token: string): void => {
    if (!store.mayPulse(token)) return
    observer.see({ event: 'pulse', lane: LANE, gate: 'exit', token })
    if (random.chance(0.8))
      told(
        `answer ${number}`,
        {},
        () => store.gateAnswered({ lane: LANE, token, outcome: 'accepted', detail: '' }),
        (done) => (done ? [done] : []),
      )
    const body = { lane: LANE, passage: number, visit: number, plate: null, ticket: null, zeroAfterKg: 0 }
    told(`leaves ${number}`, {}, () => ink({ records: [{ kind: 'passage', body, free: true }] }), inked.records, inked.tokens)
  }
  const escapes = (): string => {
    const occurrence = `${LANE}/${number}`
    const passage = { lane: LANE, passage: number, visit: null, plate: null, ticket: null, zeroAfterKg: null }
    const alarm = { kind: 'escape', severity: 'critical', lane: LANE, occurrence, facts: { passage: number } } as const
    told(
      `escape ${number}`,
      { escape: occurrence },
      () =>
        ink({
          records: [
            { kind: 'passage', body: passage, free: false },
            { kind: 'alarm', body: alarm },
          ],
        }),
      inked.records,
      inked.tokens,
    )
    return occurrence
  }
  const silence = (): void => {
    const alarm = { kind: 'device-silent', severity: 'high', lane: LANE, occurrence: `scale/${number}`, facts: {} } as const
    told(
      `silent ${number}`,
      {},
      () => store.raise(alarm),
      (done) => (done ? [done] : []),
    )
  }

  return {
    act() {
      number += 1
      if (number % 20 === 0) step = random.pick([-3_600_000, 0, 3_600_000])
      const what = random.next()
      if (what < 0.7) {
        const { tokens } = weigh('open')
        if (tokens.exit !== undefined) letGo(tokens.exit)
      } else if (what < 0.8) weigh('hold')
      else if (what < 0.9) escapes()
      else silence()
    },
    escape() {
      number += 1
      return escapes()
    },
  }
}
