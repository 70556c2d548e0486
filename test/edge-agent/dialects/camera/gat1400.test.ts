import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gat1400 } from '#dialects/camera/gat1400'
import {
  encodeGatKeepalive,
  encodeGatNotification,
  encodeGatRegister,
  encodeGatTime,
  encodeGatUnRegister,
  encodeGatVehicles,
  type GatRequest,
} from '#dialects/camera/gat1400-encode'
import type { CameraMessage } from '#dialects/camera/sighting'
import { Instant } from '#edge/units'
import { expectedOfAll } from '../../../../edge-agent/kit/as-expected-camera.ts'
import { pathOf, payloadOf, samplesOf, utf8 } from './samples.ts'

const DEVICE = '44000000051320000003'
const AT = Instant(Date.UTC(2025, 9, 9, 8, 2, 0))
const passage = {
  device: DEVICE,
  at: AT,
  record: `${DEVICE}0220251009160200000010200001`,
  text: '晋B12345',
  colour: 'yellow',
  confidence: 95,
} as const
const LOCAL = '20251009160203'
const RECEIVED = AT + 3_000

const post = (body: unknown, path = '/VIID/MotorVehicles', headers = {}): readonly CameraMessage[] =>
  gat1400.decode({ place: path, headers, body: utf8(typeof body === 'string' ? body : JSON.stringify(body)), receivedAt: RECEIVED })
const send = ({ path, headers, body }: GatRequest): readonly CameraMessage[] =>
  gat1400.decode({ place: path, headers, body, receivedAt: RECEIVED })
const list = (...vehicles: object[]): object => ({ MotorVehicleListObject: { MotorVehicleObject: vehicles } })
const vehicle = (more: object): CameraMessage | undefined =>
  post(list({ DeviceID: DEVICE, PassTime: '20251009160200', PlateNo: '晋B12345', ...more }))[0]

it.each(samplesOf('gat1400').map((sample) => [sample.id, sample.note ?? '', sample] as const))(
  '%s reads as published: %s',
  (_id, _note, sample) => {
    const heard = gat1400.decode({ place: pathOf(sample), headers: {}, body: payloadOf(sample), receivedAt: RECEIVED })
    expect(expectedOfAll(heard)).toMatchObject(sample.expected)
  },
)

describe('a device', () => {
  it.each([encodeGatRegister(DEVICE), encodeGatUnRegister(DEVICE), encodeGatKeepalive(DEVICE)])(
    'that posts to $path is answered with our time',
    (request) => {
      expect(send(request)).toEqual([
        {
          kind: 'heartbeat',
          device: DEVICE,
          reply: {
            as: 'json',
            status: 200,
            body: { ResponseStatusObject: { Id: DEVICE, RequestURL: request.path, StatusCode: '0', StatusString: 'OK', LocalTime: LOCAL } },
          },
        },
      ])
    },
  )

  it('that asks for the time is told it', () => {
    expect(send(encodeGatTime(DEVICE))).toMatchObject([
      { kind: 'heartbeat', device: DEVICE, reply: { body: { SystemTimeObject: { LocalTime: LOCAL } } } },
    ])
  })

  it.each(['', '{', '[]', '{"KeepaliveObject":null}'])('whose keep-alive nobody can read is known by its header: %s', (body) => {
    expect(post(body, '/VIID/System/Keepalive', { 'user-identify': DEVICE })).toMatchObject([
      { kind: 'heartbeat', device: DEVICE, reply: { status: 200 } },
    ])
  })
})

