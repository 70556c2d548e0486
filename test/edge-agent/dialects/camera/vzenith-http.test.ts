import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Passage } from '#dialects/camera/passage'
import type { CameraMessage, Envelope, Sighting } from '#dialects/camera/sighting'
import { vzenithAnswer, vzenithOemAnswer } from '#dialects/camera/vzenith-answer'
import { vzenithHttp, vzenithOemHttp } from '#dialects/camera/vzenith-http'
import {
  encodeVzenithHeartbeat,
  encodeVzenithInput,
  encodeVzenithOldHeartbeat,
  encodeVzenithPush,
  encodeVzenithSerial,
  type Push,
} from '#dialects/camera/vzenith-http-encode'
import type { PlateColour } from '#edge/plate'
import { Instant } from '#edge/units'
import { hostileBody } from './hostile-json.ts'

const DEVICE = '3a1c7f20-5b6d9e11'
const RECEIVED = Date.UTC(2026, 10, 22)
const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value))
const envelope = (body: Uint8Array, contentType = 'application/json'): Envelope => ({
  place: '/plate',
  headers: { 'content-type': contentType },
  body,
  receivedAt: RECEIVED,
})
const hear = (body: unknown, type?: string, dialect = vzenithHttp): readonly CameraMessage[] => dialect.decode(envelope(bytes(body), type))
const hearPush = ({ body, contentType }: Push, dialect = vzenithHttp): readonly CameraMessage[] =>
  dialect.decode(envelope(body, contentType))
const aPlate = (result: object, more: object = {}): object => ({
  AlarmInfoPlate: { serialno: DEVICE, result: { PlateResult: { license: '晋B12345', colorType: 2, confidence: 94, ...result } }, ...more },
})
function sighting(body: object, dialect = vzenithHttp): Sighting {
  const [message] = hear(body, undefined, dialect)
  if (message?.kind !== 'sighting') throw new Error(`a sighting was expected, not ${JSON.stringify(message)}`)
  return message
}

