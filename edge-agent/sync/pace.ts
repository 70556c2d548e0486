import { BATCH_MAX_BYTES } from '#edge/stream'
import { milliseconds, type Span } from '#edge/units'

/**
 * How much may be under way on a line nobody knows: a mine's is anything from a cable to 64 kbit/s. What stands in the line stands before
 * the next alarm, and what has not arrived whole within the keep-alive ends the connection and must begin anew: a batch of 256 KB never
 * gets through 64 kbit/s. So it begins small with every connection, grows while receipts come soon, and shrinks when they come late:
 * beyond the way there and back, about a second's worth, whatever the line.
 *
 * A cloud at work for a whole town is slow, too, and for it many records cost little more than one: who shrinks before it keeps it slow. A
 * line answers sooner where less is ahead, a busy cloud does not; so what is still late with next to nothing ahead is the cloud's, and is
 * taken for part of the way.
 */
export interface Pace {
  /** Bytes that may be under way together. */
  room(): number
  /** Bytes of one batch: a quarter, so that one lost receipt is covered by the next. */
  batch(): number
  /** How long a receipt takes by now; 0 before the first. */
  usual(): Span
  answered(batch: Answered): void
  /** What was said beside the records was answered so long after. */
  heard(took: Span): void
  /** Nothing was heard for so many waits in a row. */
  unanswered(times: number): void
  /** Another connection, another line. */
  begin(): void
}

/** A batch that was receipted so long after it was sent. */
export interface Answered {
  readonly bytes: number
  /** Bytes under way when it was sent, its own among them. */
  readonly ahead: number
  /** When it was sent, in milliseconds that only go on. */
  readonly sentAt: number
  readonly took: Span
}

const BATCHES = 4
const FIRST = 8 * 1024
/** Where the line before bore more, this one may break as soon. */
const FIRST_OF_A_GOOD_ONE = 32 * 1024
const LEAST = 4 * 1024
const MOST = BATCHES * BATCH_MAX_BYTES
const GROWS = 1.5
/** Of waiting in the line, beyond the shortest time a receipt took on it. */
const SOON = milliseconds(400)
const LATE = milliseconds(900)

export function linePace(): Pace {
  let room = FIRST
  let shortest = Number.POSITIVE_INFINITY
  let usual = 0
  let grownAt = 0
  return {
    room: () => room,
    batch: () => room / BATCHES,
    usual: () => milliseconds(usual),
    answered({ bytes, ahead, sentAt, took }) {
      shortest = Math.min(shortest, took)
      usual = usual === 0 ? took : (3 * usual + took) / 4
      if (room === LEAST && ahead <= 2 * LEAST && took - shortest > SOON) shortest = (3 * shortest + took) / 4
      const waited = took - shortest
      // A record now and then says nothing about how much the line bears, nor does what was sent before it last grew.
      if (waited <= SOON && bytes * 2 * BATCHES >= room && sentAt >= grownAt) {
        room = Math.min(MOST, room * GROWS)
        grownAt = sentAt + took
      }
      if (waited > LATE) room = Math.max(LEAST, Math.min(room, Math.round((ahead * (shortest + LATE)) / took)))
    },
    heard(took) {
      shortest = Math.min(shortest, took)
      usual = took > usual ? took : (3 * usual + took) / 4
    },
    unanswered(times) {
      // A few may be a broker's losses; again and again is a line that is full.
      if (times > 3) room = Math.max(LEAST, room / 2)
    },
    begin() {
      room = Math.min(Math.max(room, FIRST), FIRST_OF_A_GOOD_ONE)
      shortest = Number.POSITIVE_INFINITY
      usual = grownAt = 0
    },
  }
}
