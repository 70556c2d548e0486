import { isDeepStrictEqual } from 'node:util'
import { encodeDahuaEvent, encodeDahuaHeartbeat, encodeDahuaSnap } from '#dialects/camera/dahua-encode'
import { dahuaEventStream } from '#dialects/camera/dahua-event'
import { dahuaSnapStream } from '#dialects/camera/dahua-snap'
import { hikvisionStream } from '#dialects/camera/hikvision'
import { encodeHikvisionEvent, encodeHikvisionKeepAlive } from '#dialects/camera/hikvision-encode'
import { type Part, partSplitter } from '#dialects/camera/multipart'
import { encodeMultipart, type Lengths } from '#dialects/camera/multipart-encode'
import type { Passage } from '#dialects/camera/passage'
import { serial8a7fStream } from '#dialects/camera/serial-8a7f'
import { encodeSerialHeartbeat, encodeSerialPlate, encodeSerialPowerOn } from '#dialects/camera/serial-8a7f-encode'
import type { CameraMessage, CameraStream } from '#dialects/camera/sighting'
import { readXml, type XmlElement } from '#dialects/camera/xml'
import { Instant } from '#edge/units'
import type { Target } from './fuzzer.ts'
import { chunkings, joined, promise, text } from './promise.ts'

/** Cameras that tell on a line without end, and what their bytes are taken apart with. */
export const streamTargets = (): Target[] => [
  streamTarget('serial-8a7f', serial8a7fStream, serialSeeds()),
  streamTarget('hikvision', hikvisionStream, hikvisionSeeds()),
  streamTarget('dahua-event', dahuaEventStream, dahuaSeeds(encodeDahuaEvent)),
  streamTarget('dahua-snap', dahuaSnapStream, dahuaSeeds(encodeDahuaSnap)),
  multipart(),
  xml(),
]

const LENGTHS: readonly Lengths[] = ['right', 'zero', 'none', 'wrong']
const PICTURE = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0x0d, 0x0a, 0x2d, 0x2d, 0x00, 0xff, 0xd9)
const passage = (more: Partial<Passage> = {}): Passage => ({
  device: 'C1',
  at: Instant(1_760_000_300_000),
  record: '7',
  text: '晋B12345',
  colour: 'yellow',
  confidence: 96,
  pictures: { full: PICTURE, plate: PICTURE },
  ...more,
})

const serialSeeds = (): Uint8Array[] => {
  const frames = [encodeSerialPlate('晋B12345', 0x7f), encodeSerialPlate(null, 0x8a), encodeSerialHeartbeat(3), encodeSerialPowerOn()]
  return [...frames, joined(frames)]
}

const hikvisionSeeds = (): Uint8Array[] =>
  LENGTHS.map((lengths) => {
    const document = { headers: { 'Content-Type': 'application/xml' }, body: text(encodeHikvisionEvent(passage())) }
    const picture = { headers: { 'Content-Type': 'image/jpeg' }, body: PICTURE }
    const beat = { headers: { 'Content-Type': 'application/xml' }, body: text(encodeHikvisionKeepAlive('C1', 1_760_000_300_000)) }
    return encodeMultipart([document, picture, beat], 'boundary', lengths)
  })

const dahuaSeeds = (encode: typeof encodeDahuaEvent): Uint8Array[] =>
  LENGTHS.map((lengths) => joined([encodeDahuaHeartbeat(lengths), encode(passage(), lengths), encodeDahuaHeartbeat(lengths)]))

const WORDS = [
  '--boundary\r\n',
  '--myboundary\r\n',
  '--boundary--\r\n',
  'Content-Length: ',
  'Content-Type: image/jpeg\r\n\r\n',
  'Heartbeat\r\n',
]

function streamTarget(name: string, open: () => CameraStream, seeds: readonly Uint8Array[]): Target {
  const hear = (chunks: readonly Uint8Array[]): CameraMessage[] => {
    const said: CameraMessage[] = []
    const stream = open()
    for (const chunk of chunks) stream.push(chunk, (message) => said.push(message))
    stream.reset((message) => said.push(message))
    return said
  }
  return {
    name: `stream ${name}`,
    seeds,
    words: [...WORDS, ';data={', 'Events[0].', '</EventNotificationAlert>', '\u{8a}'].map(text),
    run(input) {
      const [whole, ...others] = chunkings(input).map(hear)
      for (const other of others) promise(isDeepStrictEqual(other, whole), 'another chunking says something else')
      for (const message of whole ?? []) {
        if (message.kind !== 'sighting') continue
        const { confidence, text: said, pictures } = message
        promise(confidence === null || (confidence >= 0 && confidence <= 100), `a confidence of ${confidence}`)
        promise(said.length <= 200, 'a plate longer than any plate')
        promise(pictures.reduce((sum, { length }) => sum + length, 0) <= input.length, 'pictures larger than what came')
      }
    },
  }
}

function multipart(): Target {
  const take = (chunks: readonly Uint8Array[]): Part[] => {
    const parts: Part[] = []
    const splitter = partSplitter()
    for (const chunk of chunks) splitter.push(chunk, (part) => parts.push(part))
    splitter.end((part) => parts.push(part))
    return parts
  }
  return {
    name: 'multipart',
    seeds: hikvisionSeeds(),
    words: WORDS.map(text),
    run(input) {
      const [whole = [], ...others] = chunkings(input).map(take)
      for (const other of others) promise(isDeepStrictEqual(other, whole), 'another chunking splits it elsewhere')
      const bytes = whole.reduce((sum, { body }) => sum + body.length, 0)
      promise(bytes <= input.length, 'parts larger than what came')
    },
  }
}

function xml(): Target {
  const size = ({ name, text: own, children }: XmlElement): number =>
    name.length + own.length + children.reduce((sum, child) => sum + size(child), 0)
  return {
    name: 'xml',
    seeds: [
      text(encodeHikvisionEvent(passage())),
      text('<a:b x=">">&#26187;<![CDATA[<]]><!-- --></a:b>'),
      text('<?xml encoding="gbk"?><a/>'),
    ],
    words: ['<!DOCTYPE a [', '<!ENTITY x "', '&x;', '&#x', '<![CDATA[', ']]>', '<!--', '-->', '<?', '?>', '/>', '</'].map(text),
    run(input) {
      const read = readXml(input)
      if (read.ok) promise(size(read.root) <= input.length, 'a document larger than its text')
    },
  }
}
