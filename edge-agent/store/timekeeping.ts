import { randomBytes } from 'node:crypto'
import { type Clock, elapsed, realSpan } from '#edge/clock'
import type { ClockQuality } from '#edge/records'
import type { Verifier } from '#edge/seal'
import type { TimeAnchor, Told } from '#edge/time-anchor'
import { hours, type Instant, seconds, toIso } from '#edge/units'
import { reasonOf } from '../errors.ts'
import type { Log } from '../log.ts'
import { type AnchorCounts, type AnchorReading, anchorsOf } from './clock-anchors.ts'
import { type ClockJudgement, type ClockTrust, clockTrust } from './clock-trust.ts'
import type { Database } from './database.ts'
import { floorIn, keepFloor } from './floor.ts'
import type { Standing } from './standing.ts'

/** What time it is for this store and everything that asks it, and how far that is believed (clock-trust.ts). */
export interface Timekeeping extends Pick<ClockTrust, 'judge' | 'best'> {
  /** What the next hello asks the cloud; null where it asks nothing (`asks`). */
  ask(): string | null
  readonly asks: boolean
  /** What a receipt said the time is. */
  answered(said: TimeAnchor): AnchorReading['kind']
  state(): ClockState
}

/** The clock at a glance, for health and screens. */
export interface ClockState extends ClockJudgement {
  /** What the computer's clock shows. */
  readonly shown: string
  /** It is surely no earlier. */
  readonly floor: string
  /** The cloud's newest signed time: how far the computer's clock is ahead of it now, how old it is, and give or take what. */
  readonly anchor: { readonly aheadMs: number; readonly ageSeconds: number; readonly uncertaintyMs: number } | null
  readonly answers: AnchorCounts
}

interface Parts {
  readonly database: Database
  readonly told: Told
  readonly issuer: Verifier
  readonly clock: Clock
  readonly wall: () => Instant
  readonly clockQuality: () => ClockQuality
  /** When the newest record here was written: for a store of a version that kept no floor. */
  readonly newest: () => Instant | null
  readonly log: Log
}

const LOOK_EVERY = seconds(1)
/** Of what an earlier start doubted the cloud may know: so long it is waited for. */
const CLOUD_SPEAKS_WITHIN = seconds(30)
/** A clock that is a minute off is in doubt with every other answer of the cloud: such a doubt is over when it has not come back. */
const CALM_FOR = hours(1)

export function timekeepingIn({ database, told, issuer, clock, wall, clockQuality, newest, log }: Parts) {
  const trust = clockTrust({
    clock,
    wall,
    quality: clockQuality,
    kept: floorIn(database) ?? newest(),
    keep: (floor) => keepFloor(database, floor),
  })
  const anchors = anchorsOf({ told, issuer, clock, newNonce: () => randomBytes(16).toString('hex') })
  let cancel = (): void => {}
  const born = clock.monotonic()
  let known = trust.judge().why
  let doubted = false
  /** What an earlier start doubted is doubted until it is seen that it is over. */
  let doubtedAt = born

  const state = (): ClockState => {
    const [shown, mono, anchor] = [wall(), elapsed(clock), trust.newestAnchor()]
    return {
      ...trust.judge(),
      shown: toIso(shown),
      floor: toIso(trust.floor()),
      anchor: anchor && {
        aheadMs: Math.round(shown - anchor.at - (mono - anchor.mono)),
        ageSeconds: Math.round((mono - anchor.mono) / 1_000),
        uncertaintyMs: Math.round(anchor.uncertainty),
      },
      answers: anchors.counts(),
    }
  }
  const time: Timekeeping = {
    judge: trust.judge,
    best: trust.best,
    ask: anchors.ask,
    asks: anchors.asks,
    answered(said) {
      const reading = anchors.read(said)
      if (reading.kind === 'anchor') trust.anchored(reading.anchor)
      return reading.kind
    },
    state,
  }
  /** One alarm from the first doubt until the clock is right again by a margin, or has not been doubted for long; over restarts too. */
  function look(standing: Standing): void {
    trust.witnessed()
    const { why, shown, floor } = state()
    const now = clock.monotonic()
    if (why !== null) doubtedAt = now
    else if (!trust.surelyRight() && now - doubtedAt < realSpan(clock, CALM_FOR)) return
    if (why !== known) log.warn({ why, before: known, shown, floor }, 'how far the clock is believed has changed')
    known = why
    doubted ||= why !== null
    const tooSoon = !doubted && trust.newestAnchor() === null && now - born < realSpan(clock, CLOUD_SPEAKS_WITHIN)
    if (tooSoon) return
    standing.settle({ kind: 'clock', name: 'clock', place: 'clock' }, why !== null, () => ({ why, shown, floor }))
  }

  return {
    ...time,
    /** The time for whoever writes, or asks whether something is still valid: never before the floor, whatever the clock says. */
    now: (): Instant => {
      const at = clock.now()
      return trust.best(at, at)
    },
    witnessed: trust.witnessed,
    start(standing: Standing, onBroken: (error: Error) => void) {
      const again = (): void => {
        cancel = clock.timer(realSpan(clock, LOOK_EVERY), () => {
          try {
            look(standing)
          } catch (error) {
            const doubt = database.broken()
            if (doubt) return onBroken(doubt)
            log.error({ reason: reasonOf(error) }, 'what is thought of the clock cannot be written down')
          }
          again()
        })
      }
      again()
    },
    stop: () => cancel(),
  }
}
