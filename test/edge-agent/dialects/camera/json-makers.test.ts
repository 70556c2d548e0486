import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CAMERA_DIALECTS, cameraDialect } from '#dialects/camera/camera-dialects'
import { CORX_SEEN_PULSE, corxPulse, corxRelay } from '#dialects/camera/corx-relay'
import type { Passage } from '#dialects/camera/passage'
import type { CameraMessage, Envelope, Sighting } from '#dialects/camera/sighting'
import type { Push } from '#dialects/camera/vzenith-http-encode'
import {
  encodeAxisPublisher,
  encodeAxisVerifier,
  encodeLilinLog,
  encodeMilesight,
  encodeOpenAlprGroup,
  encodeOpenAlprHeartbeat,
  encodeOpenAlprResults,
  encodePlateRecognizer,
  encodeSurvision,
  encodeUnifiAlarm,
} from '#dialects/camera/webhook-encode'
import { Instant } from '#edge/units'
import { hostileBody } from './hostile-json.ts'

const RECEIVED = Date.UTC(2026, 10, 22)
const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value))
const envelope = (body: Uint8Array, more: Partial<Envelope> = {}): Envelope => ({
  place: '/',
  headers: {},
  receivedAt: RECEIVED,
  ...more,
  body,
})

function hear(name: string, body: unknown, more: Partial<Envelope> = {}): readonly CameraMessage[] {
  const dialect = cameraDialect(name)
  if (dialect === null) throw new Error(`no dialect ${name}`)
  return dialect.decode(envelope(body instanceof Uint8Array ? body : bytes(body), more))
}
const hearPush = (name: string, { contentType, body, headers }: Push): readonly CameraMessage[] =>
  hear(name, body, { headers: { 'content-type': contentType, ...headers } })

const passage: Passage = {
  device: 'CAM-1',
  at: Instant(1_760_000_300_250),
  record: '4711',
  text: '晋B12345',
  colour: 'yellow',
  confidence: 93,
  pictures: { full: Uint8Array.of(0xff, 0xd8, 0xff, 1), plate: Uint8Array.of(0xff, 0xd8, 0xff, 2) },
}

describe('what a simulated camera says is what is heard', () => {
  const at = passage.at
  const record = passage.record
  it.each<[says: string, name: string, push: Push, is: Partial<Sighting>]>([
    ['OpenALPR, a picture', 'openalpr', encodeOpenAlprResults(passage), { confidence: 93, deviceTime: at, record, device: 'CAM-1' }],
    ['OpenALPR, a passage', 'openalpr', encodeOpenAlprGroup(passage), { confidence: 93, deviceTime: at, record }],
    ['Plate Recognizer', 'plate-recognizer', encodePlateRecognizer(passage), { confidence: 93, deviceTime: at, direction: '180' }],
    ['UniFi', 'unifi-protect', encodeUnifiAlarm(passage), { confidence: null, deviceTime: at, record }],
    ['Survision', 'survision', encodeSurvision(passage), { confidence: 93, deviceTime: at, record, beside: { vehicleEnd: 'front' } }],
    ['Axis, the publisher', 'axis-verifier', encodeAxisPublisher(passage), { confidence: null, deviceTime: at }],
    [
      'Axis, a vehicle comes',
      'axis-verifier',
      encodeAxisVerifier(passage, 'new'),
      { confidence: 93, deviceTime: at, record, preview: true },
    ],
    ['Axis, a vehicle is gone', 'axis-verifier', encodeAxisVerifier(passage, 'lost'), { confidence: 93, record, preview: false }],
    ['Milesight', 'milesight', encodeMilesight(passage), { colour: 'yellow', beside: { deviceTimeText: '2025-10-09 16:58:20' } }],
    ['LILIN', 'lilin', encodeLilinLog([passage]), { confidence: 93, deviceTime: at, record: '1760000300250000', device: null }],
  ])('%s', (_says, name, push, is) => {
    const [message, ...more] = hearPush(name, push)
    expect(more).toEqual([])
    expect(message).toMatchObject({ kind: 'sighting', clockSuspect: false, backfill: false, ...is })
    expect(message?.kind === 'sighting' && message.text.toUpperCase()).toBe('晋B12345')
  })

  it('an OpenALPR agent lives', () => {
    expect(hearPush('openalpr', encodeOpenAlprHeartbeat('A', at))).toEqual([{ kind: 'heartbeat', device: 'A', deviceTime: at }])
  })

  it('a vehicle without plate is an empty text', () => {
    const none = { ...passage, text: null }
    const pushes: [string, Push][] = [
      ['openalpr', encodeOpenAlprResults(none)],
      ['openalpr', encodeOpenAlprGroup(none)],
      ['plate-recognizer', encodePlateRecognizer(none)],
      ['unifi-protect', encodeUnifiAlarm(none)],
      ['survision', encodeSurvision(none)],
      ['axis-verifier', encodeAxisPublisher(none)],
      ['axis-verifier', encodeAxisVerifier(none, 'lost')],
      ['milesight', encodeMilesight(none)],
      ['lilin', encodeLilinLog([none])],
    ]
    for (const [name, push] of pushes) expect(hearPush(name, push)).toMatchObject([{ kind: 'sighting', text: '' }])
  })

  it('pictures come byte for byte, from a form as well', () => {
    for (const [name, push] of [
      ['plate-recognizer', encodePlateRecognizer(passage)],
      ['survision', encodeSurvision(passage)],
      ['axis-verifier', encodeAxisPublisher(passage)],
    ] as const)
      expect(hearPush(name, push)).toMatchObject([{ pictures: [passage.pictures?.full] }])
  })
})