describe('a plate', () => {
  it.each<[says: string, result: object, is: object]>([
    ['in base64, as OEM firmware sends it', { license: '5pmLQjEyMzQ1' }, { text: '晋B12345' }],
    ['of another country that could be base64', { license: 'OTM2022X' }, { text: 'OTM2022X' }],
    ['that is a number', { license: 12_345 }, { text: '12345' }],
    [
      'opened for by the camera itself',
      {
        gioouts: [
          { ionum: '0', ctrltype: 0 },
          { ionum: 1, ctrltype: 2 },
        ],
      },
      { beside: { openedByCamera: true } },
    ],
    ['opened for by its server', { gioouts: [{ ionum: 0, ctrltype: 1 }] }, { beside: { openedByCamera: false } }],
    [
      'among others in view',
      { plates: [{ license: '晋B12345' }, { license: '晋BG123挂' }, { license: '???' }, { license: '晋B·G123挂' }] },
      { text: '晋B12345', beside: { alsoInView: ['晋BG123挂'] } },
    ],
    [
      'with the maker’s numbers beside our words',
      { type: 14, direction: 4 },
      { plateType: 'macao', direction: 'down', beside: { plateTypeRaw: '14', directionRaw: '4' } },
    ],
    ['that is none, by its class', { license: '_无_', type: 31 }, { text: '_无_', beside: { noPlate: 'vehicle-without-plate' } }],
    ['not recognised, in words', { license: '未识别' }, { beside: { noPlate: 'not-recognised' } }],
    ['whose members reach for the prototype', { license: '晋B12345', __proto__: { isoffline: 1 } }, { backfill: false }],
  ])('%s', (_says, result, is) => {
    expect(sighting(aPlate(result))).toMatchObject(is)
  })

  it.each<[says: string, license: unknown]>([
    ['a list', ['晋B12345']],
    ['an object', { toString: '晋B12345' }],
    ['left out', undefined],
  ])('that is %s is no finding, and is answered so that the next record comes', (_says, license) => {
    expect(hear(aPlate({ license, isoffline: 1, plateid: 7 }))).toEqual([
      {
        kind: 'error',
        device: DEVICE,
        why: 'missing-plate-result',
        reply: vzenithAnswer({ plateId: 7, nextBackfilled: true }),
      },
    ])
  })

  it.each<[says: string, time: object, is: object]>([
    [
      'the vendor’s own example, three years apart',
      { sec: 1_441_815_171, usec: 672_241, decyear: 2018, decmon: 6, decday: 8, dechour: 10, decmin: 26, decsec: 28 },
      { deviceTime: 1_441_815_171_672, clockSuspect: true },
    ],
    [
      'both agree',
      { sec: 1_686_299_994, usec: 999_999, decyear: 2023, decmon: 6, decday: 9, dechour: 16, decmin: 39, decsec: 54 },
      { deviceTime: 1_686_299_994_999, clockSuspect: false },
    ],
    [
      'seconds at 1970, local fields right',
      { sec: 0, usec: 0, decyear: 2025, decmon: 10, decday: 9, dechour: 16, decmin: 55, decsec: 20 },
      { deviceTime: Date.UTC(2025, 9, 9, 8, 55, 20), clockSuspect: true },
    ],
    [
      'only local fields',
      { decyear: 2025, decmon: 10, decday: 9, dechour: 16, decmin: 55, decsec: 20 },
      { deviceTime: Date.UTC(2025, 9, 9, 8, 55, 20), clockSuspect: false },
    ],
    ['the future', { sec: Date.UTC(2034, 0, 1) / 1_000 }, { deviceTime: Date.UTC(2034, 0, 1), clockSuspect: true }],
    ['the far future', { sec: 1e13 }, { clockSuspect: true }],
    ['no time at all', {}, { deviceTime: null, clockSuspect: true }],
    ['a thirteenth month', { decyear: 2025, decmon: 13, decday: 9, dechour: 16, decmin: 55, decsec: 20 }, { deviceTime: null }],
    ['text for numbers', { sec: '1760000300', usec: '250000' }, { deviceTime: 1_760_000_300_250, clockSuspect: false }],
  ])('its time: %s', (_says, time, is) => {
    expect(sighting(aPlate({ timeStamp: { Timeval: time } }))).toMatchObject(is)
  })

  it('is read whatever content type its firmware names', () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', ''])
      expect(hear(aPlate({}), type)).toMatchObject([{ kind: 'sighting', text: '晋B12345' }])
  })

  it('with ten megabytes of picture is refused whole', () => {
    expect(hear(aPlate({ imageFile: 'A'.repeat(10 * 1_024 * 1_024) }))).toEqual([{ kind: 'error', device: null, why: 'too-long' }])
  })
})

describe('the answer', () => {
  const replyTo = (result: object, dialect = vzenithHttp): unknown => {
    const { reply } = sighting(aPlate(result), dialect)
    return reply?.as === 'json' ? reply.body : reply
  }
  it('to a live plate repeats its number and opens nothing', () => {
    expect(replyTo({ plateid: 1006 })).toEqual({ Response_AlarmInfoPlate: { info: 'no', plateid: 1006 } })
    expect(replyTo({})).toEqual({ Response_AlarmInfoPlate: { info: 'no' } })
  })
  it('to a backfilled one asks for the next', () => {
    expect(replyTo({ plateid: '987', isoffline: 1 })).toEqual({
      Response_AlarmInfoPlate: { ContinuePushOffline: { plateid: '987', continue: 1 } },
    })
  })
  it('to an AlphaDigi ends its repeats', () => {
    expect(replyTo({ plateid: 5 }, vzenithOemHttp)).toEqual({
      Response_AlarmInfoPlate: { info: 'no', content: 'retransfer_stop', is_pay: 'false', serialData: [], plateid: 5 },
    })
  })
  it('may carry bytes for a sign, a voice, an output', () => {
    const reply = vzenithAnswer({
      plateId: 1,
      serial: [{ channel: 0, bytes: Uint8Array.of(0x00, 0x64, 0xff) }],
      output: { io: 0, value: 'pulse', pulseMs: 900_000 },
      speak: { text: '请上磅', volume: 80 },
      trigger: true,
      pictureTo: 'http://10.0.0.1/p',
    })
    expect(reply).toMatchObject({
      body: {
        Response_AlarmInfoPlate: {
          serialData: [{ serialChannel: 0, data: 'AGT/', dataLen: 3 }],
          ivs_ioctrl: { io: 0, value: 2, delay: 600_000 },
          playserver_json_request: { type: 'ps_voice_play', voice_volume: 80 },
          manualTrigger: 'ok',
          TriggerImage: { snapImageAbsolutelyUrl: 'http://10.0.0.1/p' },
        },
      },
    })
  })
  it('never says ok, which would open', () => {
    for (const make of [vzenithAnswer, vzenithOemAnswer])
      expect(JSON.stringify([make({}), make({ nextBackfilled: true }), make({ trigger: false })])).not.toContain('"info":"ok"')
  })
})

