import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Passage } from '#dialects/camera/passage'
import { qianyiGate, qianyiKeepOpen, qianyiMessageId, qianyiSerial, qianyiSetTime } from '#dialects/camera/qianyi-command'
import {
  encodeQianyiAnswer,
  encodeQianyiHeartbeat,
  encodeQianyiRegister,
  encodeQianyiResult,
  encodeQianyiWill,
  type QianyiMessage,
  readQianyiDown,
} from '#dialects/camera/qianyi-encode'
import { qianyiMqtt, qianyiRegistration } from '#dialects/camera/qianyi-mqtt'
import { QIANYI_TOPICS, readQianyiTopic } from '#dialects/camera/qianyi-topics'
import type { CameraMessage } from '#dialects/camera/sighting'
import type { PlateColour } from '#edge/plate'
import { Instant } from '#edge/units'
import { hostileBody } from './hostile-json.ts'

const DEVICE = 'QY0A1B2C3D'
const TOPIC = `aiot/plate/${DEVICE}`
const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value))
const hear = (body: unknown, place = TOPIC): CameraMessage | undefined =>
  qianyiMqtt.decode({ place, headers: {}, body: body instanceof Uint8Array ? body : bytes(body), receivedAt: 0 })[0]
const hearMessage = ({ topic, payload }: QianyiMessage): CameraMessage | undefined => hear(payload, topic)
const aResult = (more: object): object => ({
  cmd: 'result',
  msg_id: 'm1',
  sn: DEVICE,
  plate_num: '晋B12345',
  utc_ts: 1_760_001_000,
  ...more,
})

describe('a result', () => {
  it.each<[says: string, more: object, is: object]>([
    ['online', { type: 'online' }, { backfill: false, text: '晋B12345', record: 'm1', deviceTime: 1_760_001_000_000 }],
    ['out of its memory', { type: 'offline' }, { backfill: true }],
    ['without plate, the text null', { plate_num: 'null' }, { text: 'null' }],
    ['without plate, really null', { plate_num: null }, { text: '' }],
    ['yellow-green', { plate_color: '黄绿色' }, { colour: 'yellow-green', colourRaw: '黄绿色' }],
    ['gradient green', { plate_color: '渐变绿' }, { colour: 'green' }],
    ['of a colour nobody knows', { plate_color: '紫色' }, { colour: 'unknown', colourRaw: '紫色' }],
    ['without colour', {}, { colour: 'unknown', colourRaw: null }],
    ['with a clock at 1970', { utc_ts: 12 }, { deviceTime: null, clockSuspect: true }],
    ['in milliseconds', { utc_ts: 1_760_001_000_123 }, { deviceTime: 1_760_001_000_123 }],
    ['too sure of itself', { confidence: 120 }, { confidence: null, confidenceRaw: 120 }],
  ])('%s', (_says, more, is) => {
    expect(hear(aResult(more))).toMatchObject({ kind: 'sighting', device: DEVICE, ...is })
  })

  it.each<[says: string, topic: string, down: string]>([
    ['by default', TOPIC, `device/plate/${DEVICE}`],
    ['as configured', `/qymqtt/${DEVICE}/qymqttpost`, `/qymqtt/${DEVICE}/qymqttdown`],
    ['on a topic of the site’s own', '/cadevice/7/pub', `device/plate/${DEVICE}`],
  ])('is answered where the camera listens, %s', (_says, topic, down) => {
    expect(hear(aResult({}), topic)).toMatchObject({
      reply: { as: 'mqtt', topic: down, body: { cmd: 'result_rsp', msg_id: 'm1', status: 'ok' } },
    })
  })

  it('with another number than its topic is nobody’s', () => {
    expect(hear(aResult({ sn: 'QY999' }))).toEqual({ kind: 'error', device: DEVICE, why: 'device-mismatch' })
    expect(hear(aResult({ sn: DEVICE.toLowerCase() }))).toMatchObject({ kind: 'sighting', device: DEVICE })
  })
})

describe('a camera that registers', () => {
  it('is answered on the topic it named', () => {
    const { topic, payload } = encodeQianyiRegister(DEVICE, 'r1')
    expect(hear(payload, topic)).toMatchObject({
      kind: 'ignored',
      device: DEVICE,
      why: 'camera_register',
      reply: { as: 'mqtt', topic: `device/plate/${DEVICE}`, body: { cmd: 'camera_register_rsp', msg_id: 'r1', status: 'ok' } },
    })
    expect(qianyiRegistration(payload)).toEqual({ device: DEVICE, down: `device/plate/${DEVICE}`, up: TOPIC })
    expect(qianyiRegistration(bytes(aResult({})))).toBeNull()
  })
  it.each(['#', 'a/+/b', '$SYS/x', '', 'x'.repeat(300), 'a\u0000b'])('is not answered on %j', (subtopic) => {
    expect(hear({ cmd: 'camera_register', sn: DEVICE, msg_id: 'r', subtopic }, '/serverAll')).toMatchObject({
      reply: { topic: `device/plate/${DEVICE}` },
    })
    expect(hear({ cmd: 'camera_register', msg_id: 'r', subtopic }, '/serverAll')).not.toHaveProperty('reply')
  })
})