describe('a list of vehicles', () => {
  it('gives one sighting each, and one answer that names them all', () => {
    const other = { ...passage, record: 'other', text: null }
    const heard = send(encodeGatVehicles(DEVICE, [passage, other]))
    expect(heard).toMatchObject([
      {
        ...{ kind: 'sighting', device: DEVICE, record: passage.record, text: '晋B12345', colour: 'yellow', confidence: 95, deviceTime: AT },
        reply: {
          body: {
            ResponseStatusListObject: {
              ResponseStatusObject: [
                { Id: passage.record, RequestURL: '/VIID/MotorVehicles', StatusCode: '0', StatusString: 'OK', LocalTime: LOCAL },
                { Id: 'other', StatusCode: '0' },
              ],
            },
          },
        },
      },
      { kind: 'sighting', record: 'other', text: '' },
    ])
    expect(heard[1]).not.toHaveProperty('reply')
  })

  it('of one vehicle that is no list, of none, and of a subscription', () => {
    expect(post({ MotorVehicleListObject: { MotorVehicleObject: { PlateNo: '晋B12345' } } })).toMatchObject([{ text: '晋B12345' }])
    expect(post(list())).toMatchObject([{ kind: 'ignored', reply: { body: { ResponseStatusListObject: { ResponseStatusObject: [] } } } }])
    expect(send(encodeGatNotification(DEVICE, 'n-1', [passage]))).toMatchObject([
      {
        text: '晋B12345',
        reply: {
          body: { ResponseStatusListObject: { ResponseStatusObject: [{ Id: 'n-1', RequestURL: '/VIID/SubscribeNotifications' }] } },
        },
      },
    ])
    expect(
      post(
        { SubscribeNotificationListObject: { MotorVehicleObjectList: { MotorVehicleObject: [{ PlateNo: '晋B12345' }] } } },
        '/VIID/SubscribeNotifications',
      ),
    ).toMatchObject([{ text: '晋B12345' }])
  })

  it('is found where vendors leave a name out', () => {
    expect(post({ MotorVehicleListObject: [{ PlateNo: '晋B12345' }] })).toMatchObject([{ text: '晋B12345' }])
    const notification = { NotificationID: 'n-1', MotorVehicleObjectList: [{ PlateNo: '晋B12345' }] }
    expect(post({ SubscribeNotificationListObject: { SubscribeNotificationObject: [notification] } })).toMatchObject([{ text: '晋B12345' }])
  })

  it('brings its pictures', () => {
    const pictures = { full: Uint8Array.of(0xff, 0xd8, 1), plate: Uint8Array.of(0xff, 0xd8, 2) }
    expect(send(encodeGatVehicles(DEVICE, [{ ...passage, pictures }]))).toMatchObject([{ pictures: [pictures.full, pictures.plate] }])
  })
})

describe('a vehicle', () => {
  it.each<[says: string, more: object, is: object]>([
    ['a blue plate', { PlateColor: '5' }, { colour: 'blue', colourRaw: '5' }],
    ['a colour as a number', { PlateColor: 6 }, { colour: 'yellow', colourRaw: '6' }],
    ['a colour with a zero in front', { PlateColor: '09' }, { colour: 'green' }],
    ['a red plate, which is none of ours', { PlateColor: '4' }, { colour: 'unknown', colourRaw: '4' }],
    ['a large electric truck', { PlateColor: '9', PlateClass: '51' }, { colour: 'yellow-green', plateType: 'nev-large' }],
    ['a small electric car', { PlateColor: '99', PlateClass: 52 }, { colour: 'green', plateType: 'nev-small' }],
    ['a trailer', { PlateNo: '晋B1234挂', PlateClass: '15' }, { text: '晋B1234挂', plateType: 'trailer' }],
    ['a class as a number', { PlateClass: 1 }, { plateType: 'large' }],
    ['a class nobody knows', { PlateClass: '77' }, { plateType: 'type-77' }],
    ['a fake plate', { PlateClass: '42' }, { fake: true }],
    ['another vehicle’s plate', { PlateClass: '43' }, { fake: true, plateType: 'misused-plate' }],
    ['its trailer’s plate', { PlateNoAttach: '晋B1234挂' }, { beside: { attachedText: '晋B1234挂' } }],
    ['an empty trailer', { PlateNoAttach: '' }, { beside: {} }],
    ['each character’s trust', { PlateCharReliability: '晋-80,B-90,1-99' }, { beside: { charConfidence: [80, 90, 99] } }],
    ['a lane and a direction', { LaneNo: 2, Direction: '3' }, { beside: { lane: 2 }, direction: '3' }],
    ['no plate', { HasPlate: '0', PlateNo: '', PlateClass: '41' }, { text: '' }],
    ['no plate, in a word', { HasPlate: false, PlateNo: '无牌车' }, { text: '无牌车', beside: { noPlate: 'vehicle-without-plate' } }],
    ['no plate, though there is a text', { HasPlate: 'false' }, { text: '', beside: { candidates: ['晋B12345'] } }],
    ['a plate that is there', { HasPlate: true }, { text: '晋B12345' }],
    ['misspelt members', { DirvingStatusCode: '', IsSupicious: '0' }, { text: '晋B12345' }],
    ['no time', { PassTime: '' }, { deviceTime: null, clockSuspect: false, backfill: false }],
    ['a time of the long form', { PassTime: '2025-10-09 16:02:00' }, { deviceTime: AT }],
    ['a time long ago', { PassTime: '20180101000000' }, { clockSuspect: true, backfill: false }],
    ['a time before such cameras were', { PassTime: '19700101080000' }, { deviceTime: null, clockSuspect: true }],
    ['a time that was kept back', { PassTime: '20251009140200' }, { backfill: true, clockSuspect: false }],
    ['a record that a person typed', { InfoKind: '2' }, { backfill: true }],
    ['a time ahead', { PassTime: '20340101000000' }, { clockSuspect: true, backfill: false }],
    [
      'hostile types',
      { PlateNo: {}, PlateColor: [], PlateClass: '__proto__', PassTime: 5, SubImageList: { SubImageInfoObject: [null, 1, { Data: '!' }] } },
      { text: '', colour: 'unknown', pictures: [] },
    ],
  ])('with %s', (_says, more, is) => {
    expect(vehicle(more)).toMatchObject(is)
  })

  it.each([
    ['95', 95],
    [0, 0],
    ['0.87', 87],
    [87, 87],
    ['1', null],
    [1, null],
    [255, null],
    ['-1', null],
    ['', null],
    ['good', null],
  ])('whose plate is trusted %s: %s of a hundred', (PlateReliability, confidence) => {
    expect(vehicle({ PlateReliability })).toMatchObject({ confidence })
  })
})

