import { isUtf8 } from 'node:buffer'
import type { Static, TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { EPOCH } from '#edge/ids'
import { MESSAGES, type MessageName } from '#edge/messages'
import { type Batch, decodeBatch } from '#edge/stream'

/** Messages that go up to the cloud: every one has a handler in the inbox, or the service does not compile and does not start. */
export type UpMessage = { [K in MessageName]: (typeof MESSAGES)[K]['direction'] extends 'up' ? K : never }[MessageName]
type PayloadOf<K extends UpMessage> = (typeof MESSAGES)[K]['payload']
export type Said<K extends UpMessage> = PayloadOf<K> extends 'batch' ? Batch : PayloadOf<K> extends TSchema ? Static<PayloadOf<K>> : never

export type MessageReading<K extends UpMessage> =
  | { readonly ok: true; readonly said: Said<K> }
  | { readonly ok: false; readonly why: string }

const checks = new Map(
  (Object.keys(MESSAGES) as MessageName[]).flatMap((name) => {
    const { payload } = MESSAGES[name]
    return payload === 'batch' ? [] : [[name, Compile(payload as TSchema)] as const]
  }),
)
const epoch = new RegExp(EPOCH)

/** Reads a payload off the wire as its row of MESSAGES says. Never throws. */
export function readMessage<K extends UpMessage>(name: K, payload: Buffer): MessageReading<K> {
  // Asked and decoded apart: a fatal TextDecoder takes ten times as long.
  if (!isUtf8(payload)) return { ok: false, why: 'not-utf8' }
  const text = payload.toString('utf8')
  const reading = MESSAGES[name].payload === 'batch' ? readBatch(text) : readJson(name, text)
  return reading as MessageReading<K>
}

function readBatch(text: string): { ok: true; said: Batch } | { ok: false; why: string } {
  const read = decodeBatch(text)
  if (!read.ok) return { ok: false, why: read.reason }
  return epoch.test(read.batch.epoch) ? { ok: true, said: read.batch } : { ok: false, why: 'bad-epoch' }
}

function readJson(name: MessageName, text: string): { ok: true; said: unknown } | { ok: false; why: string } {
  let said: unknown
  try {
    said = JSON.parse(text)
  } catch {
    return { ok: false, why: 'not-json' }
  }
  // PostgreSQL keeps no NUL character in text.
  if (text.includes('\\u0000')) return { ok: false, why: 'nul-character' }
  return checks.get(name)?.Check(said) ? { ok: true, said } : { ok: false, why: 'not-this-message' }
}
