import { readdirSync, readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { CAMERA_DIALECTS } from '#dialects/camera/camera-dialects'
import type { CameraMessage } from '#dialects/camera/sighting'
import { bytesOfHex, readCapture } from '#dialects/capture'
import { codeReader } from '#dialects/reader/code-line'
import type { Reading, Rejected, Remark, ScaleDialect } from '#dialects/scale/reading'
import { SCALE_DIALECTS } from '#dialects/scale/scale-dialects'
import { dialectDecoder } from '#dialects/scale/seven-bit'
import { readPlate, whyNotPlate } from '#edge/plate'
import { readQr } from '#edge/ticket-qr'
import { deviceTargets } from './device-targets.ts'
import type { Target } from './fuzzer.ts'
import { promise, text } from './promise.ts'
import { streamTargets } from './stream-targets.ts'

/** Everything that takes bytes from outside, each with the promises of `edge-agent/dialects/README.md` held against it. */
export const targets = (): Target[] => [
  ...Object.values(SCALE_DIALECTS).map(scaleTarget),
  ...Object.keys(CAMERA_DIALECTS).map(cameraTarget),
  ...streamTargets(),
  ...deviceTargets(),
  {
    name: 'code-reader',
    seeds: [text('T6108812611210000\r\n')],
    words: [],
    run: (input) =>
      void codeReader().push(
        input,
        () => {},
        () => {},
      ),
  },
  { name: 'qr', seeds: [], words: [], run: (input) => void readQr(latin(input)) },
  { name: 'plate', seeds: [text('陕K12345'), text('陕K·1234挂'), text('_无_')], words: [], run: plate },
  { name: 'capture', seeds: [text('# note\n@0 02 2B\n@80 03\n')], words: [text('@'), text('#'), text('\n')], run: capture },
]

const latin = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes)

/* scales -------------------------------------------------------------------------------------------------------------- */

interface Heard {
  readonly said: (Reading | Remark)[]
  readonly rejected: Rejected[]
}

function hear(dialect: ScaleDialect, chunks: readonly Uint8Array[], sevenBit: 'auto' | 'never'): Heard {
  const heard: Heard = { said: [], rejected: [] }
  const decoder = dialectDecoder(dialect, { sevenBit })
  const onSaid = (said: Reading | Remark): void => void heard.said.push(said)
  const onRejected = (rejected: Rejected): void => void heard.rejected.push(rejected)
  for (const chunk of chunks) decoder.push(chunk, onSaid, onRejected, onSaid)
  decoder.quiet(onRejected, onSaid, onSaid)
  return heard
}

function scaleTarget(dialect: ScaleDialect): Target {
  const frames = [0, 20, 45_680, -120].flatMap((digits) => {
    try {
      return [dialect.encode({ digits, decimals: 0, unit: 'kg', stable: true, mode: 'gross' })]
    } catch {
      return [] // A number this format cannot hold.
    }
  })
  const published = tapes().filter(({ protocol }) => protocol === dialect.name)
  return {
    name: dialect.name,
    seeds: [...frames, ...published.map(({ bytes }) => bytes)],
    words: frames,
    run(input) {
      const whole = hear(dialect, [input], 'auto')
      const middle = input.length >> 1
      const cut = hear(dialect, [input.subarray(0, 1), input.subarray(1, middle), input.subarray(Math.max(1, middle))], 'auto')
      promise(isDeepStrictEqual(cut, whole), 'another chunking reads something else')
      let lost = 0
      let at = 0
      for (const span of whole.rejected) {
        promise(span.at >= at, 'a rejected span begins inside the one before it')
        promise(span.bytes.length > 0, 'an empty span is rejected')
        at = span.at + span.bytes.length
        lost += span.bytes.length
      }
      promise(at <= input.length, 'a rejected span ends beyond the bytes')
      promise(whole.said.length > 0 || lost === input.length, 'bytes vanish without a word')
      for (const said of whole.said) if (!('remark' in said)) sane(said)
    },
  }
}

function sane({ digits, decimals, tare }: Reading): void {
  promise(digits === null || Number.isSafeInteger(digits), `${digits} are no digits`)
  promise(!Object.is(digits, -0), 'minus zero')
  promise(decimals === null || (Number.isInteger(decimals) && decimals >= 0 && decimals <= 12), `${decimals} decimals`)
  promise(tare === null || Number.isSafeInteger(tare.digits), `a tare of ${tare?.digits}`)
}

