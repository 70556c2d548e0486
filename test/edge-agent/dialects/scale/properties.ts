import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DialectSettings, Reading, Rejected, Remark, ScaleDialect } from '#dialects/scale/reading'
import { joined } from '../tapes.ts'

/** What an indicator is given to say. */
export type Said = Pick<Reading, 'digits' | 'decimals'> & Partial<Reading>

export interface Spoken {
  readonly dialect: ScaleDialect
  readonly settings?: DialectSettings
  /** What this family can say. */
  readonly said: fc.Arbitrary<Said>
  /** Bytes that may stand before, between and after frames without costing one; bytes of no frame, where nothing is said. */
  readonly noise?: readonly number[]
}

interface Heard {
  readonly readings: Reading[]
  readonly remarks: Remark[]
  readonly rejected: Rejected[]
}

/** All that comes of these chunks; behind the last one the line is quiet. */
export function hear({ dialect, settings }: Pick<Spoken, 'dialect' | 'settings'>, chunks: readonly Uint8Array[]): Heard {
  const heard: Heard = { readings: [], remarks: [], rejected: [] }
  const ears = [
    (reading: Reading) => void heard.readings.push(reading),
    (rejected: Rejected) => void heard.rejected.push(rejected),
    (remark: Remark) => void heard.remarks.push(remark),
  ] as const
  const decoder = dialect.decoder(settings)
  for (const chunk of chunks) decoder.push(chunk, ...ears)
  decoder.quiet(ears[1], ears[0], ears[2])
  return heard
}

/** Cuts bytes at arbitrary places. */
export function cut(bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = []
  let at = 0
  for (const length of lengths) {
    chunks.push(bytes.subarray(at, at + length))
    at += length
  }
  return [...chunks, bytes.subarray(at)]
}

const NO_FRAME = [0x00, 0x7f, 0x80, 0xff]
const weight = ({ digits, decimals }: Said): string => `${digits === 0 ? 0 : digits}/${decimals}`

/**
 * What every dialect owes: any chunking says the same; what was encoded is heard; garbage costs no frame; frames and rejected spans
 * are exactly the bytes; a cut-off frame gives no other weight; nothing is thrown.
 */
export function keepsItsPromises(spoken: Spoken): void {
  const { dialect, settings, said, noise = NO_FRAME } = spoken
  const encode = (reading: Said): Uint8Array => dialect.encode(reading, settings)
  const aFrame = said.map(encode)
  const someNoise = fc.array(fc.constantFrom(...noise), { maxLength: 20 }).map((bytes) => Uint8Array.from(bytes))
  /** Anything at all, a frame's own bytes among them more often than chance would have it. */
  const anything = aFrame.chain((frame) =>
    fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.array(fc.constantFrom(...frame, 0x20), { maxLength: 40 }).map((bytes) => Uint8Array.from(bytes)),
      fc.nat(frame.length).map((length) => frame.subarray(length)),
      fc.nat(frame.length).map((length) => frame.subarray(0, length)),
    ),
  )
  const aLine = fc.array(fc.oneof(aFrame, anything), { maxLength: 8 }).map(joined)

  describe(`whatever the line brings (${dialect.name}${settings ? ` ${JSON.stringify(settings).slice(0, 60)}` : ''})`, () => {
    it('any chunking gives the same readings and the same rejections', () => {
      fc.assert(
        fc.property(aLine, fc.array(fc.nat(17), { maxLength: 40 }), (line, lengths) => {
          expect(hear(spoken, cut(line, lengths))).toEqual(hear(spoken, [line]))
        }),
      )
    })

    it('what was encoded is what is heard', () => {
      fc.assert(
        fc.property(fc.array(said, { minLength: 1, maxLength: 6 }), (all) => {
          const heard = hear(spoken, [joined(all.map(encode))])
          expect(heard.rejected).toEqual([])
          expect(heard.readings.length).toBe(all.length)
          all.forEach((reading, at) => {
            expect(contradictions(reading, heard.readings[at])).toEqual([])
          })
        }),
      )
    })

    it('garbage before, between and after costs no frame', () => {
      fc.assert(
        fc.property(fc.array(fc.tuple(someNoise, said), { maxLength: 6 }), someNoise, (parts, last) => {
          const clean = hear(spoken, [joined(parts.map(([, reading]) => encode(reading)))])
          const heard = hear(spoken, [joined([...parts.flatMap(([before, reading]) => [before, encode(reading)]), last])])
          expect(heard.readings).toEqual(clean.readings)
        }),
      )
    })

    it('what is heard and the rejected spans together are exactly the bytes that came', () => {
      fc.assert(
        fc.property(aLine, (line) => {
          const { readings, remarks, rejected } = hear(spoken, [line])
          let frames = 0
          let from = 0
          for (const { at, bytes } of [...rejected, { at: line.length, bytes: new Uint8Array(0) }]) {
            expect(at).toBeGreaterThanOrEqual(from)
            expect(bytes).toEqual(line.subarray(at, at + bytes.length))
            if (at > from) {
              const between = hear(spoken, [line.subarray(from, at)])
              expect(between.rejected).toEqual([])
              frames += between.readings.length + between.remarks.length
            }
            from = at + bytes.length
          }
          expect(readings.length + remarks.length).toBe(frames)
        }),
      )
    })

    it('a frame cut off at either end gives no other weight', () => {
      fc.assert(
        fc.property(said, fc.nat(), fc.boolean(), (reading, at, front) => {
          const frame = encode(reading)
          const length = at % (frame.length + 1)
          const whole = hear(spoken, [frame]).readings.map(weight)
          const part = front ? frame.subarray(0, length) : frame.subarray(length)
          for (const heard of hear(spoken, [part]).readings) expect(whole).toContain(weight(heard))
        }),
      )
    })

    it('a frame broken off by the next one gives no weight of its own', () => {
      fc.assert(
        fc.property(said, said, fc.nat(), (first, second, at) => {
          const broken = encode(first)
          const line = joined([broken.subarray(0, at % (broken.length + 1)), encode(second)])
          const meant = [first, second].flatMap((reading) => hear(spoken, [encode(reading)]).readings.map(weight))
          for (const heard of hear(spoken, [line]).readings) expect(meant).toContain(weight(heard))
        }),
      )
    })
  })
}

const FACTS = ['unit', 'stable', 'mode', 'overload', 'underload', 'zero'] as const

/** Where a frame says otherwise than it was told to: null on either side says nothing. */
export function contradictions(said: Said, heard: Reading | undefined): string[] {
  if (!heard) return ['nothing was heard']
  const wrong = FACTS.filter((key) => heard[key] !== null && said[key] !== undefined && said[key] !== null && heard[key] !== said[key])
  const digits = said.digits === 0 ? 0 : said.digits
  if (heard.digits !== digits || (heard.decimals !== null && digits !== null && heard.decimals !== (said.decimals ?? 0)))
    return [...wrong, `${weight(said)} became ${weight(heard)}`]
  return wrong
}
