import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  encodeDahuaEvent,
  encodeDahuaHeartbeat,
  encodeDahuaKeepAlive,
  encodeDahuaSnap,
  encodeDahuaTollgate,
} from '#dialects/camera/dahua-encode'
import { dahuaEvent, dahuaEventStream } from '#dialects/camera/dahua-event'
import { dahuaItsapi, type ItsapiSettings } from '#dialects/camera/dahua-itsapi'
import { dahuaSnap, dahuaSnapStream } from '#dialects/camera/dahua-snap'
import type { CameraMessage, CameraStream } from '#dialects/camera/sighting'
import { Instant } from '#edge/units'
import { expectedOfAll } from '../../../../edge-agent/kit/as-expected-camera.ts'
import { joined } from '../tapes.ts'
import { cutAt, pathOf, payloadOf, samplesOf, utf8 } from './samples.ts'

const AT = Instant(Date.UTC(2026, 1, 6, 5, 48, 24) + 123)
const JPEG = Uint8Array.of(0xff, 0xd8, ...utf8('\r\n--myboundary\r\nHeartbeat\r\n'), 0xff, 0xd9)
const passage = { device: 'V1FC049A', at: AT, record: 'e-1001', text: '晋B12345', colour: 'yellow', confidence: 93 } as const
const pictures = { full: JPEG, plate: Uint8Array.of(0xff, 0xd8, 0xff, 0xd9) }

const envelope = (body: Uint8Array | string, place = '/') => ({
  place,
  headers: {},
  body: typeof body === 'string' ? utf8(body) : body,
  receivedAt: 0,
})
const tollgate = (
  body: Uint8Array | string | object,
  settings?: ItsapiSettings,
  place = '/NotificationInfo/TollgateInfo',
): CameraMessage | undefined =>
  dahuaItsapi(settings).decode(envelope(typeof body === 'object' && !(body instanceof Uint8Array) ? JSON.stringify(body) : body, place))[0]
function listen(stream: CameraStream, chunks: readonly Uint8Array[], quietAtEnd = false): CameraMessage[] {
  const heard: CameraMessage[] = []
  for (const chunk of chunks) stream.push(chunk, (message) => heard.push(message))
  if (quietAtEnd) stream.reset((message) => heard.push(message))
  return heard
}
const kinds = (messages: readonly CameraMessage[]): string[] =>
  messages.map((message) =>
    message.kind === 'sighting' ? `${message.preview ? 'preview' : 'plate'} ${message.pictures.length}` : message.kind,
  )

it.each(samplesOf('dahua').map((sample) => [sample.id, sample.note ?? '', sample] as const))(
  '%s reads as published: %s',
  (_id, _note, sample) => {
    const dialect = sample.topicOrUrl.includes('eventManager')
      ? dahuaEvent()
      : sample.topicOrUrl.includes('snapManager')
        ? dahuaSnap()
        : dahuaItsapi()
    expect(expectedOfAll(dialect.decode(envelope(payloadOf(sample), pathOf(sample))))).toMatchObject(sample.expected)
  },
)

const seen = {
  kind: 'sighting',
  device: 'V1FC049A',
  record: 'EventID-1001',
  text: '晋B12345',
  colour: 'yellow',
  deviceTime: AT,
  confidence: null,
}

