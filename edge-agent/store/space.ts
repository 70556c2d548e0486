import { type Clock, realSpan } from '#edge/clock'
import { milliseconds, type Span, seconds } from '#edge/units'
import { reasonOf } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Ballast } from './ballast.ts'
import type { Database } from './database.ts'
import { logGrows } from './log-grows.ts'
import { type Disk, isFull, ROOMS, type Room, roomAfter } from './room.ts'
import type { Standing } from './standing.ts'

/** Watches the room the store has, and tells before it runs out. */
export interface Space {
  /** How much room there is now: one question to the disk. */
  room(): Room
  state(): SpaceState
  start(onBroken: (error: Error) => void): void
  /** Once the ballast is not being written any more. */
  stop(): Promise<void>
}

/** For `doctor`, health and the console. */
export interface SpaceState {
  readonly room: Room
  readonly freeBytes: number
  /** Empty pages inside the store's file: records fit there. */
  readonly spareBytes: number
  readonly ballastBytes: number
  /** The write-ahead log beside it now. */
  readonly logBytes: number
}

interface Parts {
  readonly disk: Disk
  readonly ballast: Ballast
  readonly database: Database
  readonly standing: Standing
  readonly clock: Clock
  readonly log: Log
}

const LOOK_EVERY = seconds(5)
const FILL_EVERY = milliseconds(100)
const MEGABYTE = 1024 * 1024

export function spaceOf({ disk, ballast, database, standing, clock, log }: Parts): Space {
  let room: Room = 'enough'
  let told: Room = room
  let filling: Promise<void> = Promise.resolve()
  const timers = new Map<'look' | 'fill', () => void>()
  let stopped = false

  const measured = () => ({ free: disk.freeBytes(), spare: database.spareBytes() })
  const now = (): Room => roomAfter(room, measured(), disk.limits)
  const lookAtLog = logGrows({ standing, log })

  function look(): void {
    room = now()
    if (room === 'ballast' && ballast.drop()) log.error('the disk is full: the ballast is thrown overboard, nothing is weighed any more')
    if (room !== told) {
      log.warn({ before: told, room, ...measured() }, 'the room on the disk has changed')
      database.shortLog(isFull(room))
      told = room
    }
    const { free } = measured()
    const facts = () => ({ freeMegabytes: Math.floor(free / MEGABYTE) })
    standing.settle({ kind: 'disk-space', name: 'disk-space', place: 'store' }, ROOMS.indexOf(room) >= ROOMS.indexOf('scarce'), facts)
    standing.settle({ kind: 'disk-full', name: 'disk-full', place: 'store' }, isFull(room), facts)
    lookAtLog(database.logBytes())
  }

  const after = (span: Span, what: 'look' | 'fill', work: () => void): void => {
    timers.get(what)?.()
    if (!stopped) timers.set(what, clock.timer(realSpan(clock, span), work))
  }
  /** Never so that the ballast itself brings the lanes to a stand. */
  const mayFill = (): boolean =>
    !isFull(room) && disk.freeBytes() - (disk.limits.ballastBytes - ballast.bytes()) >= disk.limits.fullBelowBytes
  const fill = (): void => {
    if (!mayFill()) {
      after(LOOK_EVERY, 'fill', fill)
      return
    }
    filling = ballast.fill().then(
      (more) => after(more ? FILL_EVERY : LOOK_EVERY, 'fill', fill),
      (error: unknown) => {
        log.warn({ reason: reasonOf(error) }, 'the ballast cannot be laid in')
        after(LOOK_EVERY, 'fill', fill)
      },
    )
  }

  return {
    room: () => {
      room = now()
      return room
    },
    state() {
      const { free, spare } = measured()
      const roomNow = roomAfter(room, { free, spare }, disk.limits)
      return { room: roomNow, freeBytes: free, spareBytes: spare, ballastBytes: ballast.bytes(), logBytes: database.logBytes() }
    },
    start(onBroken) {
      const again = (): void => {
        try {
          look()
          after(LOOK_EVERY, 'look', again)
        } catch (error) {
          onBroken(error as Error)
        }
      }
      again()
      fill()
    },
    async stop() {
      stopped = true
      for (const cancel of timers.values()) cancel()
      await filling
    },
  }
}
