import type { Clock } from '#edge/clock'
import type { DeviceState } from '#edge/lane-status'
import { type Instant, milliseconds, type Span, toIso } from '#edge/units'
import type { Listeners } from './device.ts'

/**
 * Whether a device is heard:
 *
 *   unheard   nothing sensible since the start                       ── heard() ──►  ok
 *   ok        something sensible within `silentAfter`                ── time ──►     silent, since it was last heard
 *   silent    the way to it is open, and nothing sensible comes      ── heard() ──►  ok
 *   lost      the way to it is gone, since then                      ── found() ──►  silent, since it was last heard
 *
 * The lane is told `device` inputs: not heard when the device falls silent or is lost, or was not heard within `silentAfter` of
 * the start; heard when it speaks again. `silentAfter: null` is for devices that may be quiet for hours: only the way counts.
 */
export interface SilenceWatch {
  start(): void
  stop(): void
  /** The device said something sensible. */
  heard(): void
  /** The way to the device is gone. */
  lost(why: string): void
  /** The way to the device is there. */
  found(): void
  /** Words for people beside the state: what was refused, what was found on. Empty takes them back. */
  remark(words: string): void
  state(): DeviceState
}

export interface SilenceWatchParts extends Listeners {
  readonly device: string
  readonly silentAfter: Span | null
  readonly clock: Clock
  /** The device was not heard for another `silentAfter`, the `times`-th in a row, though the way is open: say what was heard instead, or open a new way. */
  onQuiet?(times: number): void
}

/** What the computer itself may be late by: in a demo at 20 times the speed, a quarter second of a busy machine is five of the clock. */
export const lateness = (clock: Clock): Span => milliseconds(250 * (clock.speed - 1))

/**
 * Whether to give up the present way for a new one at the `times`-th quiet: the other end of a connection may have vanished without a
 * word, and some adapters deliver nonsense until they are opened anew. Ever more seldom, because opening can reset a device.
 */
export const timeToReopen = (times: number): boolean => times === 2 || times === 4 || times === 8 || times % 16 === 0

export function silenceWatch({ device, silentAfter, clock, onInput, onState, onQuiet }: SilenceWatchParts): SilenceWatch {
  const patience = silentAfter === null ? null : milliseconds(silentAfter + lateness(clock))
  let word: DeviceState['state'] = 'unheard'
  let since: Instant = clock.now()
  let detail = ''
  let remarked = ''
  let lastHeard: Instant | null = null
  let quiets = 0
  let lastHeardAfter = clock.monotonic()
  /** What the lane was last told; null before it was told anything. */
  let told: boolean | null = null
  let cancel = (): void => {}

  const state = (): DeviceState => ({
    device,
    state: word,
    since: toIso(since),
    detail: [...(remarked === '' ? detail : detail === '' ? remarked : `${detail}; ${remarked}`)].slice(0, 160).join(''),
  })
  const become = (next: DeviceState['state'], from: Instant, why: string): void => {
    if (next === word && why === detail) return
    if (next !== word) since = from
    word = next
    detail = why
    onState(state())
  }
  const tellLane = (heard: boolean): void => {
    if (told === heard) return
    told = heard
    onInput({ kind: 'device', at: clock.now(), device, heard })
  }
  // One timer that looks at when the device was last heard, not one re-armed by each of 20 frames a second.
  const arm = (span: Span): void => {
    cancel()
    cancel = clock.timer(span, () => {
      if (patience === null) return
      const quietFor = clock.monotonic() - lastHeardAfter
      if (quietFor < patience) return arm(milliseconds(patience - quietFor))
      if (word === 'ok') become('silent', lastHeard ?? since, 'nothing heard')
      tellLane(false)
      lastHeardAfter = clock.monotonic()
      arm(patience)
      if (word !== 'lost') onQuiet?.(++quiets)
    })
  }

  return {
    start: () => {
      since = clock.now()
      lastHeardAfter = clock.monotonic()
      if (patience !== null) arm(patience)
    },
    stop: () => cancel(),
    heard: () => {
      lastHeard = clock.now()
      quiets = 0
      lastHeardAfter = clock.monotonic()
      become('ok', lastHeard, '')
      tellLane(true)
    },
    lost: (why) => {
      if (word === 'unheard') become('unheard', since, why)
      else become('lost', clock.now(), why)
      tellLane(false)
    },
    found: () => {
      if (word === 'unheard') become('unheard', since, 'connected, nothing heard yet')
      else if (word === 'lost') become('silent', lastHeard ?? since, 'connected again, nothing heard yet')
    },
    remark: (words) => {
      if (words === remarked) return
      remarked = words
      onState(state())
    },
    state,
  }
}