describe('the eventManager stream', () => {
  const event = (data: object, head = 'Code=TrafficJunction;action=Pulse;index=0'): Uint8Array =>
    utf8(`${head};data=${JSON.stringify(data, null, 3)}\n`)
  const hear = (data: object): CameraMessage | undefined => listen(dahuaEventStream(), [event(data)])[0]

  it.each(['right', 'zero', 'none', 'wrong'] as const)('with %s lengths says what it was told, at once', (lengths) => {
    expect(listen(dahuaEventStream(), [encodeDahuaEvent(passage, lengths)])).toMatchObject([seen])
    expect(listen(dahuaEventStream(), [encodeDahuaHeartbeat(lengths)])).toEqual([{ kind: 'heartbeat', device: null }])
  })

  it.each<[says: string, data: object, is: object]>([
    [
      'no plate in one of its spellings',
      { TrafficCar: { PlateNumber: 'unlicensed' } },
      { text: 'unlicensed', beside: { noPlate: 'vehicle-without-plate' } },
    ],
    ['the object’s text for a plate', { Object: { Text: '晋B12345' }, TrafficCar: { PlateColor: 'Blue' } }, { text: '', colour: 'blue' }],
    ['a small electric car', { TrafficCar: { PlateNumber: '晋BD12345', PlateColor: 'ShadowGreen' } }, { colour: 'green' }],
    [
      'a large electric truck',
      { TrafficCar: { PlateNumber: '晋B12345D', PlateColor: 'YellowGreen', PlateType: 'PureNewEnergyLargeCar' } },
      { colour: 'yellow-green', plateType: 'nev-large' },
    ],
    [
      'both ends',
      { TrafficCar: { PlateNumber: '晋B12345' }, PlateInfo: { FrontPlateNumber: '晋B12345', BackPlateNumber: '晋B1234挂' } },
      { text: '晋B12345', beside: { attachedText: '晋B1234挂' } },
    ],
    [
      'both ends, seen from behind',
      { TrafficCar: { PlateNumber: '晋B1234挂' }, PlateInfo: { FrontPlateNumber: '晋B12345', BackPlateNumber: '晋B1234挂' } },
      { text: '晋B1234挂', beside: { attachedText: '晋B12345', vehicleEnd: 'rear' } },
    ],
    [
      'a rear nobody could read',
      { TrafficCar: { PlateNumber: '晋B12345' }, PlateInfo: { FrontPlateNumber: '晋B12345', BackPlateNumber: 'Unknown' } },
      { text: '晋B12345' },
    ],
    ['only its front', { PlateInfo: { FrontPlateNumber: '晋B12345' } }, { text: '晋B12345' }],
    ['axles', { TrafficCar: { PlateNumber: '晋B12345' }, CarWeightInfo: { AxleNum: 6 } }, { beside: { axles: 6 } }],
    ['its own list opening', { TrafficCar: { PlateNumber: '晋B12345' }, OpenStrobeState: 'Auto' }, { beside: { openedByCamera: true } }],
    ['a person opening', { TrafficCar: { PlateNumber: '晋B12345' }, OpenStrobeState: 'Manual' }, { beside: { openedByCamera: false } }],
    ['its clock at 1970', { TrafficCar: { PlateNumber: '晋B12345' }, UTC: 12 }, { deviceTime: null, clockSuspect: true }],
    ['no time', { TrafficCar: { PlateNumber: '晋B12345' } }, { deviceTime: null, clockSuspect: false }],
    [
      'hostile types',
      { TrafficCar: { PlateNumber: ['晋B12345'], Lane: {}, PlateColor: '__proto__' }, UTC: [1] },
      { text: '', colour: 'unknown', beside: {} },
    ],
  ])('with %s', (_says, data, is) => {
    expect(hear(data)).toMatchObject(is)
  })

  it('that counts local time as UTC is set right', () => {
    const local = encodeDahuaEvent({ ...passage, at: Instant(AT + 8 * 3_600_000) })
    expect(listen(dahuaEventStream({ minutesAhead: 480 }), [local])).toMatchObject([{ deviceTime: AT }])
  })

  it.each<[says: string, text: string, heard: object[]]>([
    ['other events', 'Code=VideoMotion;action=Start;index=0\r\n', [{ kind: 'ignored', why: 'an event of kind VideoMotion' }]],
    [
      'the end of an event',
      `Code=TrafficJunction;action=Stop;index=0;data={"TrafficCar":{"PlateNumber":"晋B12345"}}`,
      [{ kind: 'ignored' }],
    ],
    [
      'an external input',
      'Code=AlarmLocal;action=Start;index=1\r\nCode=AlarmLocal;action=Stop;index=1\r\n',
      [
        { kind: 'input', input: 2, on: true },
        { kind: 'input', input: 2, on: false },
      ],
    ],
    [
      'broken JSON',
      'Code=TrafficJunction;action=Pulse;index=0;data={"a":x}\r\nHeartbeat\r\n',
      [{ kind: 'error', why: 'not-json' }, { kind: 'heartbeat' }],
    ],
    [
      'an event cut by the next part',
      'Code=TrafficJunction;action=Pulse;index=0;data={\n"a" : "{\n--myboundary\r\n\r\nHeartbeat\r\n',
      [{ kind: 'error', why: 'truncated-json' }, { kind: 'heartbeat' }],
    ],
    [
      'an event that never ends',
      `Code=TrafficJunction;action=Pulse;index=0;data={"a":"${'x'.repeat(300_000)}\r\nHeartbeat\r\n`,
      [{ kind: 'error', why: 'too-long' }, { kind: 'heartbeat' }],
    ],
    ['braces in a text', 'Code=X;action=Pulse;index=0;data={"TrafficCar":{"PlateNumber":"\\"}{"}}', [{ kind: 'sighting', text: '"}{' }]],
  ])('passes over or tells %s', (_says, text, heard) => {
    expect(listen(dahuaEventStream(), [utf8(text)])).toMatchObject(heard)
  })

  it('that ends in an event tells that it was cut off', () => {
    expect(listen(dahuaEventStream(), [encodeDahuaEvent(passage).subarray(0, 120)], true)).toMatchObject([
      { kind: 'error', why: 'truncated-json' },
    ])
  })
})

