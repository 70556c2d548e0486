import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeSerial8a7f, serial8a7f, serial8a7fStream } from '#dialects/camera/serial-8a7f'
import { encodeSerialHeartbeat, encodeSerialPlate, encodeSerialPowerOn } from '#dialects/camera/serial-8a7f-encode'
import type { CameraMessage } from '#dialects/camera/sighting'
import { expectedOfAll } from '../../../../edge-agent/kit/as-expected-camera.ts'
import { bytesOf, hexOf, joined } from '../tapes.ts'
import { cutAt, payloadOf, samplesOf, utf8 } from './samples.ts'

const hear = (body: Uint8Array): readonly CameraMessage[] => serial8a7f.decode({ place: '', headers: {}, body, receivedAt: 0 })
function listen(chunks: readonly Uint8Array[]): CameraMessage[] {
  const heard: CameraMessage[] = []
  const stream = serial8a7fStream()
  for (const chunk of chunks) stream.push(chunk, (message) => heard.push(message))
  stream.reset((message) => heard.push(message))
  return heard
}
const framed = (data: Uint8Array, command = 1, seq = 1): Uint8Array =>
  encodeSerial8a7f({ target: new Uint8Array(4), source: bytesOf('64 00 F3 02'), command, seq, data })

it.each(samplesOf('serial-8a7f').map((sample) => [sample.id, sample.note ?? '', sample] as const))(
  '%s reads as published: %s',
  (_id, _note, sample) => {
    expect(expectedOfAll(hear(payloadOf(sample)))).toMatchObject(sample.expected)
  },
)

describe('a frame', () => {
  it('that asks for an answer gets one with its own sequence, its addresses swapped', () => {
    const [heartbeat] = hear(encodeSerialHeartbeat(0x7f))
    expect(heartbeat).toMatchObject({ kind: 'heartbeat', reply: { as: 'bytes' } })
    if (heartbeat?.kind !== 'heartbeat' || heartbeat.reply?.as !== 'bytes') throw new Error('no answer')
    expect(hexOf(heartbeat.reply.bytes)).toBe('8A 64 00 F3 02 00 00 00 00 04 7F 00 00 64 7F')
  })

  it('at power-on, and any other, wants none', () => {
    expect(hear(encodeSerialPowerOn())).toEqual([{ kind: 'ignored', device: null, why: 'power-on' }])
    expect(hear(framed(new Uint8Array(), 0x1f))).toEqual([{ kind: 'ignored', device: null, why: 'command 1f' }])
  })

  it.each(['晋B12345', '鲁B12345', '豫A1234学', '陕K1234挂', '粤Z1234港', '晋BD12345'])('brings %s in GBK', (text) => {
    expect(hear(encodeSerialPlate(text, 9))).toMatchObject([{ kind: 'sighting', text, beside: { seq: 9 } }])
  })

  it('brings a plate in UTF-8, or without its filling zeros', () => {
    expect(hear(framed(utf8('晋B12345')))).toMatchObject([{ text: '晋B12345' }])
    expect(hear(framed(bytesOf('BD FA 42 31 32 33 34 35')))).toMatchObject([{ text: '晋B12345' }])
    expect(hear(framed(bytesOf('CE DE C5 C6 B3 B5 00 FF')))).toMatchObject([
      { text: '无牌车', beside: { noPlate: 'vehicle-without-plate' } },
    ])
  })

  it.each<[says: string, bytes: Uint8Array, kinds: string[]]>([
    ['starts and ends inside its data', framed(bytesOf('8A 7F 8A 7F 8A 7F'), 1, 0x8a), ['sighting']],
    ['joined to the next', joined([encodeSerialPlate('晋B12345', 1), encodeSerialHeartbeat(2)]), ['sighting', 'heartbeat']],
    ['behind noise', joined([bytesOf('00 8A FF 7F'), encodeSerialHeartbeat(2)]), ['error', 'heartbeat']],
    ['behind half of one', joined([encodeSerialPlate('晋B12345', 1).subarray(0, 20), encodeSerialHeartbeat(2)]), ['error', 'heartbeat']],
    ['cut off', encodeSerialPlate('晋B12345', 1).subarray(0, 20), ['error']],
    ['with an absurd length', bytesOf('8A 00 00 00 00 64 00 F3 02 01 01 FF FF 00 00'), ['error']],
    ['of no bytes', new Uint8Array(), ['error']],
  ])('%s', (_says, bytes, kinds) => {
    expect(hear(bytes).map(({ kind }) => kind)).toEqual(kinds)
  })

  it('with any one bit flipped is never a plate', () => {
    const good = encodeSerialPlate('晋B12345', 5)
    for (let bit = 0; bit < 8 * good.length; bit++) {
      const flipped = good.slice()
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(hear(flipped).filter(({ kind }) => kind !== 'error')).toEqual([])
    }
  })

  it('cannot be more than the format says', () => {
    expect(() => encodeSerialPlate('晋B12345晋B123456', 1)).toThrow(RangeError)
    expect(() => encodeSerialPlate('\u{1f69a}', 1)).toThrow(RangeError)
    expect(() => framed(new Uint8Array(257))).toThrow(RangeError)
  })
})

it('a line of start bytes alone is told in spans, not byte by byte', () => {
  expect(hear(new Uint8Array(100_000).fill(0x8a)).length).toBeLessThan(500)
})

it('any chunks of frames and noise give the same messages', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      encodeSerialPlate('晋B12345', 0x8a),
      encodeSerialHeartbeat(0x7f),
      encodeSerialPowerOn(),
      encodeSerialPlate(null, 1).subarray(0, 17),
    ),
    fc.uint8Array({ maxLength: 20 }),
    fc.array(fc.constantFrom(0x8a, 0x7f, 0, 1), { maxLength: 20 }).map((bytes) => Uint8Array.from(bytes)),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), fc.array(fc.nat(), { maxLength: 20 }), (pieces, places) => {
      const whole = joined(pieces)
      expect(listen(cutAt(whole, places))).toEqual(listen([whole]))
    }),
    { numRuns: 300 },
  )
})