describe('a message', () => {
  const aPlate = { plate: 'ABC123', confidence: 90 }
  it.each<[says: string, name: string, body: unknown, is: readonly object[]]>([
    [
      'OpenALPR: two vehicles are two sightings',
      'openalpr',
      { data_type: 'alpr_results', uuid: 'u', results: [aPlate, { plate: 'X' }] },
      [{ record: 'u-0' }, { record: 'u-1' }],
    ],
    [
      'OpenALPR: a heartbeat',
      'openalpr',
      { data_type: 'heartbeat', agent_uid: 'A', timestamp: 1_760_000_000_000 },
      [{ kind: 'heartbeat', device: 'A', deviceTime: 1_760_000_000_000 }],
    ],
    ['OpenALPR: an alert', 'openalpr', { data_type: 'alpr_alert' }, [{ kind: 'ignored', why: 'data_type alpr_alert' }]],
    ['OpenALPR: no data_type', 'openalpr', { results: [aPlate] }, [{ kind: 'ignored' }]],
    [
      'OpenALPR: results that are no list',
      'openalpr',
      { data_type: 'alpr_results', results: {} },
      [{ kind: 'error', why: 'missing-plate-result' }],
    ],
    [
      'OpenALPR: confidence beyond its scale',
      'openalpr',
      { data_type: 'alpr_results', results: [{ plate: 'A1', confidence: 101 }] },
      [{ confidence: null, confidenceRaw: 101 }],
    ],
    [
      'Plate Recognizer: nothing seen',
      'plate-recognizer',
      { data: { camera_id: 'c', results: [] } },
      [{ kind: 'sighting', text: '', confidence: null }],
    ],
    ['Plate Recognizer: another event', 'plate-recognizer', { hook: { event: 'parking' }, data: {} }, [{ kind: 'ignored' }]],
    [
      'Plate Recognizer: score 1.5',
      'plate-recognizer',
      { data: { results: [{ plate: 'a', score: 1.5 }] } },
      [{ confidence: null, confidenceRaw: 1.5 }],
    ],
    [
      'Plate Recognizer: the newer form',
      'plate-recognizer',
      { data: { results: [{ plate: { props: { plate: [{ value: '9jub11', score: 0.9 }] } } }] } },
      [{ text: '9jub11', confidence: 90 }],
    ],
    ['UniFi: a person', 'unifi-protect', { alarm: { triggers: [{ key: 'person', device: 'D' }] } }, [{ kind: 'ignored', device: 'D' }]],
    ['UniFi: a known plate', 'unifi-protect', { alarm: { triggers: [{ key: 'license_plate_known', value: 'A1' }] } }, [{ text: 'A1' }]],
    ['UniFi: no alarm', 'unifi-protect', {}, [{ kind: 'ignored' }]],
    ['Survision: no decision', 'survision', { anpr: { '@date': '1' } }, [{ kind: 'error', why: 'missing-plate-result' }]],
    ['Survision: a keep-alive', 'survision', { keepAlive: {} }, [{ kind: 'heartbeat' }]],
    [
      'Survision: one character only',
      'survision',
      { anpr: { decision: { '@plate': 'A', reliabilityPerCharacter: { char: { '@index': '0', '@reliability': '77' } } } } },
      [{ beside: { charConfidence: [77] } }],
    ],
    [
      'Milesight: counting',
      'milesight',
      { device: 'Network Camera', event: 'counting' },
      [{ kind: 'ignored', why: 'a message of kind counting' }],
    ],
    [
      'Milesight: a time with its zone',
      'milesight',
      { plate: 'A1', time: '2024-01-15T10:30:00+08:00' },
      [{ deviceTime: Date.UTC(2024, 0, 15, 2, 30) }],
    ],
    ['LILIN: an empty log', 'lilin', { LPR_COUNT: 0, INFORMATION: [] }, [{ kind: 'ignored' }]],
    [
      'LILIN: without its microseconds',
      'lilin',
      { INFORMATION: [{ LPR: 'A1', MOD_TS: '2018-04-10 03:03:57 GMT' }] },
      [{ deviceTime: Date.UTC(2018, 3, 10, 3, 3, 57), record: null }],
    ],
    ['Axis: neither form', 'axis-verifier', { device: 'X' }, [{ kind: 'ignored' }]],
    ['Axis: confidence in per cent', 'axis-verifier', { plateText: 'A1', plateConfidence: 95.5 }, [{ confidence: 95.5 }]],
  ])('%s', (_says, name, body, is) => {
    expect(hear(name, body)).toMatchObject(is)
  })

  it('Plate Recognizer: a form without the field `json` is an error', () => {
    const form = '--b\r\nContent-Disposition: form-data; name="upload"; filename="a.jpg"\r\n\r\nxyz\r\n--b--\r\n'
    expect(hear('plate-recognizer', form, { headers: { 'content-type': 'multipart/form-data; boundary=b' } })).toMatchObject([
      { kind: 'error', why: 'bad-multipart' },
    ])
  })

  it('a clock ahead of its message is suspected, one before such cameras were built is none', () => {
    const seen = (epoch: number): readonly CameraMessage[] =>
      hear('openalpr', { data_type: 'alpr_results', epoch_time: epoch, results: [{ plate: 'A1' }] })
    expect(seen(Date.UTC(2034, 0, 1))).toMatchObject([{ clockSuspect: true }])
    expect(seen(0)).toMatchObject([{ deviceTime: null, clockSuspect: true }])
    expect(seen(RECEIVED - 60_000)).toMatchObject([{ deviceTime: RECEIVED - 60_000, clockSuspect: false }])
  })
})

