import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CameraMessage } from '#dialects/camera/sighting'
import { encodeVzenithKeepAlive, encodeVzenithPreview, encodeVzenithResult, type VzenithPassage } from '#dialects/camera/vzenith-encode'
import { decodeVzenith, LONGEST_MESSAGE, vzenithMqtt, vzenithOemMqtt } from '#dialects/camera/vzenith-mqtt'
import { readVzenithTopic, VZENITH_TOPICS, vzenithTopic } from '#dialects/camera/vzenith-topics'
import type { PlateColour } from '#edge/plate'
import { Instant } from '#edge/units'
import { expectedOf } from '../../../../edge-agent/kit/as-expected-camera.ts'
import { readTape } from '../tapes.ts'

const DEVICE = '3a1c7f20-5b6d9e11'
const RESULT = `device/${DEVICE}/message/up/ivs_result`
const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value))
const base64 = (text: string): string => Buffer.from(text).toString('base64')
const hear = (body: unknown, topic = RESULT): CameraMessage => decodeVzenith(topic, bytes(body))
const aResult = (plate: object, more: object = {}): object => ({
  sn: DEVICE,
  name: 'ivs_result',
  timestamp: 1_760_000_000,
  payload: { AlarmInfoPlate: { result: { PlateResult: { license: base64('陕K12345'), colorType: 2, confidence: 94, ...plate } } } },
  ...more,
})
function sighting(body: unknown, topic = RESULT): CameraMessage & { kind: 'sighting' } {
  const message = hear(body, topic)
  if (message.kind !== 'sighting') throw new Error(`a sighting was expected, not ${JSON.stringify(message)}`)
  return message
}

interface Sample {
  readonly id: string
  readonly topic: string
  readonly payload: unknown
  readonly note?: string
  readonly expected: Readonly<Record<string, unknown>>
}
const samples = readTape<{ messages: Sample[] }>('vzenith-mqtt').messages

it.each(samples.map((sample) => [sample.id, sample.note ?? sample.topic, sample] as const))(
  '%s reads as published: %s',
  (_id, _note, { topic, payload, expected }) => {
    expect(expectedOf(decodeVzenith(topic, bytes(payload)))).toMatchObject(expected)
  },
)

describe('a result', () => {
  it('of 2026 had `color` instead of `colorType`, and neither record nor trigger', () => {
    expect(sighting(aResult({ colorType: undefined, color: 6 }))).toMatchObject({ colour: 'yellow-green', colourRaw: '6', record: null })
  })

  it('of the older form without `payload` carries its plate plainly', () => {
    const old = { AlarmInfoPlate: { serialno: DEVICE, result: { PlateResult: { license: '陕K12345', colorType: 2 } } } }
    expect(sighting(old)).toMatchObject({ text: '陕K12345', colour: 'yellow', confidence: null, confidenceRaw: null })
  })

  it.each<[says: string, plate: object, is: object]>([
    ['a backfilled record', { isoffline: 1 }, { backfill: true }],
    ['backfill told as text', { isoffline: '1' }, { backfill: true }],
    ['a suspected fake', { is_fake_plate: 1 }, { fake: true }],
    ['a fake by its class', { type: 29 }, { fake: true, plateType: 'fake-plate' }],
    ['a confidence as text', { confidence: '96' }, { confidence: 96, confidenceRaw: '96' }],
    ['a confidence out of range', { confidence: 255 }, { confidence: null, confidenceRaw: 255 }],
    ['a colour nobody knows', { colorType: 9 }, { colour: 'unknown', colourRaw: '9' }],
    ['a colour only in the list of plates', { colorType: undefined, plates: [{ color: 1 }] }, { colour: 'blue' }],
    ['a class nobody knows', { type: 77 }, { plateType: 'type-77' }],
    ['a record number', { plateid: 21_085 }, { record: '21085' }],
    ['the number shared with its preview', { plateid: 21_085, unique_id: 'u-1' }, { record: 'u-1' }],
    ['record number zero', { plateid: 0 }, { record: null }],
    ['a clock at 1970', { timeStamp: { Timeval: { sec: 0, usec: 0 } } }, { deviceTime: 1_760_000_000_000, clockSuspect: true }],
    [
      'microseconds',
      { timeStamp: { Timeval: { sec: 1_760_000_300, usec: 250_000 } } },
      { deviceTime: 1_760_000_300_250, clockSuspect: false },
    ],
    ['milliseconds for seconds', { start_time: 1_760_000_300_250 }, { deviceTime: 1_760_000_300_250, clockSuspect: false }],
    ['no plate', { license: 'X+aXoF8=' }, { text: '_无_' }],
    ['no licence at all', { license: null }, { text: '' }],
    ['a plate in GBK', { license: 'vfpCMTIzNDU=' }, { text: '晋B12345' }],
    ['a plate in clear', { license: '晋B12345' }, { text: '晋B12345' }],
    ['half a plate in clear', { license: '晋B1234' }, { text: '晋B1234' }],
    ['a foreign plate in base64', { license: base64('OTM2022') }, { text: 'OTM2022' }],
    ['a foreign plate in clear', { license: 'OTM2022' }, { text: 'OTM2022' }],
    ['no plate in clear', { license: 'null' }, { text: 'null' }],
    ['GBK inside the base64', { license: 'vfpCMTIzNDU=' }, { beside: { encoding: 'gbk' } }],
    ['the camera’s own opening', { gioouts: [{ ionum: 0, ctrltype: 2 }] }, { beside: { openedByCamera: true } }],
    ['bytes no database would store', { license: base64('陕K\u0000') }, { text: '陕K\u{fffd}' }],
    ['a text without end', { license: base64('8'.repeat(5_000)) }, { text: '8'.repeat(40) }],
    ['a picture that is none', { full_image_content: '!!!!' }, { pictures: [] }],
  ])('with %s', (_says, plate, is) => {
    expect(sighting(aResult(plate))).toMatchObject(is)
  })

  it('whose clock nobody can read has no time and says so', () => {
    expect(sighting(aResult({}, { timestamp: 'yesterday' }))).toMatchObject({ deviceTime: null, clockSuspect: true })
  })

  it('brings its pictures byte for byte', () => {
    const [full, small] = [Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 1), Uint8Array.of(0xff, 0xd8, 0xff)]
    const body = aResult({
      full_image_content: Buffer.from(full).toString('base64'),
      small_image_content: Buffer.from(small).toString('base64'),
    })
    expect(sighting(body).pictures).toEqual([full, small])
  })
})