describe('the snapManager stream', () => {
  it.each(['right', 'none'] as const)('with %s lengths tells a plate before its picture, and again with it', (lengths) => {
    const heard = listen(
      dahuaSnapStream(),
      [encodeDahuaSnap({ ...passage, pictures: { ...pictures, full: pictures.plate } }, lengths), encodeDahuaHeartbeat()],
      true,
    )
    expect(kinds(heard)).toEqual(['preview 0', 'plate 1', 'heartbeat'])
    expect(heard[1]).toMatchObject({ ...seen, pictures: [pictures.plate], direction: 'Approach' })
  })

  it('takes a picture with its own delimiter inside whole, and at once', () => {
    expect(listen(dahuaSnapStream(), [encodeDahuaSnap({ ...passage, pictures })])).toMatchObject([
      { preview: true },
      { preview: false, pictures: [JPEG] },
    ])
  })

  it('does not wait for a picture that does not come', () => {
    expect(kinds(listen(dahuaSnapStream(), [encodeDahuaSnap(passage), encodeDahuaSnap(passage)], true))).toEqual([
      'preview 0',
      'plate 0',
      'preview 0',
      'plate 0',
    ])
  })

  it('never tells half a plate', () => {
    const cut = encodeDahuaSnap(passage)
    const heard = listen(dahuaSnapStream(), [cut.subarray(0, cut.length - 40)], true)
    expect(kinds(heard)).toEqual(['error'])
  })

  it('tells both ends, axles and who opened', () => {
    const [message] = dahuaSnap().decode(envelope(encodeDahuaSnap({ ...passage, backText: '晋B1234挂', axles: 6, openedByCamera: true })))
    expect(message).toMatchObject({ ...seen, beside: { attachedText: '晋B1234挂', axles: 6, openedByCamera: true } })
  })

  it('reads several events of one part, and passes over those without a car', () => {
    const lines =
      'Events[0].EventBaseInfo.Code=VideoMotion\r\nEvents[1].TrafficCar.PlateNumber=晋B12345\r\nEvents[2].TrafficCar.PlateNumber=No Plate\r\nx=1\r\n'
    expect(dahuaSnap().decode(envelope(lines))).toMatchObject([
      { kind: 'ignored', why: 'an event of kind VideoMotion' },
      { text: '晋B12345' },
      { text: 'No Plate' },
    ])
    expect(dahuaSnap().decode(envelope('Heartbeat'))).toEqual([{ kind: 'heartbeat', device: null }])
    expect(dahuaSnap().decode(envelope(''))).toMatchObject([{ kind: 'error', why: 'empty-body' }])
    expect(dahuaSnap().decode(envelope('--b'))).toMatchObject([{ kind: 'error', why: 'bad-multipart' }])
  })

  it('in GBK that passes for UTF-8 is read as GBK', () => {
    const line = Uint8Array.of(...utf8('Events[0].TrafficCar.PlateNumber='), 0xc2, 0xb3, ...utf8('B12345\r\n'))
    expect(dahuaSnap().decode(envelope(line))).toMatchObject([{ text: '鲁B12345', beside: { encoding: 'gbk' } }])
  })
})

