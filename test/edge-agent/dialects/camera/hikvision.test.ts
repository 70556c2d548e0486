import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hikvision, hikvisionStream } from '#dialects/camera/hikvision'
import {
  encodeHikvisionEvent,
  encodeHikvisionKeepAlive,
  encodeHikvisionPlates,
  hikvisionPart,
  hikvisionPush,
} from '#dialects/camera/hikvision-encode'
import { hikvisionPlatesAfter } from '#dialects/camera/hikvision-poll'
import type { CameraMessage, Sighting } from '#dialects/camera/sighting'
import { Instant } from '#edge/units'
import { expectedOfAll } from '../../../../edge-agent/kit/as-expected-camera.ts'
import { joined } from '../tapes.ts'
import { cutAt, payloadOf, samplesOf, utf8 } from './samples.ts'

const MAC = '08:54:11:ed:6d:90'
const AT = Instant(Date.UTC(2025, 9, 9, 8, 2, 0))
const JPEG = Uint8Array.of(0xff, 0xd8, 0xff, 0x0d, 0x0a, 0x2d, 0x2d, 0x62, 0x0d, 0x0a, 0xff, 0xd9)
const CROP = Uint8Array.of(0xff, 0xd8, 1, 2, 0xff, 0xd9)
const passage = { device: MAC, at: AT, record: 'u-1', text: '晋B12345', colour: 'yellow', confidence: 96.5 } as const

const hear = (body: Uint8Array | string): readonly CameraMessage[] =>
  hikvision.decode({ place: '/anpr', headers: {}, body: typeof body === 'string' ? utf8(body) : body, receivedAt: 0 })
function sighting(body: Uint8Array | string): Sighting {
  const [message] = hear(body)
  if (message?.kind !== 'sighting') throw new Error(`a sighting was expected, not ${JSON.stringify(message)}`)
  return message
}
const anpr = (inside: string, beside = ''): string =>
  `<EventNotificationAlert><macAddress>${MAC}</macAddress><dateTime>2025-10-09T16:02:00+08:00</dateTime><eventType>ANPR</eventType>` +
  `<ANPR>${inside}</ANPR>${beside}</EventNotificationAlert>`
const plate = (text: string, more = ''): string => anpr(`<licensePlate>${text}</licensePlate>${more}`)

it.each(samplesOf('hikvision').map((sample) => [sample.id, sample.note ?? sample.topicOrUrl, sample] as const))(
  '%s reads as published: %s',
  (_id, _note, sample) => {
    expect(expectedOfAll(hear(payloadOf(sample)))).toMatchObject(sample.expected)
  },
)

describe('the colour in front of a plate', () => {
  it.each([
    ['蓝皖A7XG66', '皖A7XG66', '蓝'],
    ['黑黑A12345', '黑A12345', '黑'],
    ['黑粤Z1234港', '粤Z1234港', '黑'],
    ['黑A12345', '黑A12345', undefined],
    ['黑AB12345', '黑AB12345', undefined],
    ['绿晋BD12345', '晋BD12345', '绿'],
    ['黄绿晋B12345D', '晋B12345D', '黄绿'],
    ['黄晋B12345D', '晋B12345D', '黄'],
    ['白AB12345', 'AB12345', '白'],
    ['黄晋B1234', '黄晋B1234', undefined],
    ['AB 123 CD', 'AB 123 CD', undefined],
    ['noPlate', 'noPlate', undefined],
  ])('%s is %s', (said, text, prefixColour) => {
    const seen = sighting(plate(said))
    expect([seen.text, seen.beside?.prefixColour]).toEqual([text, prefixColour])
  })

  it('stands for the colour where none is told', () => {
    expect(sighting(plate('黄晋B12345'))).toMatchObject({ colour: 'yellow', colourRaw: null })
    expect(sighting(plate('黄晋B12345', '<plateColor>golden</plateColor>'))).toMatchObject({ colour: 'yellow', colourRaw: 'golden' })
  })
})

