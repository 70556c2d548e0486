import type { Piece } from '#dialects/capture'
import type { Clock } from '#edge/clock'
import { milliseconds, type Span } from '#edge/units'
import { type ByteAddress, parseAddress } from '../devices/address.ts'
import { type Ears, openPort, type Port } from '../devices/open-port.ts'
import { reasonOf } from '../errors.ts'
import { KitMistake } from './kit-mistake.ts'

/** An address as a person types it: also a bare `/dev/ttyUSB0` or `COM3`. */
export function addressOf(text: string): ByteAddress {
  const reading = parseAddress(/^\//.test(text) ? `serial://${text}` : /^COM\d+/i.test(text) ? `serial:${text}` : text)
  if (!reading.ok) throw new KitMistake(reading.reason)
  return reading.address
}

export interface Listening {
  readonly pieces: readonly Piece[]
  /** The link broke before the time was over, and why. */
  readonly ended: string | null
}

/**
 * Everything a line says for so long, with the milliseconds at which each piece came. `asks` go out one after the other, spread over
 * the time; nothing else is ever sent. A KitMistake where the port cannot be opened.
 */
export async function listenTo(
  address: ByteAddress,
  forTime: Span,
  clock: Clock,
  options: {
    readonly asks?: readonly Uint8Array[]
    readonly stop?: AbortSignal
    /** So long a port may take to come: an adapter that was just closed is not always there again at once. */
    readonly patience?: Span
    /** Takes the pieces one by one; they are then not gathered. */
    onPiece?(piece: Piece): void
  } = {},
): Promise<Listening> {
  const { asks = [], stop, patience = milliseconds(0), onPiece } = options
  const pieces: Piece[] = []
  let began = clock.monotonic()
  let finish = (_ended: string | null): void => {}
  const over = new Promise<string | null>((done) => {
    finish = done
  })
  const ears = {
    onBytes: (bytes: Uint8Array): void => {
      const piece = { atMs: Math.round(clock.monotonic() - began), bytes: bytes.slice() }
      if (onPiece) onPiece(piece)
      else pieces.push(piece)
    },
    onGone: (why: string): void => finish(why),
  }
  const port = await openPatiently(address, ears, clock, patience)
  if (pieces.length === 0) began = clock.monotonic()
  const cancels = asks.map((ask, at) =>
    clock.timer(((forTime * at) / asks.length) as Span, () => void port.write(ask).catch((error: Error) => finish(error.message))),
  )
  const cancel = clock.timer(forTime, () => finish(null))
  const stopped = (): void => finish(null)
  stop?.addEventListener('abort', stopped, { once: true })
  if (stop?.aborted) stopped()
  const ended = await over
  stop?.removeEventListener('abort', stopped)
  cancel()
  for (const end of cancels) end()
  await port.close()
  return { pieces, ended }
}

const TRY_EVERY = milliseconds(100)

async function openPatiently(address: ByteAddress, ears: Ears, clock: Clock, patience: Span): Promise<Port> {
  const began = clock.monotonic()
  for (;;) {
    try {
      return await openPort(address, ears, clock, new AbortController().signal)
    } catch (error) {
      if (clock.monotonic() - began >= patience) throw new KitMistake(`${placeOf(address)}: ${reasonOf(error)}`)
    }
    await new Promise<void>((done) => void clock.timer(TRY_EVERY, done))
  }
}

const placeOf = (address: ByteAddress): string => (address.kind === 'serial' ? address.path : `${address.host}:${address.port}`)
