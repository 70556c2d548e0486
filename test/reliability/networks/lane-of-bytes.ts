import type { Socket } from 'node:net'
import type { Random } from '../../../simulators/random.ts'

/** One direction of a bad line. */
export interface Way {
  /** How late what is sent arrives; drawn anew for whatever comes together, and never out of order. */
  readonly delayMs: readonly [least: number, most: number]
  readonly bytesPerSecond: number | null
  /** Arrives in pieces of so many bytes; null: as it comes. */
  readonly pieces: readonly [least: number, most: number] | null
  /** Nothing moves. Nothing is lost either: it moves on when this ends, as what TCP sends again does. */
  readonly held: boolean
}

/** The bytes going one way through one connection. */
export interface Lane {
  /** The weather has changed. */
  look(): void
  /** What is under way, and whatever comes, is lost. */
  forget(): void
  /** No weather any more: what is under way arrives after so long, and then is the end. */
  deliverAfter(milliseconds: number, then: () => void): void
}

/** Whoever sends more than this is not read from until it has moved on: a line, not a store. */
const HOLDS = 64 * 1024

export function lane(from: Socket, to: Socket, way: () => Way, chance: Random): Lane {
  const waiting: { bytes: Buffer; readonly at: number }[] = []
  let held = 0
  /** When the last piece has left the line, by its rate. */
  let free = 0
  let timer: NodeJS.Timeout | null = null
  let over = false

  const move = (): void => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    const { bytesPerSecond, pieces, held: stands } = way()
    if (over || stands) return
    for (let first = waiting[0]; first !== undefined; first = waiting[0]) {
      const now = performance.now()
      const wait = Math.max(first.at, free) - now
      if (wait > 0) {
        timer = setTimeout(move, Math.ceil(wait))
        return
      }
      // Even on a slow line nobody sees single bytes of a stream that is in no hurry: a packet's worth at a time.
      const most = pieces !== null ? chance.whole(...pieces) : bytesPerSecond !== null ? 512 : first.bytes.length
      const piece = first.bytes.subarray(0, most)
      // A timer that comes late on a busy machine makes the line no slower than it says, within reason.
      free = bytesPerSecond === null ? 0 : Math.max(free, now - 200) + (piece.length / bytesPerSecond) * 1_000
      if (piece.length === first.bytes.length) waiting.shift()
      else first.bytes = first.bytes.subarray(piece.length)
      held -= piece.length
      if (to.writable) to.write(piece)
      if (held <= HOLDS && from.isPaused()) from.resume()
    }
  }
  from.on('data', (bytes: Buffer) => {
    if (over) return
    waiting.push({ bytes, at: performance.now() + chance.between(...way().delayMs) })
    held += bytes.length
    if (held > HOLDS) from.pause()
    move()
  })
  const end = (): void => {
    over = true
    waiting.length = 0
    if (timer !== null) clearTimeout(timer)
  }
  to.once('close', end)
  return {
    look: move,
    forget: end,
    deliverAfter(milliseconds, then) {
      const left = waiting.map(({ bytes }) => bytes)
      over = true
      if (timer !== null) clearTimeout(timer)
      setTimeout(() => {
        if (to.writable) to.write(Buffer.concat(left), then)
        else then()
      }, milliseconds)
    },
  }
}
