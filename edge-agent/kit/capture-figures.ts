import { bytesOfCapture, type Capture, hexOfBytes } from '#dialects/capture'
import { type Detection, detect } from '#dialects/scale/detect'
import { decimalText } from '#dialects/scale/exact'
import type { SetDialect } from '../config/profile.ts'
import { hear, readingText } from './hearing.ts'
import { suspects } from './suspects.ts'

/** What can be said of a capture in numbers: the machine-readable half of `report`. */
export interface CaptureFigures {
  readonly notes: readonly string[]
  readonly dialect: string
  readonly about: string
  readonly bytes: number
  readonly pieces: number
  /** Null where the capture has no times. */
  readonly lastsMs: number | null
  readonly readings: number
  readonly readingsPerSecond: number | null
  /** The longest time between two readings. */
  readonly longestGapMs: number | null
  /** Bytes in readings ÷ all bytes. */
  readonly understood: number
  readonly rejected: readonly { readonly reason: string; readonly count: number; readonly samples: readonly string[] }[]
  readonly flags: Readonly<Record<'stable' | 'moving' | 'overload' | 'underload' | 'zero' | 'no number', number>>
  readonly lowest: string | null
  readonly highest: string | null
  readonly last: string | null
  readonly detection: Detection
  /** Milliseconds (or the count of the reading, without times) and the number shown. */
  readonly curve: readonly (readonly [number, number])[]
}

const SAMPLES = 3
/** More points than a screen has columns show nothing more. */
const MOST_POINTS = 4_000

export function captureFigures(capture: Capture, speaks: SetDialect): CaptureFigures {
  const heard = hear(capture, speaks)
  const readings = heard.flatMap((one) => (one.kind === 'reading' ? [one] : []))
  const rejected = heard.flatMap((one) => (one.kind === 'rejected' ? [one.rejected] : []))
  const bytes = bytesOfCapture(capture)
  const times = capture.pieces.flatMap(({ atMs }) => (atMs === null ? [] : [atMs]))
  const timed = times.length === capture.pieces.length && times.length > 1
  const lastsMs = timed ? (times.at(-1) ?? 0) - (times[0] ?? 0) : null
  const numbers = readings.flatMap(({ reading: { digits, decimals } }) =>
    digits === null ? [] : [Number(decimalText({ digits, decimals: decimals ?? 0 }))],
  )
  const curve = readings.flatMap(({ atMs, reading: { digits, decimals } }, index): [number, number][] =>
    digits === null ? [] : [[timed ? (atMs ?? 0) : index, Number(decimalText({ digits, decimals: decimals ?? 0 }))]],
  )
  const every = Math.max(1, Math.ceil(curve.length / MOST_POINTS))
  const gaps = timed ? readings.slice(1).map(({ atMs }, index) => (atMs ?? 0) - (readings[index]?.atMs ?? 0)) : []
  const having = (test: (reading: (typeof readings)[number]['reading']) => boolean): number =>
    readings.filter(({ reading }) => test(reading)).length
  return {
    notes: capture.notes,
    dialect: speaks.dialect.name,
    about: speaks.dialect.about,
    bytes: bytes.length,
    pieces: capture.pieces.length,
    lastsMs,
    readings: readings.length,
    readingsPerSecond: lastsMs ? Math.round((10_000 * readings.length) / lastsMs) / 10 : null,
    longestGapMs: gaps.length === 0 ? null : gaps.reduce((most, gap) => Math.max(most, gap), 0),
    understood: bytes.length === 0 ? 0 : 1 - rejected.reduce((sum, span) => sum + span.bytes.length, 0) / bytes.length,
    rejected: byReason(rejected),
    flags: {
      stable: having(({ stable }) => stable === true),
      moving: having(({ stable }) => stable === false),
      overload: having(({ overload }) => overload === true),
      underload: having(({ underload }) => underload === true),
      zero: having(({ zero }) => zero === true),
      'no number': having(({ digits }) => digits === null),
    },
    lowest: numbers.length === 0 ? null : String(numbers.reduce((a, b) => Math.min(a, b))),
    highest: numbers.length === 0 ? null : String(numbers.reduce((a, b) => Math.max(a, b))),
    last: readings.length === 0 ? null : (readings.slice(-1).map(({ reading }) => readingText(reading))[0] ?? null),
    detection: detect(bytes, suspects()),
    curve: curve.filter((_, index) => index % every === 0),
  }
}

function byReason(
  rejected: readonly { readonly reason: string; readonly at: number; readonly bytes: Uint8Array }[],
): CaptureFigures['rejected'] {
  const reasons = new Map<string, { count: number; samples: string[] }>()
  for (const { reason, at, bytes } of rejected) {
    const known = reasons.get(reason) ?? { count: 0, samples: [] }
    known.count++
    if (known.samples.length < SAMPLES) known.samples.push(`@byte ${at}: ${hexOfBytes(bytes.subarray(0, 32))}`)
    reasons.set(reason, known)
  }
  return [...reasons].map(([reason, { count, samples }]) => ({ reason, count, samples })).sort((a, b) => b.count - a.count)
}
