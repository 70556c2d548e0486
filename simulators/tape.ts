import { bytesOfHex, readCapture } from '#dialects/capture'
import { decimalText } from '#dialects/scale/exact'
import type { ScaleDialect } from '#dialects/scale/reading'
import type { Clock } from '#edge/clock'
import { milliseconds } from '#edge/units'
import { pause } from './clock.ts'
import type { Line } from './line.ts'

/** Recorded bytes of an indicator: pieces as they came, each so many milliseconds after the tape began. */
export interface Tape {
  readonly frames: readonly TapeFrame[]
}
export interface TapeFrame {
  readonly at: number
  readonly bytes: Uint8Array
  readonly name: string
}

/** Frames without times follow each other at the pace of a continuous indicator. */
const FRAME_EVERY_MS = 80

/** Plays the tape once into a line. The line paces the bytes; the tape says at which moment of `time` each piece begins. */
export async function playFrames(
  tape: Tape,
  line: Pick<Line, 'write'>,
  clock: Clock,
  { time = clock.monotonic, stopped }: { readonly time?: () => number; readonly stopped?: AbortSignal } = {},
): Promise<void> {
  const began = time()
  for (const { at, bytes } of tape.frames) {
    // A world that stands still for a moment has not come as far as the clock: then it is waited for once more.
    for (let wait = at - (time() - began); wait > 0 && !stopped?.aborted; wait = at - (time() - began))
      await pause(clock, milliseconds(wait), stopped)
    if (stopped?.aborted) return
    line.write(bytes)
  }
}

/**
 * Reads a tape file. JSON: a list of frames, or `{ "dialect": …, "frames": [...] }`; each frame has `hex` and perhaps `id`, `about`,
 * `atMs`. Text: one frame in hexadecimal per line, a line perhaps beginning with `@120` for its millisecond; `#` begins a remark.
 * Anything else is taken as the bytes themselves, cut into frames by the dialect. Throws a sentence for a file it cannot read.
 */
export function readTape(file: Uint8Array, dialect: ScaleDialect): Tape {
  const begin = new TextDecoder().decode(file.subarray(0, 200)).trimStart()
  if (begin.startsWith('[') || begin.startsWith('{')) return spaced(fromJson(new TextDecoder().decode(file), dialect))
  const { pieces } = readCapture(file)
  const [only] = pieces
  if (pieces.length === 1 && only?.bytes === file) return spaced(framesOf(file, dialect).map((bytes) => ({ bytes })))
  return spaced(pieces.map(({ bytes, atMs }) => ({ bytes, ...(atMs === null ? {} : { at: atMs }) })))
}

/** What each piece of the tape should be read as: for whoever watches it play. */
export function expectedOf(tape: Tape, dialect: ScaleDialect): { readonly at: number; readonly name: string; readonly reads: string }[] {
  return tape.frames.map(({ at, bytes, name }) => {
    const said: string[] = []
    const decoder = dialect.decoder()
    decoder.push(
      bytes,
      ({ digits, decimals }) => said.push(digits === null ? 'no number' : decimalText({ digits, decimals: decimals ?? 0 })),
      ({ reason }) => said.push(reason),
    )
    decoder.quiet(({ reason }) => said.push(reason))
    return { at, name, reads: said.join(' + ') }
  })
}

interface Loose {
  readonly bytes: Uint8Array
  readonly at?: number
  readonly name?: string
}

interface FileFrame {
  readonly hex?: unknown
  readonly id?: unknown
  readonly about?: unknown
  readonly atMs?: unknown
}

function fromJson(text: string, dialect: ScaleDialect): Loose[] {
  const value = JSON.parse(text) as { readonly dialect?: unknown; readonly frames?: unknown }
  const list: unknown = Array.isArray(value) ? value : value.frames
  if (!Array.isArray(list)) throw new Error('a tape in JSON is a list of frames, or an object with a list `frames`')
  if (typeof value.dialect === 'string' && value.dialect !== dialect.name)
    throw new Error(`the tape was recorded in the dialect ${value.dialect}, not in ${dialect.name}`)
  return list.map(({ hex, id, about, atMs }: FileFrame, index) => {
    if (typeof hex !== 'string') throw new Error(`frame ${index + 1} has no \`hex\``)
    const name = [id, about].filter((part) => typeof part === 'string').join(' ')
    return { bytes: bytesOfHex(hex, `frame ${index + 1}`), name, ...(typeof atMs === 'number' ? { at: atMs } : {}) }
  })
}

/** A capture as it came off the line, cut behind each frame the dialect finds, so that it can be sent at an indicator's pace. */
function framesOf(bytes: Uint8Array, dialect: ScaleDialect): Uint8Array[] {
  const decoder = dialect.decoder()
  const pieces: Uint8Array[] = []
  let from = 0
  for (let at = 0; at < bytes.length; at += 1)
    decoder.push(
      bytes.subarray(at, at + 1),
      () => {
        pieces.push(bytes.slice(from, at + 1))
        from = at + 1
      },
      () => undefined,
    )
  if (from < bytes.length) pieces.push(bytes.slice(from))
  return pieces
}

function spaced(loose: readonly Loose[]): Tape {
  if (loose.length === 0) throw new Error('the tape holds no frame')
  let next = 0
  return {
    frames: loose.map(({ bytes, at, name }) => {
      const when = at ?? next
      next = when + FRAME_EVERY_MS
      return { at: when, bytes, name: name ?? '' }
    }),
  }
}
