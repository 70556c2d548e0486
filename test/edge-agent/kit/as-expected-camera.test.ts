import { describe, expect, it } from 'vitest'
import type { CameraMessage, Sighting } from '#dialects/camera/sighting'
import { expectedOf, expectedOfAll, expectedOfText } from '../../../edge-agent/kit/as-expected-camera.ts'
import { decodeCamera } from '../../../edge-agent/kit/decode-camera.ts'
import { readTape } from '../dialects/tapes.ts'

interface Published extends Readonly<Record<string, unknown>> {
  readonly id: string
  readonly note?: string
  readonly expected: Readonly<Record<string, unknown>>
}
const samples = ['camera-json', 'camera-derived'].flatMap((tape) => readTape<{ messages: Published[] }>(tape).messages)

it.each(samples.map((sample) => [sample.id, sample.note ?? String(sample.payload).slice(0, 40), sample] as const))(
  '%s reads as published, to the last member: %s',
  (_id, _note, sample) => {
    const said = decodeCamera(sample)
    expect(Object.fromEntries(Object.keys(sample.expected).map((key) => [key, said[key]]))).toEqual(sample.expected)
  },
)

it('a camera compatible with Vzenith numbers as Vzenith does, an OEM camera in its own way', () => {
  const payload = { AlarmInfoPlate: { serialno: 'S', result: { PlateResult: { license: '粤Z9065澳', colorType: 4, type: 14 } } } }
  const asked = { transport: 'http-push', topicOrUrl: 'POST http://h/p', contentType: 'application/json', payloadEncoding: 'json', payload }
  expect(decodeCamera({ ...asked, vendor: 'Vzenith-compatible OEM' })).toMatchObject({ plateType: 'macao' })
  expect(decodeCamera({ ...asked, vendor: 'AlphaDigi / 芊熠-type OEM' })).toMatchObject({ plateType: 'consulate' })
})

describe('a sighting in the kit’s words', () => {
  const seen = (text: string, more: Partial<Sighting> = {}): Sighting => ({
    kind: 'sighting',
    preview: false,
    device: 'D',
    record: null,
    text,
    colour: 'unknown',
    colourRaw: null,
    plateType: null,
    direction: null,
    confidence: 85.818779,
    confidenceRaw: 85.818779,
    deviceTime: 1_760_000_300_000,
    clockSuspect: false,
    backfill: false,
    fake: false,
    pictures: [],
    ...more,
  })
  it.each<[says: string, message: CameraMessage, is: object]>([
    ['a foreign plate stays a plate', seen('otm 2022'), { kind: 'plate', plate: 'OTM2022', confidence: 0.8582, plateColor: null }],
    [
      'half a plate is none',
      seen('晋B1234', { colour: 'yellow', colourRaw: '2' }),
      { kind: 'invalid_plate', plate: null, rawPlate: '晋B1234', error: 'length', plateColor: 'yellow' },
    ],
    ['a wrongly decoded plate is none', seen('鏅婤12345'), { kind: 'invalid_plate', error: 'encoding' }],
    ['a preview', seen('晋B12345', { preview: true, colour: 'yellow', colourRaw: '2' }), { kind: 'plate_preview', plateColor: 'yellow' }],
    ['a trailer', seen('晋BG123挂'), { isTrailer: true }],
    ['no plate has no colour', seen('noPlate', { colour: 'unknown', colourRaw: 'unknown' }), { kind: 'no_plate', plateColor: null }],
    ['a colour that was sent and is none', seen('晋B12345', { colourRaw: '0' }), { plateColor: 'unknown' }],
    ['a device that was not named', seen('晋B12345', { device: null }), { deviceId: null, capturedAt: '2025-10-09T08:58:20Z' }],
    [
      'an answer with the host’s time',
      seen('晋B12345', { reply: { as: 'json', status: 200, body: { R: [{ LocalTime: '20251009165820' }] } } }),
      { replyRequired: { R: [{ LocalTime: '<yyyyMMddHHmmss>' }] } },
    ],
    ['an answer in bytes', seen('晋B12345', { reply: { as: 'bytes', bytes: Uint8Array.of(0x8a, 0x7f) } }), { replyRequiredHex: '8a7f' }],
  ])('%s', (_says, message, is) => {
    expect(expectedOf(message)).toMatchObject(is)
  })

  it('the message that matters goes first, and the others are named', () => {
    const beat: CameraMessage = { kind: 'heartbeat', device: 'D' }
    expect(expectedOfAll([beat, seen('晋B12345'), beat])).toMatchObject({ kind: 'plate', alsoContains: ['heartbeat'] })
    expect(expectedOfAll([{ kind: 'ignored', device: null, why: 'x' }, beat])).toMatchObject({
      kind: 'heartbeat',
      alsoContains: ['ignored'],
    })
    expect(expectedOfAll([beat])).not.toHaveProperty('alsoContains')
  })

  it('a text alone is held against the Chinese grammar', () => {
    expect(expectedOfText('7ERF019')).toMatchObject({ kind: 'invalid_plate', error: 'province' })
    expect(expectedOfText('_无_')).toMatchObject({ kind: 'no_plate', rawPlate: '_无_' })
  })
})