describe('an ITSAPI push', () => {
  const picture = (plate: object, snap: object = {}): object => ({ Picture: { Plate: plate, SnapInfo: { DeviceID: 'D1', ...snap } } })

  it('says what it was told and waits for its answer', () => {
    const said = tollgate(encodeDahuaTollgate({ ...passage, pictures, lane: 2, openedByCamera: true }))
    expect(said).toMatchObject({
      ...{ ...seen, record: '2026-02-06 13:48:24.123', confidence: 93, pictures: [JPEG, pictures.plate], direction: 'Obverse' },
      beside: { lane: 2, openedByCamera: true },
      reply: { as: 'json', status: 200, body: { result: 'true' } },
    })
    expect(tollgate(encodeDahuaTollgate(passage), { resultAs: 'boolean' })).toMatchObject({ reply: { body: { result: true } } })
  })

  it.each<[says: string, body: string | object, is: object]>([
    ['a confidence as text', picture({ Confidence: '95' }), { confidence: 95, confidenceRaw: 95 }],
    ['a confidence out of range', picture({ Confidence: 255 }), { confidence: null, confidenceRaw: 255 }],
    ['SnapTime alone', picture({ PlateNumber: '晋B12345' }, { SnapTime: '2026-02-06 13:48:24' }), { deviceTime: AT - 123 }],
    ['no plate', picture({ IsExist: false, PlateNumber: 'Unknown' }), { text: 'Unknown', beside: { noPlate: 'not-recognised' } }],
    [
      'a wrong clock',
      picture({ PlateNumber: '晋B12345' }, { AccurateTime: '2000-01-01 00:00:01.000' }),
      { deviceTime: null, clockSuspect: true, record: null },
    ],
    [
      'the same in XML',
      '<Picture><Plate><PlateNumber>晋B12345</PlateNumber><PlateColor>Yellow</PlateColor></Plate><SnapInfo><DeviceID>D1</DeviceID></SnapInfo></Picture>',
      { kind: 'sighting', text: '晋B12345', colour: 'yellow', device: 'D1' },
    ],
    ['a wrapped XML', '<Info><Picture><Plate><PlateNumber>晋B12345</PlateNumber></Plate></Picture></Info>', { text: '晋B12345' }],
    ['a picture that is none', { Picture: { Plate: {}, NormalPic: { Content: '!!' } } }, { pictures: [] }],
    ['no Picture', { DeviceID: 'D1' }, { kind: 'error', why: 'missing-plate-result', device: 'D1' }],
    ['a Picture of nothing', { Picture: null }, { kind: 'error', why: 'missing-plate-result' }],
    ['nothing', '', { kind: 'error', why: 'empty-body' }],
    ['half of it', '{"Picture":{"Plate":', { kind: 'error', why: 'truncated-json' }],
    ['something else', 'result', { kind: 'error', why: 'not-json' }],
    ['half of an XML', '<Picture><Plate>', { kind: 'error', why: 'truncated-xml' }],
  ])('with %s', (_says, body, is) => {
    expect(tollgate(body)).toMatchObject(is)
  })

  it.each(['', 'alive', '{', '{"DeviceID":"D1"}'])('to KeepAlive is a heartbeat, whatever it says: %s', (body) => {
    expect(tollgate(body, {}, '/NotificationInfo/KeepAlive')).toMatchObject({ kind: 'heartbeat', reply: { body: { result: 'true' } } })
  })

  it('is told apart by its body where a camera posts everything to one path', () => {
    expect(tollgate(encodeDahuaKeepAlive('D1'), {}, '/lane-1')).toMatchObject({ kind: 'heartbeat', device: 'D1' })
    expect(tollgate(encodeDahuaTollgate(passage), {}, '/lane-1')).toMatchObject({ kind: 'sighting' })
    expect(tollgate('{}', {}, '/NotificationInfo/DeviceInfo?x=1')).toMatchObject({ kind: 'ignored', reply: { status: 200 } })
  })
})

it('any chunks of either stream give the same messages', () => {
  const events = joined([
    encodeDahuaHeartbeat(),
    encodeDahuaEvent(passage),
    encodeDahuaEvent(passage, 'wrong'),
    utf8('Code=A;action=Start;index=0\r\n'),
  ])
  const snaps = joined([
    encodeDahuaSnap({ ...passage, pictures }),
    encodeDahuaHeartbeat(),
    encodeDahuaSnap(passage, 'none'),
    encodeDahuaHeartbeat(),
  ])
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 20 }), (places) => {
      expect(listen(dahuaEventStream(), cutAt(events, places), true)).toEqual(listen(dahuaEventStream(), [events], true))
      expect(listen(dahuaSnapStream(), cutAt(snaps, places), true)).toEqual(listen(dahuaSnapStream(), [snaps], true))
    }),
  )
})

it('any bytes and any JSON give an answer', () => {
  const pieces = [
    'Code=TrafficJunction;action=Pulse;index=0;data={',
    '}',
    '"',
    '\\',
    '\n',
    '--myboundary\r\n',
    '\r\n\r\n',
    'Heartbeat',
    'Events[0].TrafficCar.PlateNumber=',
    '"TrafficCar":{',
  ]
  const noise = fc
    .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 8 })), { maxLength: 40 })
    .map((parts) => utf8(parts.join('')))
  fc.assert(
    fc.property(noise, fc.uint8Array({ maxLength: 100 }), (text, bytes) => {
      for (const body of [text, bytes])
        for (const dialect of [dahuaEvent(), dahuaSnap(), dahuaItsapi()]) expect(dialect.decode(envelope(body)).length).toBeGreaterThan(0)
    }),
  )
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (one, two, three) => {
      expect(tollgate({ Picture: { Plate: { PlateNumber: one, Confidence: two }, SnapInfo: three } })).toBeDefined()
    }),
  )
})
