import type { Clock } from '#edge/clock'
import { milliseconds, type Span } from '#edge/units'
import { EdgeError } from '../errors.ts'
import type { Log } from '../log.ts'
import { byteLink, type LinkState } from './byte-link.ts'
import { baudOf } from './scale.ts'
import { lateness } from './silence-watch.ts'

/** One indicator on a line of asked ones. */
export interface Party {
  readonly question: Uint8Array
  /** How often it is asked at most, and how long its answer may take from the question's last byte to the answer's first. */
  readonly every: Span
  readonly answerWithin: Span
  /** An answer that has begun is waited for until the line was quiet for so long. */
  readonly quietAfter: Span
  /** Bytes that came after its question and before the next one. True once they hold its answer. */
  onBytes(bytes: Uint8Array): boolean
  /** So many bytes came while nobody was asked. */
  onUnasked(bytes: number): void
  /** Its turn is over: nothing that comes later belongs to it. */
  onTurnOver(answered: boolean): void
  onState(state: LinkState): void
}

export interface Seat {
  start(): void
  stop(): Promise<void>
  /** Gives up the port for a new one, unless another indicator is heard through it. */
  reopen(why: string): void
}

/**
 * A line (RS-485, or a serial server's port) with one or more indicators that speak when asked, one question at a time:
 *
 *   due     the indicator whose time has come first is asked, once the line has been quiet
 *   asked   bytes go to it, until they hold its answer or time is over
 *   owed    time was over and nothing came: the answer may still come, so nobody is asked for as long again and what comes is dropped
 *
 * Where something came that was no answer, the same one may be asked again at once, another only after the time of `owed`: not every
 * indicator says in its answer who it is.
 *
 * Whoever is silent is asked ever more seldom, so that one dead indicator does not make the others slow.
 */
export interface AskedLine {
  join(party: Party): Seat
}

export interface AskedLineParts {
  readonly clock: Clock
  readonly log: Log
  readonly schedule: Iterable<Span>
}

/** Who is dead is still asked this often. */
const SELDOM = milliseconds(5_000)
/** On a line where somebody never stops talking it is asked all the same. */
const QUIET_WITHIN = milliseconds(1_000)
/** A timer later than this means that the computer stood still: bytes may wait in a buffer that were not asked for. */
const STOOD_STILL = milliseconds(100)

type Outcome = 'answer' | 'nonsense' | 'silence'

interface Member {
  readonly party: Party
  dueAt: number
  misses: number
}

export function askedLine(address: string, { clock, log, schedule }: AskedLineParts): AskedLine {
  const baud = baudOf(address)
  const timeOf = (bytes: number): number => Math.ceil((bytes * 11_000) / baud)
  /** Three and a half characters of quiet: the turn-around of RS-485, and what Modbus wants between telegrams. */
  const pause = Math.max(4, timeOf(3.5))
  const members = new Set<Member>()
  let state: LinkState | null = null
  let running: Promise<void> | null = null
  let asked: { readonly member: Member; readonly settle: (answered: boolean) => void; echoed: number; heard: boolean } | null = null
  let lastByteAt = Number.NEGATIVE_INFINITY
  let owedUntil = Number.NEGATIVE_INFINITY
  let spoiled: { readonly by: Member; readonly until: number } | null = null
  let wake = (): void => {}

  const link = byteLink(address, {
    clock,
    log,
    schedule,
    onBytes: (bytes) => {
      lastByteAt = clock.monotonic()
      if (asked === null) {
        for (const { party } of members) party.onUnasked(bytes.length)
        return
      }
      // Some adapters hear themselves: the question that comes back first is no sign of life.
      const { question } = asked.member.party
      let at = 0
      while (!asked.heard && at < bytes.length && bytes[at] === question[asked.echoed]) {
        at++
        asked.echoed++
      }
      asked.heard ||= at < bytes.length
      if (asked.member.party.onBytes(bytes)) asked.settle(true)
    },
    onState: (now) => {
      state = now
      asked?.settle(false)
      for (const { party } of members) party.onState(now)
      wake()
    },
  })

  /** Until the clock says so, or the line's state or members change. */
  const waitUntil = (when: number): Promise<void> =>
    new Promise((done) => {
      const cancel =
        when === Number.POSITIVE_INFINITY ? () => {} : clock.timer(milliseconds(Math.max(0, Math.ceil(when - clock.monotonic()))), done)
      wake = () => {
        cancel()
        done()
      }
    })

  async function rounds(): Promise<void> {
    while (members.size > 0) {
      const next = [...members].reduce((first, one) => (one.dueAt < first.dueAt ? one : first))
      const owed = spoiled === null || spoiled.by === next ? owedUntil : Math.max(owedUntil, spoiled.until)
      const when = state?.open
        ? Math.max(next.dueAt, owed, Math.min(lastByteAt + pause, next.dueAt + QUIET_WITHIN))
        : Number.POSITIVE_INFINITY
      if (when > clock.monotonic()) {
        await waitUntil(when)
        if (clock.monotonic() - when > STOOD_STILL * clock.speed) lastByteAt = clock.monotonic()
        continue
      }
      await turn(next)
    }
  }

  async function turn(member: Member): Promise<void> {
    const { party } = member
    const begun = clock.monotonic()
    const outcome = await ask(member)
    asked = null
    const now = clock.monotonic()
    // An answer that came spoiled has come, most likely: it is asked again at once.
    member.misses = outcome === 'silence' ? member.misses + 1 : 0
    member.dueAt = outcome === 'silence' ? now + Math.min(SELDOM, party.every * 2 ** Math.min(member.misses, 10)) : begun + party.every
    if (outcome === 'silence') owedUntil = now + party.answerWithin
    spoiled = outcome === 'nonsense' ? { by: member, until: now + party.answerWithin } : null
    party.onTurnOver(outcome === 'answer')
  }

  const ask = (member: Member): Promise<Outcome> =>
    new Promise((done) => {
      const { question, answerWithin, quietAfter } = member.party
      let cancel = (): void => {}
      const mine = {
        member,
        echoed: 0,
        heard: false,
        settle: (answered: boolean): void => {
          cancel()
          if (asked === mine) asked = null
          done(answered ? 'answer' : mine.heard ? 'nonsense' : 'silence')
        },
      }
      const patience = answerWithin + timeOf(question.length) + lateness(clock)
      const most = clock.monotonic() + patience + 2 * quietAfter
      const look = (): void => {
        const now = clock.monotonic()
        const until = Math.min(lastByteAt + quietAfter, most)
        if (mine.heard && now < until) cancel = clock.timer(milliseconds(until - now), look)
        else mine.settle(false)
      }
      asked = mine
      cancel = clock.timer(milliseconds(patience), look)
      link.write(question).catch((error: unknown) => {
        if (!(error instanceof EdgeError)) throw error
        mine.settle(false)
      })
    })

  return {
    join(party) {
      const member: Member = { party, dueAt: 0, misses: 0 }
      return {
        start: () => {
          members.add(member)
          if (state !== null) party.onState(state)
          link.start()
          wake()
          running ??= rounds().finally(() => {
            running = null
          })
        },
        stop: async () => {
          members.delete(member)
          if (asked?.member === member) asked.settle(false)
          wake()
          if (members.size > 0) return
          await link.stop()
          await running
        },
        reopen: (why) => {
          if ([...members].every(({ misses }) => misses > 0)) link.reopen(why)
        },
      }
    },
  }
}