describe('other messages', () => {
  it.each<[says: string, name: string, body: object, is: object]>([
    ['a heartbeat', 'keep_alive', { sn: DEVICE, payload: { body: { timestamp: 1 } } }, { kind: 'heartbeat', device: DEVICE }],
    [
      'an old heartbeat under the key of a plate',
      'ivs_result',
      { AlarmInfoPlate: { serialno: DEVICE, heartbeat: 1 } },
      { kind: 'heartbeat' },
    ],
    [
      'an input of the camera, without `body`',
      'gpio_in',
      { sn: DEVICE, payload: { AlarmGioIn: { result: { TriggerResult: { source: 3, value: 0 } } } } },
      { kind: 'input', input: 4, on: false },
    ],
    [
      'a software trigger',
      'gpio_in',
      { sn: DEVICE, payload: { body: { AlarmGioIn: { result: { TriggerResult: { source: 4, value: 1 } } } } } },
      { kind: 'ignored' },
    ],
    [
      'bytes from its RS-485',
      'serial_data',
      { sn: DEVICE, payload: { SerialData: { serialChannel: 0, data: 'AGT//wwBMndi', dataLen: 9 } } },
      { kind: 'serial', bytes: Uint8Array.of(0x00, 0x64, 0xff, 0xff, 0x0c, 0x01, 0x32, 0x77, 0x62) },
    ],
    [
      'a vehicle that turned back',
      'lanectrl_result',
      { sn: DEVICE, payload: { event_type: 84 } },
      { kind: 'lane-event', event: 'turned-back', text: null },
    ],
    ['an event nobody knows', 'lanectrl_result', { sn: DEVICE, payload: { event_type: 7 } }, { event: 'event-7' }],
    [
      'the state of its barrier',
      'barr_gate_status',
      { sn: DEVICE, payload: { body: { gate_status: 2 } } },
      { event: 'gate-status', text: '2' },
    ],
    ['a snapshot', 'snapshot', { sn: DEVICE, payload: {} }, { kind: 'ignored' }],
    [
      'a text that is neither base64 nor plain',
      'ivs_result',
      { sn: DEVICE, payload: { AlarmInfoPlate: { result: { PlateResult: { license: '5pmLQjEyMzQ!' } } } } },
      { kind: 'error', why: 'bad-encoding', device: DEVICE },
    ],
    [
      'a result without result',
      'ivs_result',
      { sn: DEVICE, payload: { AlarmInfoPlate: { result: {} } } },
      { kind: 'error', why: 'missing-plate-result' },
    ],
  ])('%s', (_says, name, body, is) => {
    expect(hear(body, `device/${DEVICE}/message/up/${name}`)).toMatchObject(is)
    expect(hear(body, `${DEVICE}/device/message/up/${name}`)).toMatchObject(is)
  })

  it('a NUL byte ahead of the JSON is no reason to miss a heartbeat', () => {
    expect(decodeVzenith(`device/${DEVICE}/message/up/keep_alive`, Uint8Array.of(0, ...bytes({ sn: DEVICE }), 0))).toMatchObject({
      kind: 'heartbeat',
    })
  })

  it('a refused command is not a taken one', () => {
    const answer = (code: number): CameraMessage => hear({ id: 'open-1', sn: DEVICE, code }, `${DEVICE}/device/message/down/gpio_out/reply`)
    expect(answer(200)).toEqual({ kind: 'command-reply', device: DEVICE, id: 'open-1', ok: true })
    expect(answer(400)).toMatchObject({ ok: false })
  })

  it("our own commands on the way down are not the camera's words", () => {
    expect(hear({ id: 'open-1' }, `device/${DEVICE}/message/down/gpio_out`)).toMatchObject({ kind: 'ignored' })
  })
})

