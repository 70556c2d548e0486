import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseIdentity } from '#edge/ids'
import { slipRows } from '#edge/slip'
import { checkCode, checkCodeFits, recordOfSlip, slipNumber } from '#edge/slip-check'
import { encodeSlipQr, readSlipQr, type SlipQr, slipQrIsSigned } from '#edge/slip-qr'
import { encodeQr, readQr } from '#edge/ticket-qr'
import { SLIP_LABELS, SLIP_WORDS } from '#edge/words/slip'
import { aKey } from '../../builders/keys.ts'
import { aWeighingRecord, HASH, someSlipParts } from '../../builders/slip.ts'
import { aTicket } from '../../builders/ticket.ts'

const record = parseIdentity('hongliu.a1.1-9f3a2b4c.17') ?? expect.unreachable()
const said = (parts: Parameters<typeof slipRows>[0], label: string): string | undefined =>
  slipRows(parts, 'zh').flatMap((row) => ('label' in row && row.label === label ? [row.value] : []))[0]

describe('the slip of a loaded truck', () => {
  it('says the weighing, its scale and its ticket', () => {
    const parts = someSlipParts()
    expect(
      Object.fromEntries(
        ['单号', '站点', '磅道', '仪表编号', '检定证书', '车牌', '挂车', '毛重', '皮重', '净重'].map((label) => [
          label,
          said(parts, label),
        ]),
      ),
    ).toEqual({
      单号: 'A1-1-9F3A2B4C-17',
      站点: 'hongliu',
      磅道: '北磅',
      仪表编号: 'XK3190-0417',
      检定证书: 'JJ-2026-0417',
      车牌: '陕K12345',
      挂车: '陕K6780挂',
      毛重: '48620 kg',
      皮重: '15640 kg',
      净重: '32980 kg',
    })
    expect(said(parts, '煤票号')).toBe(parts.record.body.ticket)
    expect(said(parts, '收货单位')).toBe(aTicket().consignee)
  })

  it('says moments in Beijing time', () => {
    expect([said(someSlipParts(), '毛重时间'), said(someSlipParts(), '皮重时间')]).toEqual(['2026-11-21 16:00', '2026-11-21 14:30'])
  })

  it('names who released it, where nobody did says that it was automatic', () => {
    expect([said(someSlipParts(), '司磅员'), said(someSlipParts(), '结论')]).toEqual(['自动过磅', '放行'])
    const byHand = someSlipParts({ releasedBy: '李四', record: aWeighingRecord({ verdict: 'ask' }) })
    expect([said(byHand, '司磅员'), said(byHand, '结论')]).toEqual(['李四', '人工放行'])
    expect(said(someSlipParts({ record: aWeighingRecord({ verdict: 'hold' }) }), '结论')).toBe('未放行')
  })

  it('a reprint says so at its head and at its foot, a first print nowhere', () => {
    const banners = (reprint: number) =>
      slipRows(someSlipParts({ reprint }), 'zh').flatMap((row) => (row.kind === 'banner' ? [row.text] : []))
    expect(banners(2)).toEqual(['补打 / REPRINT 2', '补打 / REPRINT 2'])
    expect(banners(0)).toEqual([])
  })

  it('leaves out what it does not know, and says no empty line', () => {
    const bare = someSlipParts({
      ticket: null,
      record: aWeighingRecord({
        kind: 'check',
        tare: null,
        netKg: null,
        ticket: null,
        vehicle: { plate: null, colour: 'unknown', trailer: null, match: 'none' },
      }),
    })
    const labels = slipRows(bare, 'zh').flatMap((row) => ('label' in row ? [row.label] : []))
    expect(labels).not.toEqual(expect.arrayContaining(['车牌']))
    expect(said(bare, '重量')).toBe('48620 kg')
  })

  it('has words for every label in both languages', () => {
    for (const words of Object.values(SLIP_WORDS)) for (const label of SLIP_LABELS) expect(words.labels[label]).not.toBe('')
  })
})

describe('the number', () => {
  it('names its record and no other', () => {
    expect(recordOfSlip(slipNumber(record), 'hongliu')).toEqual(record)
    expect(recordOfSlip('hongliu.a1.1-9f3a2b4c.17', 'elsewhere')).toEqual(record)
    expect(recordOfSlip('a1-1-9f3a2b4c-17 ', 'hongliu')).toEqual(record)
    const dashed = { ...record, agent: 'north-2-gate' as typeof record.agent }
    expect(recordOfSlip(slipNumber(dashed), 'hongliu')).toEqual(dashed)
    for (const none of ['', '17', 'A1-9F3A2B4C-17', 'A1-1-9F3A2B4C-0']) expect(recordOfSlip(none, 'hongliu')).toBeNull()
  })
})

describe('the check code', () => {
  it('is eight letters of the first forty bits of the hash', () => {
    // 9d 2c 7f 0a 51 → 10011 10100 10110 00111 11110 00010 10010 10001
    expect(checkCode(HASH)).toBe('KMP7-Y2JH')
  })

  it('is found right however it is typed, and wrong with any other letter', () => {
    expect(checkCodeFits(' kmp7 y2jh', HASH)).toBe(true)
    expect(checkCodeFits('oooo-oooo', '0'.repeat(64))).toBe(true)
    expect(checkCodeFits('KMP7-Y2JJ', HASH)).toBe(false)
    expect(checkCodeFits('', HASH)).toBe(false)
  })

  it('changes with any of those forty bits', () => {
    fc.assert(
      fc.property(fc.nat(39), (bit) => {
        const digit = bit >> 2
        const turned = (Number.parseInt(HASH[digit] ?? '0', 16) ^ (1 << (bit & 3))).toString(16)
        expect(checkCode(HASH.slice(0, digit) + turned + HASH.slice(digit + 1))).not.toBe(checkCode(HASH))
      }),
    )
  })
})

describe('the QR code', () => {
  const key = aKey()
  const slip: SlipQr = {
    record,
    hash: HASH,
    plate: '陕K12345',
    ticket: null,
    weightKg: 48_620,
    netKg: 32_980,
    weighedAt: '2026-11-21T08:00:00.000Z',
  }

  it('says the weighing and is signed by the agent', () => {
    const read = readSlipQr(encodeSlipQr(slip, key))
    expect(read).toMatchObject(slip)
    expect(read && slipQrIsSigned(read, key)).toBe(true)
  })

  it('with another weight in it is not', () => {
    const read = readSlipQr(encodeSlipQr(slip, key)) ?? expect.unreachable()
    const forged = { signed: { ...read.signed, said: read.signed.said.replace('48620', '18620') } }
    expect(slipQrIsSigned(forged, key)).toBe(false)
  })

  it('is no ticket, and a ticket is no slip', () => {
    expect(readQr(encodeSlipQr(slip, key))).toBeNull()
    expect(readSlipQr(encodeQr(aTicket(), key))).toBeNull()
  })

  it('fits a code a receipt printer can draw: version 12 at level M', () => {
    expect(encodeSlipQr({ ...slip, ticket: '610881-261121-7QK2M9XA4' }, key).length).toBeLessThanOrEqual(419)
  })

  it('never throws on what a scanner may bring', () => {
    fc.assert(fc.property(fc.string(), (text) => void readSlipQr(`PITGATE-SLIP1:${text}`)))
  })
})