describe('an event', () => {
  it.each<[says: string, xml: string, is: object]>([
    ['a confidence with a fraction', plate('晋B12345', '<confidenceLevel>97.500000</confidenceLevel>'), { confidence: 97.5 }],
    ['a confidence out of range', plate('晋B12345', '<confidenceLevel>255</confidenceLevel>'), { confidence: null, confidenceRaw: 255 }],
    [
      'a confidence that is none',
      plate('晋B12345', '<confidenceLevel>high</confidenceLevel>'),
      { confidence: null, confidenceRaw: 'high' },
    ],
    ['a green gradient', plate('晋BD12345', '<plateColor>newEnergyGreen</plateColor>'), { colour: 'green' }],
    ['a large electric truck', plate('晋B12345D', '<plateColor>newEnergyYellowGreen</plateColor>'), { colour: 'yellow-green' }],
    ['a colour of no table', plate('晋B12345', '<plateColor>constructor</plateColor>'), { colour: 'unknown', colourRaw: 'constructor' }],
    ['a class of plate', plate('晋B1234挂', '<plateType>trailer</plateType>'), { plateType: 'trailer' }],
    [
      'the list that repeats it worse',
      plate(
        '晋B12345',
        '<plateColor>yellow</plateColor><PlateInfoList><PlateInfo><licensePlate>x</licensePlate><plateColor>unknown</plateColor></PlateInfo></PlateInfoList>',
      ),
      { text: '晋B12345', colour: 'yellow' },
    ],
    [
      'the list alone',
      anpr(
        '<PlateInfoList><PlateInfo><licensePlate>黄晋B12345</licensePlate><confidenceLevel>90</confidenceLevel></PlateInfo></PlateInfoList>',
      ),
      { text: '晋B12345', confidence: 90 },
    ],
    ['the plate ahead of the rest', plate('晋B12345', '<hasMoreData>true</hasMoreData>'), { preview: true }],
    [
      'the camera that opened itself',
      plate('晋B12345', '<barrierGateCtrlType>0</barrierGateCtrlType>'),
      { beside: { openedByCamera: true } },
    ],
    ['the camera that did not', plate('晋B12345', '<barrierGateCtrlType>1</barrierGateCtrlType>'), { beside: { openedByCamera: false } }],
    [
      'a rear',
      plate('晋B1234挂', '<vehicleInfo><vehiclePosition>tailStock</vehiclePosition></vehicleInfo>'),
      { beside: { vehicleEnd: 'rear' } },
    ],
    [
      'a front by its picture',
      plate('晋B12345', '<pictureInfoList><pictureInfo><picRecogMode>0</picRecogMode></pictureInfo></pictureInfoList>'),
      { beside: { vehicleEnd: 'front' } },
    ],
    [
      'what was read first',
      plate('晋B12345', '<originalLicensePlate>黄晋B12346</originalLicensePlate>'),
      { beside: { candidates: ['晋B12346'] } },
    ],
    ['nonsense per character', plate('晋B12345', '<plateCharBelieve>98,x</plateCharBelieve>'), { beside: {} }],
    [
      'a retransmission only',
      anpr('<licensePlate>晋B12345</licensePlate>', '<isDataRetransmission>true</isDataRetransmission>'),
      { backfill: true },
    ],
    ['nothing in the place of a plate', plate(''), { text: '' }],
  ])('with %s', (_says, xml, is) => {
    expect(sighting(xml)).toMatchObject(is)
  })

  it.each([
    ['2034-05-06T07:08:09+08:00', Date.UTC(2034, 4, 5, 23, 8, 9), true],
    ['1970-01-01T08:00:07+08:00', null, true],
    ['2025-10-09T08:02:00Z', AT, false],
    ['2025-10-09T16:02:00', AT, false],
    ['2025-10-09T16:02:00.250+08:00', AT + 250, false],
    ['2025-13-09T16:02:00', null, false],
    ['2025-02-30T16:02:00', null, false],
    ['soon', null, false],
  ])('dated %s', (dateTime, deviceTime, clockSuspect) => {
    expect(sighting(plate('晋B12345').replace('2025-10-09T16:02:00+08:00', dateTime))).toMatchObject({ deviceTime, clockSuspect })
  })

  it('of an NVR has a prefix before every name', () => {
    const xml = plate('黄晋B12345')
      .replace(/<(\/?)(\w)/g, '<$1ns1:$2')
      .replace('Alert>', 'Alert version="2.0" xmlns:ns1="http://www.std-cgi.com/ver10/XMLSchema">')
    expect(sighting(xml)).toMatchObject({ text: '晋B12345', device: MAC })
  })

  it.each<[says: string, xml: string, is: object]>([
    [
      'of another kind',
      plate('')
        .replace(/<ANPR>.*<\/ANPR>/, '')
        .replace('ANPR', 'VMD'),
      { kind: 'ignored', why: 'an event of kind VMD', device: MAC, deviceTime: AT },
    ],
    ['a true loss of video', encodeHikvisionKeepAlive(MAC, AT).replace('inactive', 'active'), { kind: 'ignored' }],
    ['a heartbeat by name', anpr('').replace('ANPR</', 'heartBeat</').replace('<ANPR></ANPR>', ''), { kind: 'heartbeat', device: MAC }],
    [
      'without its ANPR',
      '<EventNotificationAlert><eventType>ANPR</eventType></EventNotificationAlert>',
      { kind: 'error', why: 'missing-plate-result' },
    ],
    ['without a plate', anpr('<country>59</country>'), { kind: 'error', why: 'missing-plate-result', device: MAC }],
    ['nothing', '', { kind: 'error', why: 'empty-body' }],
    ['a page', '<html><body/></html>', { kind: 'ignored' }],
    ['other JSON', '{"a":1}', { kind: 'ignored', why: 'an event of kind none' }],
    ['half of a JSON', '{"ANPR":{', { kind: 'error', why: 'truncated-json' }],
    [
      'an accepted command',
      '<ResponseStatus><requestURL>/x</requestURL><statusCode>1</statusCode></ResponseStatus>',
      { kind: 'command-reply', ok: true, id: '/x' },
    ],
    ['a refused one', '<ResponseStatus><statusCode>4</statusCode></ResponseStatus>', { kind: 'command-reply', ok: false }],
  ])('%s', (_says, xml, is) => {
    expect(hear(xml)).toMatchObject([is])
  })
})