/** Published frames of every scale dialect, wherever a tape holds them with their protocol. */
function tapes(): { readonly protocol: string; readonly bytes: Uint8Array }[] {
  const folder = new URL('../tapes/', import.meta.url)
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .flatMap((file) => {
      const tape = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as { dialect?: unknown; frames?: unknown } | unknown[]
      const frames = Array.isArray(tape) ? tape : Array.isArray(tape.frames) ? tape.frames : []
      return frames.flatMap((frame: { hex?: unknown; protocol?: unknown }) => {
        const protocol = frame.protocol ?? (Array.isArray(tape) ? undefined : tape.dialect)
        return typeof frame.hex === 'string' && typeof protocol === 'string' ? [{ protocol, bytes: bytesOfHex(frame.hex) }] : []
      })
    })
}

/* cameras ------------------------------------------------------------------------------------------------------------- */

function cameraTarget(name: string): Target {
  const payloads = cameraPayloads()
  return {
    name: `camera ${name}`,
    seeds: payloads.map(({ body }) => body),
    words: ['"', '{', '}', '[', ']', ':', ',', 'null', 'license', 'plate', 'base64', '\r\n\r\n', '--boundary', '<ANPR>', '</'].map(text),
    run(input) {
      const dialect = CAMERA_DIALECTS[name]
      promise(dialect !== undefined, 'no such dialect')
      for (const place of places(input)) {
        const messages = dialect.decode({
          place,
          headers: { 'content-type': 'application/json' },
          body: input,
          receivedAt: 1_763_700_000_000,
        })
        promise(messages.length > 0, 'no word about a body')
        for (const message of messages) checkMessage(message, input)
      }
    },
  }
}

/** Where it may have come from: topics and paths of all makers, and one made of the body itself. */
const places = (input: Uint8Array): string[] => [
  'device/a1/message/up/ivs_result',
  'aiot/plate/QY1',
  '/VIID/MotorVehicles',
  '/NotificationInfo/TollgateInfo',
  `/${latin(input.subarray(0, 40))}`,
]

function checkMessage(message: CameraMessage, input: Uint8Array): void {
  if (message.kind !== 'sighting') return
  const { confidence, text: said, pictures, deviceTime } = message
  promise(confidence === null || (confidence >= 0 && confidence <= 100), `a confidence of ${confidence}`)
  promise(said.length <= 200, 'a plate longer than any plate')
  promise(deviceTime === null || Number.isFinite(deviceTime), `a moment of ${deviceTime}`)
  promise(pictures.reduce((sum, { length }) => sum + length, 0) <= 4 * input.length + 64, 'pictures larger than what came')
}

interface Payload {
  readonly body: Uint8Array
}

function cameraPayloads(): Payload[] {
  const folder = new URL('../tapes/', import.meta.url)
  return readdirSync(folder)
    .filter((file) => /camera|vzenith|hikvision|dahua|gat1400|qianyi|plate/.test(file) && file.endsWith('.json'))
    .flatMap((file) => {
      const tape = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Record<string, unknown> | unknown[]
      const list = Array.isArray(tape) ? tape : (Object.values(tape).find(Array.isArray) ?? [])
      return list.flatMap(({ payload, payloadEncoding }: { payload?: unknown; payloadEncoding?: unknown }) => {
        if (payload === undefined) return []
        if (payloadEncoding === 'hex' && typeof payload === 'string') return [{ body: bytesOfHex(payload) }]
        return [{ body: text(typeof payload === 'string' ? payload : JSON.stringify(payload)) }]
      })
    })
}

/* the rest ------------------------------------------------------------------------------------------------------------ */

function plate(input: Uint8Array): void {
  const said = new TextDecoder().decode(input)
  const read = readPlate(said)
  promise(read.kind !== 'unreadable' || whyNotPlate(said) !== null, 'no plate, and no word why')
  promise(read.kind !== 'plate' || readPlate(read.plate).kind === 'plate', 'a normal form that is no plate')
}

/** A file that is none of ours may be refused in words, and only so. */
function capture(input: Uint8Array): void {
  try {
    readCapture(input)
  } catch (error) {
    promise(/is not hexadecimal bytes/.test((error as Error).message), (error as Error).message)
  }
}
