import type { ServerResponse } from 'node:http'
import { type Clock, realSpan } from '#edge/clock'
import type { ConsoleSite, WeightTick } from '#edge/console'
import { milliseconds } from '#edge/units'
import { reasonOf } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Store } from '../store/store.ts'
import { type DisplaySight, driverDisplay } from './driver-display.ts'
import { fanOut } from './fan-out.ts'
import { consoleLane, looksOf, type ShownLane } from './view.ts'

/**
 * The live part of the console: each lane's newest reading at most twenty times a second, the lane itself when something else in it has
 * changed, at most ten times, and everything once a second. One beat looks at all lanes; without a reader there is no beat, and a reading
 * builds nothing but its own four numbers.
 */
export interface ConsoleStream {
  /** False: too many read already. */
  console(response: ServerResponse, from: string, mayStay: () => boolean): boolean
  display(lane: string, response: ServerResponse, from: string, sight: DisplaySight): boolean
  readers(): number
  stop(): void
}

export interface StreamParts {
  readonly lanes: readonly ShownLane[]
  readonly site: () => ConsoleSite
  readonly book: Pick<Store['book'], 'get'>
  readonly clock: Clock
  readonly log: Log
}

const BEAT = milliseconds(50)
const BEATS_OF_A_LOOK = 2
const BEATS_OF_A_SECOND = 20
const CONSOLE = 'console'
const SIGHTS: readonly DisplaySight[] = ['with-code', 'without-code']
const displayTopic = (lane: string, sight: DisplaySight): string => `display/${lane}/${sight}`

export function consoleStream({ lanes, site, book, clock, log }: StreamParts): ConsoleStream {
  const out = fanOut(clock)
  const watched = lanes.map((shown) => ({ shown, looks: [] as readonly unknown[], read: null as unknown }))
  let beats = 0
  let cancel: (() => void) | null = null

  function weigh(all: boolean): void {
    if (!out.wanted(CONSOLE)) return
    for (const one of watched) {
      const { lane } = one.shown
      const reading = lane.readings().at(-1)
      if (!reading || (reading === one.read && !all)) continue
      one.read = reading
      const [at, weight, stable] = reading
      out.say(CONSOLE, `weight/${lane.rules.lane}`, 'weight', [lane.rules.lane, at, weight, stable] satisfies WeightTick)
    }
  }
  function look(all: boolean): void {
    const now = clock.now()
    const atConsole = out.wanted(CONSOLE)
    for (const one of watched) {
      const looks = looksOf(one.shown, now)
      if (!all && looks.every((part, at) => part === one.looks[at])) continue
      one.looks = looks
      const { lane } = one.shown.lane.rules
      if (atConsole) out.say(CONSOLE, `lane/${lane}`, 'lane', consoleLane(one.shown, book))
      for (const sight of SIGHTS) {
        const topic = displayTopic(lane, sight)
        if (out.wanted(topic)) out.say(topic, lane, 'display', driverDisplay(one.shown, sight))
      }
    }
  }
  function all(): void {
    if (out.wanted(CONSOLE)) out.say(CONSOLE, 'site', 'site', site())
    look(true)
    weigh(true)
  }
  function beat(): void {
    cancel = null
    try {
      say()
    } catch (error) {
      // Whether the agent ends is for its lanes to say, not for a screen: screens are let go and ask again in a second.
      log.error({ reason: reasonOf(error) }, 'the screens could not be told')
      out.stop()
    }
    goOn()
  }
  function say(): void {
    beats += 1
    if (beats % BEATS_OF_A_SECOND === 0) {
      out.tidy()
      all()
    } else {
      if (beats % BEATS_OF_A_LOOK === 0) look(false)
      weigh(false)
    }
    out.flush()
  }
  function goOn(): void {
    if (cancel === null && out.readers() > 0) cancel = clock.timer(realSpan(clock, BEAT), beat)
  }
  function join(topic: string, response: ServerResponse, from: string, mayStay: () => boolean): boolean {
    if (!out.join(topic, response, from, mayStay)) return false
    all()
    out.flush()
    goOn()
    return true
  }

  return {
    console: (response, from, mayStay) => join(CONSOLE, response, from, mayStay),
    display: (lane, response, from, sight) => join(displayTopic(lane, sight), response, from, () => true),
    readers: out.readers,
    stop() {
      cancel?.()
      cancel = null
      out.stop()
    },
  }
}