describe('a heartbeat', () => {
  const SECRET = 'S3cret-Pa55'
  it('is known by its serial number, and the password it carries goes nowhere', () => {
    const push = encodeVzenithHeartbeat(DEVICE, SECRET)
    expect(hearPush(push)).toEqual([{ kind: 'heartbeat', device: DEVICE }])
    // Cut anywhere, under any content type, nothing of it is repeated.
    fc.assert(
      fc.property(fc.nat(push.body.length), fc.constantFrom(push.contentType, 'application/json', 'text/plain'), (length, type) => {
        const said = JSON.stringify(vzenithHttp.decode(envelope(push.body.subarray(0, length), type)))
        expect(said).not.toContain(SECRET)
        expect(said).not.toContain('admin')
      }),
    )
  })
  it.each([vzenithHttp, vzenithOemHttp])('of old firmware stands under the key of a plate', (dialect) => {
    expect(hearPush(encodeVzenithOldHeartbeat(DEVICE), dialect)).toMatchObject([{ kind: 'heartbeat', device: DEVICE }])
  })
  it('may be url-encoded', () => {
    expect(hear(`device_name=ivs&pass_wd=${SECRET}&serialno=${DEVICE}`, 'application/x-www-form-urlencoded')).toEqual([
      { kind: 'heartbeat', device: DEVICE },
    ])
  })
  it('of an AlphaDigi is answered', () => {
    expect(hear({ Heartbeat: { serialno: DEVICE } }, undefined, vzenithOemHttp)).toEqual([
      {
        kind: 'heartbeat',
        device: DEVICE,
        reply: { as: 'json', status: 200, body: { Response_Heartbeat: { info: 'no', serialData: [] } } },
      },
    ])
  })
})

describe('other messages', () => {
  it('contacts and serial bytes come through', () => {
    expect(hearPush(encodeVzenithInput(DEVICE, 2, false))).toEqual([{ kind: 'input', device: DEVICE, input: 2, on: false }])
    expect(hearPush(encodeVzenithSerial(DEVICE, Uint8Array.of(1, 2, 3)))).toEqual([
      { kind: 'serial', device: DEVICE, bytes: Uint8Array.of(1, 2, 3) },
    ])
  })
  it.each<[says: string, body: unknown, is: object]>([
    [
      'a trigger over TCP',
      { AlarmGioIn: { serialno: DEVICE, result: { TriggerResult: { source: 4, value: 1 } } } },
      { kind: 'ignored', device: DEVICE },
    ],
    ['serial data that is no base64', { SerialData: { serialno: DEVICE, data: '###' } }, { kind: 'ignored', device: DEVICE }],
    ['a snapshot', { ipaddr: '1.2.3.4', TriggerImage: { imageFile: 'AAAA' } }, { kind: 'ignored', why: 'a snapshot' }],
    ['something else', { hello: 1 }, { kind: 'ignored', device: null }],
    [
      'a result that is a list',
      { AlarmInfoPlate: { serialno: DEVICE, result: { PlateResult: [] } } },
      { kind: 'error', why: 'missing-plate-result', device: DEVICE },
    ],
    ['a result that is text', { AlarmInfoPlate: { serialno: DEVICE, result: '晋B12345' } }, { kind: 'error', why: 'missing-plate-result' }],
    ['no JSON', '<html>', { kind: 'error', why: 'not-json' }],
    ['NUL bytes only', '\u0000\u0000', { kind: 'error', why: 'empty-body' }],
    [
      'JSON cut in its picture',
      '{"AlarmInfoPlate":{"result":{"PlateResult":{"license":"晋B12345","imageFile":"/9j/',
      { kind: 'error', why: 'truncated-json' },
    ],
    ['a form without end', '--x\r\nnonsense', { kind: 'error', why: 'bad-multipart' }],
    ['another form', '--x\r\nContent-Disposition: form-data; name="file"\r\n\r\n1\r\n--x--', { kind: 'ignored' }],
    [
      'a heartbeat cut in its serial number',
      '--x\r\nContent-Disposition: form-data; name="serialno"\r\n\r\n3a1c',
      { kind: 'heartbeat', device: null },
    ],
  ])('%s', (_says, body, is) => {
    expect(hear(body)).toMatchObject([is])
  })
})