it('moments are the envelope’s where a message has none of its own', () => {
  const at = { sn: DEVICE, timestamp: 1_760_000_720 }
  const heard = (name: string, payload: object): CameraMessage => hear({ ...at, payload }, `device/${DEVICE}/message/up/${name}`)
  const deviceTime = 1_760_000_720_000
  expect(heard('gpio_in', { AlarmGioIn: { result: { TriggerResult: { source: 0, value: 1 } } } })).toMatchObject({
    kind: 'input',
    deviceTime,
  })
  expect(heard('keep_alive', {})).toMatchObject({ kind: 'heartbeat', deviceTime })
  expect(heard('lanectrl_result', { event_type: 85, result: [{ plate_result: { color_type: 'MA==' } }] })).toMatchObject({
    deviceTime,
    colour: 'unknown',
    colourRaw: '0',
  })
  expect(hear({ sn: DEVICE, timestamp: 5 }, `device/${DEVICE}/message/up/keep_alive`)).toEqual({ kind: 'heartbeat', device: DEVICE })
})

it('an OEM camera on the same topics has its own numbers, and the grammar before them', () => {
  const heard = (dialect: typeof vzenithMqtt, plate: object): readonly CameraMessage[] =>
    dialect.decode({ place: RESULT, headers: {}, body: bytes(aResult(plate)), receivedAt: 0 })
  const small = { license: base64('粤BF12345'), colorType: 5, type: 11 }
  expect(heard(vzenithMqtt, small)).toMatchObject([{ plateType: 'hong-kong' }])
  expect(heard(vzenithOemMqtt, small)).toMatchObject([{ plateType: 'nev-small' }])
  expect(heard(vzenithOemMqtt, { type: 12 })).toMatchObject([{ plateType: null, colour: 'yellow' }])
})

describe('what nobody can read', () => {
  it.each<[says: string, topic: string, body: unknown, why: string]>([
    ['another topic', 'qymqtt/1/up', {}, 'bad-topic'],
    ['a topic without device', 'device//message/up/ivs_result', {}, 'bad-topic'],
    ['no JSON', RESULT, 'hello', 'not-json'],
    ['nothing', RESULT, '', 'empty-body'],
    ['JSON that is no object', RESULT, '[1]', 'not-json'],
    ['an object closed too often', RESULT, '{}}', 'not-json'],
    ['an object cut in a text', RESULT, '{"a":"b', 'truncated-json'],
    ['an object cut between members', RESULT, '{"a":{"b":1}', 'truncated-json'],
    ["another camera's number inside", RESULT, { sn: 'aaaaaaaa-bbbbbbbb' }, 'device-mismatch'],
    ['a message without end', RESULT, 'x'.repeat(LONGEST_MESSAGE + 1), 'too-long'],
    ['brackets without end', RESULT, '['.repeat(1_000_000), 'not-json'],
  ])('%s', (_says, topic, body, why) => {
    expect(hear(body, topic)).toMatchObject({ kind: 'error', why })
  })

  it('the case of the serial number does not matter', () => {
    expect(hear({ sn: DEVICE.toUpperCase() }, `device/${DEVICE}/message/up/keep_alive`)).toMatchObject({ kind: 'heartbeat' })
  })

  it('no bytes and no JSON make it throw', () => {
    const names = ['ivs_result', 'quick_ivs_result', 'keep_alive', 'gpio_in', 'serial_data', 'lanectrl_result', 'barr_gate_status']
    const topics = fc.constantFrom(...names.map((name) => `device/${DEVICE}/message/up/${name}`), `${DEVICE}/device/message/down/x/reply`)
    const keys = [
      'payload',
      'body',
      'AlarmInfoPlate',
      'AlarmGioIn',
      'result',
      'PlateResult',
      'TriggerResult',
      'license',
      'sn',
      'source',
      'timeStamp',
    ]
    const { json } = fc.letrec((tie) => ({
      json: fc.oneof(
        { maxDepth: 7 },
        fc.constant(null),
        fc.constantFrom(0, 1, -1, 1e300, true, '', '_无_', '5pmLQjEyMzQ1', '__proto__', '\ud800'),
        fc.array(tie('json'), { maxLength: 3 }),
        fc.dictionary(fc.oneof(fc.constantFrom(...keys), fc.constant('__proto__')), tie('json')),
      ),
    }))
    fc.assert(
      fc.property(topics, fc.oneof(fc.uint8Array(), json.map(bytes)), (topic, payload) => void decodeVzenith(topic, payload)),
      { numRuns: 2_000 },
    )
    fc.assert(fc.property(fc.string(), fc.uint8Array(), (topic, payload) => void decodeVzenith(topic, payload)))
  })
})