it.each<[says: string, body: unknown, is: object]>([
  ['a heartbeat, spelt so', { cmd: 'mqtt_herat', sn: DEVICE.toLowerCase() }, { kind: 'heartbeat', device: DEVICE }],
  ['its last will', { cmd: 'offline', sn: DEVICE }, { kind: 'ignored', why: 'offline' }],
  ['an answer', { cmd: 'iooutput_rsp', msg_id: 'c1', status: 'ok' }, { kind: 'command-reply', id: 'c1', ok: true, device: DEVICE }],
  ['a refusal', { cmd: 'iooutput_rsp', msg_id: 'c1', status: 'param error' }, { kind: 'command-reply', ok: false }],
  ['something new', { cmd: 'ptz' }, { kind: 'ignored', why: 'a message of kind ptz' }],
  ['no command', {}, { kind: 'ignored' }],
  ['nothing', '', { kind: 'error', why: 'empty-body' }],
  ['JSON cut short', '{"cmd":"result","plate_num":"晋B1', { kind: 'error', why: 'truncated-json' }],
])('%s', (_says, body, is) => {
  expect(hear(body)).toMatchObject(is)
})

it('our own commands are not the camera’s words', () => {
  expect(hear({ cmd: 'iooutput' }, `device/plate/${DEVICE}`)).toMatchObject({ kind: 'ignored', why: 'a command to the camera' })
})

it('commands are understood by the camera, and their answers name them', () => {
  const to = { topic: `device/plate/${DEVICE}`, id: qianyiMessageId(1_760_001_000_000, 'a1B2c3D'), at: 1_760_001_000_000 }
  expect(to.id).toBe('1760001000000a1B2c3D')
  const heard = (payload: Uint8Array) => readQianyiDown(payload)?.body
  expect(heard(qianyiGate(to, 'open').payload)).toEqual({ cmd: 'iooutput', msg_id: to.id, ionum: 0, action: 'on', utc_ts: 1_760_001_000 })
  expect(heard(qianyiGate(to, 'close').payload)).toMatchObject({ ionum: 2 })
  expect(heard(qianyiKeepOpen(to, true).payload)).toMatchObject({ cmd: 'barrierKeepOpen', isKeepOpen: 1 })
  expect(heard(qianyiSetTime(to, 480).payload)).toMatchObject({ time_zone: 4, time_stamp: '1760001000' })
  expect(heard(qianyiSerial(to, Uint8Array.of(1, 2, 3)).payload)).toMatchObject({ rs485ch1_data: [{ data: 'AQID' }] })
  expect(() => qianyiSetTime(to, 345)).toThrow(RangeError)
  expect(hearMessage(encodeQianyiAnswer(DEVICE, 'iooutput', to.id))).toMatchObject({ kind: 'command-reply', id: to.id, ok: true })
  expect(readQianyiDown(bytes('{'))).toBeNull()
})

it('a topic says whose it is and where the camera listens', () => {
  expect(readQianyiTopic(`/p/${DEVICE}/qymqttpost`)).toEqual({ device: DEVICE, kind: 'up', down: `/p/${DEVICE}/qymqttdown` })
  expect(readQianyiTopic('/serverAll')).toEqual({ device: null, kind: 'register', down: null })
  for (const topic of ['', 'aiot/plate/', 'aiot/plate/+', 'x'.repeat(300), 'device/x/message/up/ivs_result'])
    expect(readQianyiTopic(topic)).toEqual({ device: null, kind: 'other', down: null })
  expect(QIANYI_TOPICS).toContain('aiot/plate/+')
})

it('what the simulated camera says is what is heard', () => {
  const passages: fc.Arbitrary<Passage> = fc.record({
    device: fc.constant(DEVICE),
    at: fc.integer({ min: 1_577_923_200, max: 1_790_000_000 }).map((seconds) => Instant(seconds * 1_000)),
    record: fc.stringMatching(/^[0-9]{13}[A-Za-z0-9]{7}$/),
    text: fc.constantFrom('陕K12345', '晋BG123挂', null),
    colour: fc.constantFrom<PlateColour>('blue', 'yellow', 'white', 'black', 'green', 'yellow-green', 'unknown'),
    confidence: fc.integer({ min: 0, max: 100 }),
    direction: fc.constantFrom('in', 'out'),
    backfill: fc.boolean(),
    pictures: fc.record({ full: fc.uint8Array({ minLength: 1 }), plate: fc.uint8Array({ minLength: 1 }) }),
  })
  fc.assert(
    fc.property(passages, (passage) => {
      const { at: deviceTime, pictures, text, ...same } = passage
      expect(hearMessage(encodeQianyiResult(passage))).toMatchObject({
        ...same,
        deviceTime,
        text: text ?? 'null',
        pictures: [pictures?.full, pictures?.plate],
      })
    }),
  )
  expect(hearMessage(encodeQianyiHeartbeat(DEVICE, 'h', 1_760_001_000_000))).toMatchObject({ kind: 'heartbeat', device: DEVICE })
  expect(hearMessage(encodeQianyiWill(DEVICE))).toMatchObject({ why: 'offline' })
})

it('hostile bodies on any topic give an answer', () => {
  fc.assert(
    fc.property(hostileBody, fc.oneof(fc.constantFrom(TOPIC, '/serverAll', `/x/${DEVICE}/qymqttpost`), fc.string()), (body, topic) => {
      expect(hear(body, topic)).toBeDefined()
    }),
    { numRuns: 1_000 },
  )
})
