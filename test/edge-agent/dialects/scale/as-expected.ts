import type { DialectSettings, Remark, ScaleDialect } from '#dialects/scale/reading'
import { expectedReading } from '../../../../edge-agent/kit/as-expected.ts'
import { bytesOf, readTape } from '../tapes.ts'

/** An entry of a tape in the form of the conformance kit's collection: bytes, where they were published, and what must come out. */
export interface ExpectedEntry {
  readonly id: string
  readonly protocol: string
  readonly variant?: string
  readonly description: string
  readonly hex: string
  readonly expected: Readonly<Record<string, unknown>> & { readonly result: 'accepted' | 'rejected' | 'stream' | 'request' | 'reply' }
  readonly source: string
}

/** The entries of a tape: `readExpected('sma')` reads test/tapes/sma.json. */
export const readExpected = (tape: string): readonly ExpectedEntry[] => readTape<{ entries: ExpectedEntry[] }>(tape).entries

/** All that a dialect makes of some bytes which are all that came: at their end the line is quiet. */
export interface Decoded {
  /** In the keys of the kit: value, unit, weightKg, decimals, stable, mode … */
  readonly readings: readonly unknown[]
  readonly remarks: readonly Remark[]
  readonly reasons: readonly string[]
}

export function decoded(dialect: ScaleDialect, bytes: Uint8Array, settings?: DialectSettings): Decoded {
  const readings: unknown[] = []
  const remarks: Remark[] = []
  const reasons: string[] = []
  const decoder = dialect.decoder(settings)
  const ears = [
    (reading: Parameters<typeof expectedReading>[0]) => void readings.push(expectedReading(reading)),
    ({ reason }: { reason: string }) => void reasons.push(reason),
    (remark: Remark) => void remarks.push(remark),
  ] as const
  decoder.push(bytes, ...ears)
  decoder.quiet(ears[1], ears[0], ears[2])
  return { readings, remarks, reasons }
}

/**
 * What an entry expects, in the form of `asHeard`. A stream expects its readings in order and says nothing of the noise around them;
 * a rejected frame expects its reason and no reading.
 */
export function asExpected({ expected }: ExpectedEntry): unknown {
  const { result, ...rest } = expected
  switch (result) {
    case 'accepted':
      return { readings: [rest], remarks: [], reasons: [] }
    case 'stream':
      return { readings: rest.readings, remarks: [] }
    case 'rejected':
      return { readings: [], remarks: [], reasons: [rest.reason] }
    case 'request':
    case 'reply':
      return { readings: [], remarks: [{ result, ...rest }], reasons: [] }
  }
}

export function asHeard({ hex, expected }: ExpectedEntry, dialect: ScaleDialect, settings?: DialectSettings): unknown {
  const { readings, remarks, reasons } = decoded(dialect, bytesOf(hex), settings)
  const said = remarks.map(({ remark, status, facts }) => ({ result: remark, ...(status === null ? {} : { status }), ...facts }))
  return expected.result === 'stream' ? { readings, remarks: said } : { readings, remarks: said, reasons }
}
