import type { Reading, ScaleDialect } from '#dialects/scale/reading'
import { joined } from '../tapes.ts'

/** What can happen to frames on a line, each kind with all that it can make of two frames of a stream. */
export const DAMAGES = {
  /** Any run of two bytes or more is missing: within the frame, at its front, at its end. */
  'bytes lost': ({ first }: Pair) => everyRun(first).filter(({ length }) => length < first.length - 1),
  'one byte lost': ({ first }: Pair) => places(first).map((at) => joined([first.subarray(0, at), first.subarray(at + 1)])),
  'one byte doubled': ({ first }: Pair) => places(first).map((at) => joined([first.subarray(0, at + 1), first.subarray(at)])),
  'a foreign byte': ({ first }: Pair) =>
    places(first).flatMap((at) =>
      [0x00, 0x20, 0x41, 0x7f, 0xff].map((byte) => joined([first.subarray(0, at), Uint8Array.of(byte), first.subarray(at)])),
    ),
  'neighbours exchanged': ({ first }: Pair) =>
    places(first)
      .slice(1)
      .map((at) => first.map((byte, i) => (i === at - 1 ? first[at] : i === at ? first[at - 1] : byte) ?? 0)),
  'one bit turned': ({ first }: Pair) =>
    places(first).flatMap((at) => BITS.map((bit) => first.map((byte, i) => (i === at ? byte ^ bit : byte)))),
  /** The front of one frame and the back of another, together as long as one. */
  'joined to a whole': ({ first, second }: Pair) => halves(first, second).filter(({ length }) => length === first.length),
  /** The same, shorter or longer than one. */
  'joined to another length': ({ first, second }: Pair) => halves(first, second).filter(({ length }) => length !== first.length),
} satisfies Record<string, (pair: Pair) => Uint8Array[]>

export type Damage = keyof typeof DAMAGES
export const KINDS = Object.keys(DAMAGES) as Damage[]

export interface Pair {
  readonly first: Uint8Array
  readonly second: Uint8Array
}

const BITS = [1, 2, 4, 8, 16, 32, 64, 128]
const places = (frame: Uint8Array): number[] => Array.from(frame, (_, at) => at)
const everyRun = (frame: Uint8Array): Uint8Array[] =>
  places(frame).flatMap((from) =>
    places(frame)
      .filter((to) => to > from)
      .map((to) => joined([frame.subarray(0, from), frame.subarray(to + 1)])),
  )
const halves = (first: Uint8Array, second: Uint8Array): Uint8Array[] =>
  places(first)
    .slice(1)
    .flatMap((front) =>
      places(second)
        .slice(1)
        .map((back) => joined([first.subarray(0, front), second.subarray(back)])),
    )

const WEIGHTS: readonly (readonly [digits: number, decimals: number])[] = [
  [45_680, 0],
  [14_320, 0],
  [-120, 0],
  [31_576, 0],
  [1_432, 1],
]

/** Frames of some weights, as a truck's weighing has them; those the dialect can say. */
export function framesOf(dialect: ScaleDialect): Uint8Array[] {
  const says = { stable: true, mode: 'gross', overload: false, underload: false, zero: false } as const
  const tries: ((digits: number, decimals: number) => Uint8Array)[] = [
    (digits, decimals) => dialect.encode({ ...says, digits, decimals, unit: 'kg', tare: { digits: 0, decimals } }),
    (digits, decimals) => dialect.encode({ digits, decimals, stable: true, mode: 'net' }),
  ]
  return WEIGHTS.flatMap(([digits, decimals]) => {
    for (const encode of tries) {
      try {
        return [encode(digits, decimals)]
      } catch (error) {
        if (!(error instanceof RangeError)) throw error
      }
    }
    return []
  })
}

const weightOf = ({ digits, decimals, unit, mode }: Reading): string =>
  digits === null ? 'none' : `${digits}/${decimals} ${unit} ${mode === 'tare' ? 'tare' : ''}`

/** The weights heard in these bytes, after as many frames as are never believed at the beginning of a connection. */
export function weightsIn(dialect: ScaleDialect, bytes: Uint8Array, distrust = 0): string[] {
  const heard: string[] = []
  const decoder = dialect.decoder()
  const onReading = (reading: Reading): void => void heard.push(weightOf(reading))
  const ignore = (): void => {}
  decoder.push(bytes, onReading, ignore)
  decoder.quiet(ignore, onReading)
  return heard.slice(distrust).filter((weight) => weight !== 'none')
}

/** The first weight nobody said, in a stream one of whose frames was damaged so; null where every such damage is noticed or harmless. */
export function inventedBy(kind: Damage, dialect: ScaleDialect): string | null {
  const frames = framesOf(dialect)
  for (const [at, first] of frames.entries())
    for (const second of [...frames, ...frames].slice(at + 1, at + 3)) {
      const said = new Set([first, second].flatMap((frame) => weightsIn(dialect, frame)))
      // Four whole frames before it: what can be learned of this indicator is known.
      const before = joined([second, second, second, second])
      for (const damaged of DAMAGES[kind]({ first, second })) {
        const line = joined([before, damaged, second])
        const invented = weightsIn(dialect, line).find((weight) => !said.has(weight))
        if (invented !== undefined) return `${invented} in ${JSON.stringify(String.fromCharCode(...damaged))}`
      }
    }
  return null
}
