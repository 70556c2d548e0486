import { readdirSync, readFileSync } from 'node:fs'
import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { KIT_COMMANDS } from '../../../edge-agent/kit/commands.ts'
import { decode } from '../../../edge-agent/kit/decode.ts'
import { decodeCamera } from '../../../edge-agent/kit/decode-camera.ts'

/** Every published frame and message of the tapes, as a vendor's program would ask for it: one JSON line in, one out. */
interface Entry {
  readonly id: string
  readonly protocol: string
  readonly hex: string
  readonly expected: Readonly<Record<string, unknown>> & {
    readonly result: string
    readonly readings?: readonly Readonly<Record<string, unknown>>[]
  }
}
type Message = Readonly<Record<string, unknown>> & { readonly id: string; readonly expected: Readonly<Record<string, unknown>> }

const folder = new URL('../../tapes/', import.meta.url)
const tape = (file: string): { entries?: Entry[]; messages?: Message[] } => JSON.parse(readFileSync(new URL(file, folder), 'utf8'))
const files = readdirSync(folder).filter((file) => file.endsWith('.json'))

const entries = files.flatMap((file) => tape(file).entries ?? []).filter(({ expected }) => expected !== undefined)
/** Tapes of one maker do not repeat its name. */
const MAKERS: Readonly<Record<string, { vendor?: string; transport?: string }>> = {
  'hikvision.json': { vendor: 'Hikvision', transport: 'http-push' },
  'dahua.json': { vendor: 'Dahua', transport: 'http-push' },
  'gat1400.json': { vendor: 'GA/T 1400', transport: 'http-push' },
  'serial-8a7f.json': { vendor: 'serial LPR camera (8A…7F frame)', transport: 'rs485' },
  'camera-json.json': {},
}
const messages = Object.entries(MAKERS).flatMap(([file, maker]) => (tape(file).messages ?? []).map((message) => ({ ...maker, ...message })))

const without = (expected: Readonly<Record<string, unknown>>, ...keys: string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(expected).filter(([key]) => !keys.includes(key)))

describe('decode', () => {
  it('has the whole published collection before it', () => {
    expect(entries.length).toBeGreaterThanOrEqual(181)
    expect(messages.length).toBe(79)
  })

  it.each(entries.map((entry) => [entry.id, entry.protocol, entry] as const))('%s, %s, is as published', (_id, _protocol, entry) => {
    const { frames, rejected, remarks, error } = decode({ ...entry })
    const { result, readings = [] } = entry.expected
    expect(error).toBeUndefined()
    switch (result) {
      case 'accepted':
        expect(frames).toMatchObject([without(entry.expected, 'result')])
        expect(rejected).toEqual([])
        break
      case 'stream':
        expect(frames).toMatchObject(readings)
        break
      case 'rejected':
        expect(frames).toEqual([])
        expect(rejected.map(({ reason }) => reason)).toContain(entry.expected.reason)
        break
      default:
        expect(frames).toEqual([])
        expect(rejected).toEqual([])
        // The handshake of a Yaohua and its answer are the same bytes: no program can tell which they are.
        expect(remarks).toMatchObject([entry.id === 'f035' ? without(entry.expected, 'result') : entry.expected])
    }
  })

  it('answers what cannot be asked with words, and goes on', async () => {
    const answers = await batch('decode', [
      '{"id":1,"protocol":"yaohua-tf0","hex":"02 2B 30 30 31 35 36 30 30 31 39 03"}',
      'not json',
      '{"id":2,"protocol":"nobody","hex":"00"}',
      '{"id":3,"protocol":"yaohua-tf0","hex":"0g"}',
      '[]',
      '{"id":4,"protocol":"yaohua-tf0","hex":"","settings":{"direction":1}}',
      '{"id":5,"protocol":"yaohua-tf0","hex":""}',
    ])
    expect(answers.map(({ id }) => id)).toEqual([1, null, 2, 3, null, 4, 5])
    expect(answers[0]).toMatchObject({ frames: [{ value: 1560, decimals: 0 }], rejected: [] })
    expect(answers[1]?.error).toMatch(/^not JSON/)
    expect(answers[2]?.error).toMatch(/^no protocol "nobody"; there are bcd-ff, /)
    expect(answers[3]?.error).toMatch(/hexadecimal/)
    expect(answers[4]?.error).toMatch(/JSON object/)
    expect(answers[5]?.error).toMatch(/direction/)
    expect(answers[6]).toEqual({ id: 5, frames: [], rejected: [] })
  })

  it('tells where each rejected span began, and its bytes', () => {
    expect(decode({ id: 'x', protocol: 'yaohua-tf0', hex: 'FF FF 02 2B 30 30 31 35 36 30 30 31 39 03 00' }).rejected).toEqual([
      { reason: 'noise', at: 0, bytes: 'FF FF' },
      { reason: 'noise', at: 14, bytes: '00' },
    ])
  })
})

describe('decode-camera', () => {
  it.each(messages.map((message) => [message.id, message] as const))('%s is as published', (_id, message) => {
    expect(decodeCamera(message)).toMatchObject({ id: message.id, ...message.expected })
  })

  it('answers an unknown maker and an unreadable payload with words', async () => {
    const answers = await batch('decode-camera', [
      '{"id":1,"vendor":"Nobody","transport":"http-push","payload":"{}","payloadEncoding":"utf8"}',
      '{"id":2,"vendor":"Dahua","payload":"zz","payloadEncoding":"hex"}',
      '{"id":3,"dialect":"hikvision","payload":"","payloadEncoding":"utf8"}',
      '{"id":4}',
    ])
    expect(answers[0]?.error).toMatch(/^no camera "Nobody"; dialects: vzenith-mqtt, /)
    expect(answers[1]?.error).toMatch(/payloadEncoding/)
    expect(answers[2]).toMatchObject({ id: 3, kind: 'error', error: 'empty_body' })
    expect(answers[3]?.error).toMatch(/payload/)
  })
})

async function batch(command: string, lines: readonly string[]): Promise<Record<string, unknown>[]> {
  const [input, output, errors] = [new PassThrough(), new PassThrough(), new PassThrough()]
  input.end(lines.join('\n'))
  const code = await KIT_COMMANDS[command]?.(['--batch'], { input, output, errors })
  expect(code).toBe(0)
  return String(output.read())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}