describe('OEM numbers', () => {
  it.each<[says: string, result: object, is: object]>([
    ['11 is a small new-energy vehicle', { license: '粤BF12345', colorType: 5, type: 11 }, { plateType: 'nev-small', colour: 'green' }],
    ['the grammar goes before the number', { license: '晋B12345D', colorType: 6, type: 20 }, { plateType: 'nev-large' }],
    ['a trailer is one whatever the number', { license: '晋BG123挂', colorType: 2, type: 4 }, { plateType: 'trailer' }],
    ['a class against the colour is none', { license: 'OTM2022', colorType: 3, type: 1 }, { plateType: null, colour: 'white' }],
    ['a number nobody knows', { license: '晋B12345', colorType: 2, type: 77 }, { plateType: 'type-77' }],
    ['a rectangle upside down', { location: { RECT: { top: 640, bottom: 600 } }, type: 3 }, { plateType: 'yellow' }],
  ])('%s', (_says, result, is) => {
    expect(sighting(aPlate(result), vzenithOemHttp)).toMatchObject(is)
  })
})

it('what the simulated camera says is what is heard', () => {
  const passages: fc.Arbitrary<Passage> = fc.record({
    device: fc.constantFrom(DEVICE, 'fd495d6ee960dbec'),
    at: fc.integer({ min: Date.UTC(2020, 0, 2), max: RECEIVED }).map(Instant),
    record: fc.integer({ min: 1, max: 9_000 }).map(String),
    text: fc.constantFrom('陕K12345', '晋BG123挂', '陕AD12345', '粤Z9065澳', null),
    colour: fc.constantFrom<PlateColour>('blue', 'yellow', 'white', 'black', 'green', 'yellow-green', 'unknown'),
    confidence: fc.integer({ min: 0, max: 100 }),
    backfill: fc.boolean(),
    openedByCamera: fc.boolean(),
    pictures: fc.record({ full: fc.uint8Array({ minLength: 1 }), plate: fc.uint8Array({ minLength: 1 }) }),
  })
  fc.assert(
    fc.property(passages, fc.constantFrom('vzenith' as const, 'oem' as const), (passage, maker) => {
      const [message] = hearPush(encodeVzenithPush(passage, maker), maker === 'oem' ? vzenithOemHttp : vzenithHttp)
      const { device, record, colour, confidence, backfill, openedByCamera, at: deviceTime, pictures } = passage
      expect(message).toMatchObject({
        kind: 'sighting',
        ...{ device, record, colour, confidence, backfill, deviceTime, clockSuspect: false, preview: false },
        text: passage.text ?? '_无_',
        beside: { openedByCamera },
        pictures: [pictures?.full, pictures?.plate],
      })
    }),
  )
})

it('hostile JSON gives an answer and never a plate that is not in it', () => {
  fc.assert(
    fc.property(hostileBody, fc.constantFrom(vzenithHttp, vzenithOemHttp), (body, dialect) => {
      for (const message of dialect.decode(envelope(body))) {
        if (message.kind !== 'sighting' || !message.text.includes('晋B12345')) continue
        const sent = new TextDecoder().decode(body)
        expect(sent.includes('晋B12345') || sent.includes('5pmLQjEyMzQ1')).toBe(true)
      }
    }),
    { numRuns: 2_000 },
  )
})