describe('a push with pictures', () => {
  it.each(['boundary', 'MIME_boundary', '-----------------------------7e13971310878'])('in parts between --%s', (boundary) => {
    const { body, contentType } = hikvisionPush({ ...passage, pictures: { full: JPEG, plate: CROP } }, { boundary })
    expect(contentType).toBe(`multipart/form-data; boundary=${boundary}`)
    expect(sighting(body)).toMatchObject({ ...{ text: '晋B12345', record: 'u-1' }, pictures: [CROP, JPEG] })
  })

  it('whose parts say Content-Length 0', () => {
    const { body } = hikvisionPush({ ...passage, pictures: { full: CROP, plate: CROP } }, { lengths: 'zero' })
    expect(sighting(body).pictures).toEqual([CROP, CROP])
  })

  it('cut in its second picture keeps the first', () => {
    const { body } = hikvisionPush({ ...passage, pictures: { full: JPEG, plate: CROP } })
    expect(sighting(body.subarray(0, body.length - 25)).pictures).toEqual([CROP])
  })

  it('cut in its document is cut off', () => {
    const { body } = hikvisionPush({ ...passage, pictures: { full: JPEG, plate: CROP } })
    expect(hear(body.subarray(0, 400))).toEqual([{ kind: 'error', device: null, why: 'truncated-xml' }])
  })

  it('without a document is no event', () => {
    expect(hear('--b\r\nContent-Type: image/jpeg\r\n\r\nxx\r\n--b--')).toMatchObject([{ kind: 'ignored' }])
    expect(hear('--b')).toEqual([{ kind: 'error', device: null, why: 'bad-multipart' }])
  })
})

it('a camera that is set to JSON says the same', () => {
  const event = {
    macAddress: MAC,
    dateTime: '2025-10-09T16:02:00+08:00',
    eventType: 'ANPR',
    UUID: 'u-1',
    ANPR: { licensePlate: '黄晋B12345', confidenceLevel: 97.5, plateColor: 'yellow', line: 2, PlateInfoList: [{ PlateInfo: {} }] },
  }
  const is = { text: '晋B12345', device: MAC, record: 'u-1', confidence: 97.5, colour: 'yellow', deviceTime: AT, beside: { lane: 2 } }
  expect(sighting(JSON.stringify(event))).toMatchObject(is)
  expect(sighting(JSON.stringify({ EventNotificationAlert: event }))).toMatchObject(is)
  const pushed = utf8(`--b\r\nContent-Type: application/json\r\n\r\n${JSON.stringify(event)}\r\n--b\r\nContent-Type: image/jpeg\r\n\r\n`)
  expect(sighting(joined([pushed, CROP, utf8('\r\n--b--')]))).toMatchObject({ ...is, pictures: [CROP] })
})

