import { expect, it } from 'vitest'
import { canonical } from '#edge/canonical'
import { NO_HASH } from '#edge/ids'
import { type LedgerRecord, sealBytes } from '#edge/records'
import { bodyIsSigned, sentence, signBody } from '#edge/seal'
import { emptyHead, headIsSigned, ordersOf, recordsOf, signHead } from '#edge/stream'
import { aHasher, aKey } from '../../builders/keys.ts'
import { AGENT, EPOCH, LANE, SITE } from '../../builders/ticket.ts'

const record: LedgerRecord<'decision'> = {
  v: 1,
  site: SITE,
  agent: AGENT,
  epoch: EPOCH,
  seq: 1,
  prev: NO_HASH,
  suite: 'ed25519-sha256',
  key: '0123456789abcdef',
  kind: 'decision',
  at: '2026-11-21T04:00:00Z',
  mono: 12,
  boot: '0a1b2c3d',
  clock: 'synchronised',
  body: { lane: LANE, visit: 1, weighing: 3, act: 'release', reason: '已核对', operator: 'li' },
}

it('the hash of a record covers its link, its place and every word of it', () => {
  const { bytes, hash } = sealBytes(record, aHasher)
  expect(bytes).toBe(canonical(record))
  expect(hash).toBe(aHasher.hash(bytes))
  const changed: LedgerRecord[] = [
    { ...record, prev: hash },
    { ...record, seq: 2 },
    { ...record, key: 'fedcba9876543210' },
    { ...record, body: { ...record.body, reason: '未核对' } },
  ]
  expect(new Set([hash, ...changed.map((one) => sealBytes(one, aHasher).hash)]).size).toBe(5)
})

it('a signature for one purpose cannot be shown for another', () => {
  const key = aKey()
  const signed = signBody('policy', { version: 1 }, key)
  expect(bodyIsSigned('policy', signed, key)).toBe(true)
  expect(bodyIsSigned('ticket', signed, key)).toBe(false)
  expect(sentence('head', 'x')).not.toBe(sentence('record', 'x'))
})

it("a head is signed for its own stream: nobody's orders are anybody's records", () => {
  const key = aKey()
  const head = signHead(recordsOf('hongliu', 'a1'), emptyHead(EPOCH), key)
  expect(headIsSigned(recordsOf('hongliu', 'a1'), head, key)).toBe(true)
  expect(headIsSigned(recordsOf('hongliu', 'a2'), head, key)).toBe(false)
  expect(headIsSigned(ordersOf('hongliu', 'a1'), head, key)).toBe(false)
  expect(headIsSigned(recordsOf('hongliu', 'a1'), { ...head, seq: 1 }, key)).toBe(false)
  expect(headIsSigned(recordsOf('hongliu', 'a1'), head, aKey())).toBe(false)
})