describe('a CORX relay', () => {
  it('is told in compact JSON and says the same', () => {
    const said = corxPulse('LANE1')
    expect(new TextDecoder().decode(said)).toBe(`{"A01":${CORX_SEEN_PULSE},"res":"LANE1"}`)
    expect(corxRelay.decode(envelope(said))).toEqual([{ kind: 'command-reply', device: null, id: 'LANE1', ok: true }])
    expect(() => corxPulse('LANE 1')).toThrow(RangeError)
  })
  it('without `res` only lives', () => {
    expect(corxRelay.decode(envelope(bytes({ A01: 0 })))).toEqual([{ kind: 'heartbeat', device: null }])
    expect(corxRelay.decode(envelope(bytes('{"A01"')))).toMatchObject([{ kind: 'error' }])
  })
})

describe('any bytes whatever', () => {
  const places = [
    '/',
    '/NotificationInfo/TollgateInfo',
    '/VIID/MotorVehicles',
    '/serverAll',
    'aiot/plate/QY1',
    'device/3a1c7f20-5b6d9e11/message/up/ivs_result',
    'device/3a1c7f20-5b6d9e11/message/up/gpio_in',
  ]
  const types = ['application/json', 'multipart/form-data; boundary=b', 'text/xml', 'application/x-www-form-urlencoded', '']

  it.each(Object.keys(CAMERA_DIALECTS))('%s answers them and never throws', (name) => {
    fc.assert(
      fc.property(hostileBody, fc.constantFrom(...places), fc.constantFrom(...types), (body, place, type) => {
        const messages = hear(name, body, { place, headers: { 'content-type': type } })
        expect(messages.length).toBeGreaterThan(0)
        expect(messages.length).toBeLessThanOrEqual(200)
        for (const message of messages) {
          if (message.kind !== 'sighting') continue
          expect([...message.text].length).toBeLessThanOrEqual(40)
          expect(message.confidence ?? 0).toBeGreaterThanOrEqual(0)
          expect(message.confidence ?? 0).toBeLessThanOrEqual(100)
          expect(Number.isSafeInteger(message.deviceTime ?? 0)).toBe(true)
        }
      }),
      { numRuns: 400 },
    )
  })

  it.each(Object.keys(CAMERA_DIALECTS))('%s refuses what is too long, empty, cut or too deep', (name) => {
    for (const body of [
      'x'.repeat(5 * 1_024 * 1_024),
      '',
      '\u0000\u0000',
      '{"a":',
      '['.repeat(200_000),
      `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`,
    ])
      for (const message of hear(name, body)) expect(['error', 'ignored', 'heartbeat']).toContain(message.kind)
  })
})