it.each<[says: string, body: unknown, path: string, is: object]>([
  [
    'nothing',
    '',
    '/VIID/MotorVehicles',
    { kind: 'error', why: 'empty-body', reply: { body: { ResponseStatusObject: { StatusCode: '7' } } } },
  ],
  ['half of it', '{"MotorVehicleListObject":{', '/VIID/MotorVehicles', { kind: 'error', why: 'truncated-json' }],
  ['no JSON', '<a/>', '/VIID/MotorVehicles', { kind: 'error', why: 'not-json' }],
  [
    'no list',
    {},
    '/VIID/MotorVehicles',
    {
      kind: 'error',
      why: 'missing-plate-result',
      reply: { body: { ResponseStatusObject: { StatusCode: '8', StatusString: 'Invalid JSON Content' } } },
    },
  ],
  ['faces', { FaceListObject: {} }, '/VIID/Faces', { kind: 'ignored', why: 'objects of kind faces', reply: { status: 200 } }],
  ['something elsewhere', {}, '/elsewhere', { kind: 'error', why: 'bad-path' }],
])('%s is told as such', (_says, body, path, is) => {
  expect(post(body, path)).toMatchObject([is])
})

it('any JSON and any bytes at any path give an answer', () => {
  const path = fc.constantFrom(
    '/VIID/MotorVehicles',
    '/VIID/SubscribeNotifications',
    '/VIID/System/Register',
    '/VIID/System/Time',
    '/VIID/',
    '/x',
    '',
  )
  fc.assert(
    fc.property(path, fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (place, one, two, three) => {
      const body = {
        MotorVehicleListObject: { MotorVehicleObject: [one, { PlateNo: two, PassTime: three, PlateClass: one }] },
        SubscribeNotificationListObject: two,
      }
      expect(post(body, place).length).toBeGreaterThan(0)
      expect(post(one, place).length).toBeGreaterThan(0)
    }),
  )
  fc.assert(
    fc.property(path, fc.uint8Array({ maxLength: 100 }), (place, body) => {
      expect(gat1400.decode({ place, headers: {}, body, receivedAt: Number.NaN }).length).toBeGreaterThan(0)
    }),
  )
})
