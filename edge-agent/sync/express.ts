import { type Clock, realSpan } from '#edge/clock'
import type { AgentId, SiteId } from '#edge/ids'
import type { SealedRecord } from '#edge/records'
import type { Signer } from '#edge/seal'
import { encodeBatch, recordsOf, signHead } from '#edge/stream'
import { seconds } from '#edge/units'
import type { Store } from '../store/store.ts'
import type { Pace } from './pace.ts'

/**
 * Alarms ahead of their place (DESIGN.md D5): each at once, as a batch of one, believed by its own signature, however long the backlog.
 * Identity makes it one with the record that comes later in the stream, so sending it again is harmless.
 */
export interface Express {
  tell(records: readonly SealedRecord[]): void
  /**
   * Begins to say those the cloud has not receipted: every so often, because a broker may have lost one. Those first that were said so least
   * often, for a line may break every few seconds, and of these the newest. No faster than a fraction of the line: the next alarm stands
   * behind them.
   */
  tellWaiting(): void
  /** The same on a new line, the first few at once. */
  connected(): void
  /** Says no more of them. */
  quiet(): void
}

const AT_ONCE = 20
/** What may stand in the line is about a second's worth (pace.ts): of each second no more than this is for what was not raised just now. */
const SHARE = 1 / 8
/** And so much at once on a new line: it may break before a second is over. */
const SHARE_AT_ONCE = 1 / 4

export function alarmExpress(parts: {
  readonly store: Pick<Store, 'alarmsWaiting'>
  readonly site: SiteId
  readonly agent: AgentId
  readonly signer: Signer
  readonly clock: Clock
  readonly pace: Pick<Pace, 'room'>
  readonly publish: (payload: string) => void
}): Express {
  const { store, site, agent, signer, clock, pace, publish } = parts
  let left: readonly SealedRecord[] = []
  /** How often those that wait were said again. */
  let times = new Map<string, number>()
  let cancel: (() => void) | null = null
  /** Bytes that may go without a pause. */
  let atOnce = 0

  const timesOf = ({ hash }: SealedRecord): number => times.get(hash) ?? 0
  const tellOne = ({ identity: { epoch, seq }, bytes, hash, signature }: SealedRecord): number => {
    const head = signHead(recordsOf(site, agent), { epoch, seq, hash }, signer)
    const payload = encodeBatch({ epoch, from: seq, lines: [{ bytes, signature }], head })
    publish(payload)
    return Buffer.byteLength(payload)
  }
  const goOn = (): void => {
    cancel = null
    while (cancel === null) {
      const [next, ...others] = left
      if (next === undefined) return
      left = others
      times.set(next.hash, timesOf(next) + 1)
      const said = tellOne(next)
      atOnce -= said
      if (atOnce <= 0) cancel = clock.timer(realSpan(clock, seconds(said / (pace.room() * SHARE))), goOn)
    }
  }
  const tellWaiting = (): void => {
    if (cancel !== null) return
    const waiting = store.alarmsWaiting(AT_ONCE)
    times = new Map(waiting.map((record) => [record.hash, timesOf(record)]))
    left = waiting.sort((one, other) => timesOf(one) - timesOf(other))
    goOn()
  }
  return {
    tell(records) {
      for (const record of records) if (record.kind === 'alarm') tellOne(record)
    },
    tellWaiting,
    connected() {
      atOnce = pace.room() * SHARE_AT_ONCE
      tellWaiting()
    },
    quiet() {
      cancel?.()
      cancel = null
      left = []
      atOnce = 0
    },
  }
}