describe('what the simulated camera says is what is heard', () => {
  const aPassage = fc.record({
    device: fc.constantFrom(DEVICE, '917e2298-8ddf3e46'),
    at: fc.integer({ min: Date.UTC(2020, 0, 2), max: Date.UTC(2032, 0, 1) }).map(Instant),
    record: fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme-ascii' }),
    text: fc.constantFrom('陕K12345', '晋B1234挂', '陕AD12345', '_无_', '无牌车'),
    colour: fc.constantFrom<PlateColour>('blue', 'yellow', 'white', 'black', 'green', 'yellow-green', 'unknown'),
    confidence: fc.integer({ min: 0, max: 100 }),
    backfill: fc.boolean(),
    fake: fc.boolean(),
    pictures: fc.record({ full: fc.uint8Array({ minLength: 1 }), plate: fc.uint8Array({ minLength: 1 }) }),
  })
  const layouts = fc.constantFrom('A' as const, 'B' as const)

  it('as result and as preview', () => {
    fc.assert(
      fc.property(aPassage, layouts, (passage: VzenithPassage, layout) => {
        const { device, record, text, colour, confidence, backfill, fake, at: deviceTime, pictures } = passage
        const said = {
          kind: 'sighting',
          device,
          record,
          text,
          colour,
          confidence,
          backfill,
          fake,
          deviceTime,
          clockSuspect: false,
          direction: 'down',
        }
        const result = encodeVzenithResult(passage, layout)
        const preview = encodeVzenithPreview(passage, layout)
        expect(decodeVzenith(result.topic, result.payload)).toMatchObject({
          ...said,
          preview: false,
          pictures: [pictures?.full, pictures?.plate],
        })
        expect(decodeVzenith(preview.topic, preview.payload)).toMatchObject({ ...said, preview: true, pictures: [] })
      }),
    )
  })

  it('as a vehicle without plate', () => {
    const { topic, payload } = encodeVzenithResult(
      { device: DEVICE, at: Instant(1_760_000_000_000), record: '1', text: null, colour: 'unknown', confidence: 0 },
      'B',
    )
    expect(decodeVzenith(topic, payload)).toMatchObject({ kind: 'sighting', text: '_无_', plateType: 'unknown' })
  })

  it('as a heartbeat, with and without the NUL byte', () => {
    for (const nulFirst of [false, true]) {
      const { topic, payload } = encodeVzenithKeepAlive({ device: DEVICE, at: Instant(1_760_000_000_000), nulFirst }, 'A')
      expect(payload[0]).toBe(nulFirst ? 0 : 0x7b)
      expect(decodeVzenith(topic, payload)).toEqual({ kind: 'heartbeat', device: DEVICE, deviceTime: 1_760_000_000_000 })
    }
  })
})

it('a topic says which layout a camera speaks, so that it is answered in that one only', () => {
  for (const layout of ['A', 'B'] as const) {
    const up = vzenithTopic(layout, DEVICE, 'up', 'ivs_result')
    expect(readVzenithTopic(up)).toEqual({ layout, device: DEVICE, name: 'ivs_result', kind: 'up' })
    expect(readVzenithTopic(`${vzenithTopic(layout, DEVICE, 'down', 'gpio_out')}/reply`)).toMatchObject({
      layout,
      name: 'gpio_out',
      kind: 'reply',
    })
    const matches = (filter: string): boolean => new RegExp(`^${filter.replaceAll('+', '[^/]+')}$`).test(up)
    expect(VZENITH_TOPICS.filter(matches)).toHaveLength(1)
  }
})