it.each(['blue', 'yellow', 'white', 'black', 'green', 'yellow-green', 'unknown'] as const)(
  'says what it was told of a %s plate',
  (colour) => {
    const said = sighting(encodeHikvisionEvent({ ...passage, colour, backfill: true, direction: 'forward' }))
    expect(said).toMatchObject({
      ...{ device: MAC, record: 'u-1', text: '晋B12345', colour, confidence: 96.5, deviceTime: AT, backfill: true, direction: 'forward' },
      ...{ preview: false, clockSuspect: false, pictures: [] },
    })
    expect(sighting(encodeHikvisionEvent({ ...passage, text: null }))).toMatchObject({
      text: 'noPlate',
      beside: { noPlate: 'vehicle-without-plate' },
    })
  },
)

describe('a poll', () => {
  it('asks in UTC', () => {
    expect(hikvisionPlatesAfter(Date.UTC(2024, 3, 16))).toContain('<AfterTime><picTime>20240416T000000Z</picTime></AfterTime>')
  })

  it.each([0, 1, 3])('answers with %i plates', (count) => {
    const passages = Array.from({ length: count }, (_, i) => ({ ...passage, record: `p-${i}` }))
    const heard = hear(encodeHikvisionPlates(passages))
    if (count === 0) expect(heard).toMatchObject([{ kind: 'ignored' }])
    else
      expect(heard).toMatchObject(
        passages.map(({ record }) => ({ kind: 'sighting', record, text: '晋B12345', deviceTime: AT, device: null })),
      )
  })
})

describe('the alert stream', () => {
  const kinds = (messages: readonly CameraMessage[]): string[] =>
    messages.map((message) =>
      message.kind === 'sighting' ? `${message.preview ? 'preview' : 'plate'} ${message.pictures.length}` : message.kind,
    )
  function listen(chunks: readonly Uint8Array[], quietAtEnd = false): CameraMessage[] {
    const heard: CameraMessage[] = []
    const stream = hikvisionStream()
    for (const chunk of chunks) stream.push(chunk, (message) => heard.push(message))
    if (quietAtEnd) stream.reset((message) => heard.push(message))
    return heard
  }
  const alive = hikvisionPart(encodeHikvisionKeepAlive(MAC, AT))
  const withPictures = hikvisionPart(encodeHikvisionEvent({ ...passage, pictures: { full: JPEG, plate: CROP } }))
  const both = joined([hikvisionPart(CROP), hikvisionPart(JPEG)])

  it('tells each event when it has ended, without waiting for the next', () => {
    expect(kinds(listen([alive]))).toEqual(['heartbeat'])
    expect(kinds(listen([hikvisionPart(encodeHikvisionEvent(passage))]))).toEqual(['plate 0'])
  })

  it('tells a plate before its pictures, and again with them', () => {
    const heard = listen([withPictures, both])
    expect(kinds(heard)).toEqual(['preview 0', 'plate 2'])
    expect(heard[1]).toMatchObject({ record: 'u-1', pictures: [CROP, JPEG] })
  })

  it('does not wait for pictures that do not come', () => {
    expect(kinds(listen([withPictures, alive]))).toEqual(['preview 0', 'plate 0', 'heartbeat'])
    expect(kinds(listen([withPictures, hikvisionPart(CROP)], true))).toEqual(['preview 0', 'plate 1'])
  })

  it('goes on after a broken document', () => {
    expect(kinds(listen([hikvisionPart('<EventNotificationAlert><a></EventNotificationAlert>'), alive]))).toEqual(['error', 'heartbeat'])
  })

  it('any chunks give the same messages', () => {
    const whole = joined([alive, withPictures, both, alive, hikvisionPart('<x/>'), hikvisionPart(encodeHikvisionEvent(passage))])
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 20 }), (places) => {
        expect(listen(cutAt(whole, places), true)).toEqual(listen([whole], true))
      }),
    )
  })
})

it('any bytes give an answer', () => {
  const pieces = [
    '<EventNotificationAlert>',
    '</EventNotificationAlert>',
    '<ANPR>',
    '<licensePlate>',
    '</ANPR>',
    '--b\r\n',
    '\r\n\r\n',
    '晋',
    '<Plates>',
    '<Plate/>',
  ]
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 8 })), { maxLength: 40 }), (parts) => {
      const body = utf8(parts.join(''))
      expect(hear(body).length).toBeGreaterThan(0)
      hikvisionStream().push(body, () => {})
    }),
  )
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (body) => void expect(hear(body).length).toBeGreaterThan(0)))
})
