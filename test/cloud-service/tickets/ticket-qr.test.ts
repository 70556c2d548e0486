import { createHash, generateKeyPairSync, sign, verify } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromBase45, fromBase64url, toBase45, toBase64url } from '#edge/byte-text'
import type { CarrierId, SiteId } from '#edge/ids'
import type { Signer, Verifier } from '#edge/seal'
import { type Ticket, ticketNumber } from '#edge/ticket'
import { encodeQr, QR_PREFIX, qrIsSigned, readQr } from '#edge/ticket-qr'

const hash = (text: string): string => createHash('sha256').update(text).digest('hex')
const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const key = '00112233445566ff'
const signer: Signer = {
  suite: 'ed25519-sha256',
  key,
  hash,
  sign: (text) => sign(null, Buffer.from(text), privateKey).toString('base64url'),
}
const verifier: Verifier = {
  hash,
  verify: (by, text, signature) => by === key && verify(null, Buffer.from(text), publicKey, Buffer.from(signature, 'base64url')),
}
const ticket = (differs: Partial<Ticket> = {}): Ticket => ({
  number: ticketNumber('610881', '261121', Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)),
  site: 'hongliu' as SiteId,
  category: 'in-city',
  carrier: 'tuoyun' as CarrierId,
  carrierName: '驼运物流',
  consignee: '锦川兰炭厂(示例)',
  plate: '陕K12345',
  plateColour: 'yellow',
  trailer: null,
  axles: 6,
  drivenAxles: 2,
  product: { coalClass: 'BN', category: 'LUMP' },
  plannedNetKg: 31_000,
  validFrom: '2026-11-21T08:00:00Z',
  validUntil: '2026-11-22T08:00:00Z',
  issuedAt: '2026-11-21T08:00:00Z',
  policy: 1,
  ...differs,
})

describe('the ticket as a QR code', () => {
  it('says what the ticket says and is signed by the issuer', () => {
    const text = encodeQr(ticket(), signer)
    expect(text).toMatch(/^PITGATE1:[0-9A-Z $%*+\-./:]+$/)
    const read = readQr(text)
    expect(read).toMatchObject({
      number: ticket().number,
      site: 'hongliu',
      carrier: 'tuoyun',
      plate: '陕K12345',
      plannedNetKg: 31_000,
      validFrom: '2026-11-21T08:00:00.000Z',
      validUntil: '2026-11-22T08:00:00.000Z',
      key,
    })
    expect(read && qrIsSigned(read, verifier)).toBe(true)
  })

  it('is known by its whole text only: any letter changed is unreadable or unsigned', () => {
    const text = encodeQr(ticket(), signer)
    fc.assert(
      fc.property(fc.integer({ min: QR_PREFIX.length, max: text.length - 1 }), fc.constantFrom(...'09AZ $%*+-./:'), (at, letter) => {
        fc.pre(text[at] !== letter)
        const read = readQr(text.slice(0, at) + letter + text.slice(at + 1))
        expect(read !== null && qrIsSigned(read, verifier)).toBe(false)
      }),
    )
  })

  it('carries any plate, weight and period there and back', () => {
    const plates = fc.constantFrom('陕K12345', '蒙KD12345', '晋H00001', '粤Z1234港')
    const moment = fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => new Date(seconds * 1_000).toISOString())
    fc.assert(
      fc.property(plates, fc.integer({ min: 1, max: 100_000 }), moment, moment, (plate, plannedNetKg, validFrom, validUntil) => {
        const read = readQr(encodeQr(ticket({ plate, plannedNetKg, validFrom, validUntil }), signer))
        expect(read).toMatchObject({
          plate,
          plannedNetKg,
          validFrom,
          validUntil,
        })
        expect(read && qrIsSigned(read, verifier)).toBe(true)
      }),
    )
  })

  it('never throws on what a scanner may bring', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.uint8Array({ maxLength: 300 }), (text, bytes) => {
        expect(readQr(text)).toBeNull()
        readQr(QR_PREFIX + text)
        readQr(QR_PREFIX + toBase45(bytes))
        readQr(QR_PREFIX + toBase45(Uint8Array.of(1, 0, ...bytes)))
      }),
    )
  })
})

describe('bytes as text', () => {
  it('agrees with the RFC and with Node', () => {
    expect(toBase45(new TextEncoder().encode('base-45'))).toBe('UJCLQE7W581')
    expect(toBase45(new TextEncoder().encode('ietf!'))).toBe('QED8WEX0')
    expect(fromBase45('FGW')).toEqual(Uint8Array.of(255, 255))
    expect(fromBase45('GGW')).toBeNull()
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(fromBase45(toBase45(bytes))).toEqual(bytes)
        expect(toBase64url(bytes)).toBe(Buffer.from(bytes).toString('base64url'))
        expect(fromBase64url(toBase64url(bytes))).toEqual(bytes)
      }),
    )
  })
  it.each(['A', 'AB=', '+/', 'AAA-B', '雪'])('refuses %s as base64url or reads it as it was written', (text) => {
    const bytes = fromBase64url(text)
    expect(bytes === null || toBase64url(bytes) === text).toBe(true)
  })
})
