import fc from 'fast-check'
import { encode as drawQr } from 'uqr'
import { describe, expect, it } from 'vitest'
import { columnsOf, fromGbk } from '#dialects/gbk'
import { escposPrinter } from '#dialects/printer/escpos'
import { readEscPos } from '#dialects/printer/escpos-read'
import { plainLines } from '#dialects/printer/plain-lines'
import { plainTextPrinter } from '#dialects/printer/plain-text'
import type { QrMatrix } from '#dialects/printer/printer'
import { slipRows } from '#edge/slip'
import { someSlipParts } from '../../../builders/slip.ts'
import { hexOf } from '../tapes.ts'

const draw = (text: string): QrMatrix => drawQr(text, { ecc: 'M', border: 0 }).data
const rows = slipRows(someSlipParts({ title: '红柳煤矿（示例）' }), 'zh')

describe('ESC/POS', () => {
  const printed = (qr: 'native' | 'raster' | 'none', columns = 48, some = rows) => {
    const { pages, used } = readEscPos(escposPrinter.page(some, { columns, qr }, draw))
    return { page: pages[0] ?? expect.unreachable(), pages, used }
  }

  it('prints one page, cut at its end, with the net weight in large digits', () => {
    const { page, pages } = printed('native')
    expect(pages).toHaveLength(1)
    expect(page.lines.find(({ text }) => text.includes('过 磅 单'))).toMatchObject({ width: 2, centred: true })
    expect(page.lines.find(({ text }) => text.startsWith('净重'))).toMatchObject({ width: 2 })
    expect(page.lines.map(({ text }) => text).join('\n')).toContain('陕K12345')
  })

  it('lets the printer draw the QR code where it can, or draws it itself, dot by dot the same code', () => {
    expect(printed('native').page.qrs).toEqual(['PITGATE-SLIP1:ABC'])
    expect(printed('none').page).toMatchObject({ qrs: [], pictures: [] })
    const [picture] = printed('raster').page.pictures
    const matrix = draw('PITGATE-SLIP1:ABC')
    const dots = (picture?.length ?? 0) / (matrix.length + 8)
    expect(Number.isInteger(dots)).toBe(true)
    expect(matrix.map((line, y) => line.map((_, x) => picture?.[(y + 4) * dots + 1]?.[(x + 4) * dots + 1]))).toEqual(matrix)
  })

  it('writes the bytes of the maker’s page for a QR code', () => {
    const bytes = hexOf(escposPrinter.page([{ kind: 'qr', text: 'AB' }], { columns: 48, qr: 'native' }, draw))
    expect(bytes).toBe(
      '1B 40 1C 26 1B 61 00 1B 61 01 1D 28 6B 04 00 31 41 32 00 1D 28 6B 03 00 31 43 04 1D 28 6B 03 00 31 45 31 1D 28 6B 05 00 31 50 30 41 42 1D 28 6B 03 00 31 51 30 0A 1B 61 00 1B 64 03 1D 56 42 00',
    )
  })

  it('no line is wider than the paper, on 58 and on 80 mm', () => {
    for (const columns of [32, 48])
      for (const { text, width } of printed('native', columns).page.lines)
        expect([text, columnsOf(text) <= columns || width > 1]).toEqual([text, true])
  })

  it('a reprint is white on black', () => {
    const again = slipRows(someSlipParts({ reprint: 1 }), 'zh')
    expect(
      printed('none', 48, again)
        .page.lines.filter(({ inverse }) => inverse)
        .map(({ text }) => text.trim()),
    ).toEqual(['补打 / REPRINT 1', '补打 / REPRINT 1'])
  })

  it.each([
    [[0x12, 0x12, 0x12], 'ready'],
    [[0x1a, 0x32, 0x72], 'paper-out'],
    [[0x12, 0x12, 0x1e], 'paper-low'],
    [[0x1a, 0x16, 0x12], 'cover-open'],
    [[0x1a, 0x52, 0x12], 'error'],
    [[0x1a, 0x12, 0x12], 'offline'],
    [[0x41, 0x12, 0x12], null],
    [[0x12], null],
  ] as const)('answers %j are %s', (answers, state) => {
    expect(escposPrinter.status?.read(answers)).toBe(state)
  })

  it('half a page is no page yet, wherever it is cut', () => {
    const bytes = escposPrinter.page(rows, { columns: 48, qr: 'native' }, draw)
    for (let end = 0; end < bytes.length; end++) expect(readEscPos(bytes.subarray(0, end))).toEqual({ pages: [], used: 0 })
  })

  it('reading pages back never throws and never goes back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(readEscPos(bytes).used).toBeLessThanOrEqual(bytes.length)
      }),
    )
  })
})

describe('plain text', () => {
  it('is lines of the paper’s width and a form feed, in GBK', () => {
    const page = fromGbk(plainTextPrinter.page(rows, { columns: 80, qr: 'none' }, draw))
    expect(page.endsWith('\r\n\f')).toBe(true)
    const lines = page.slice(0, -3).split('\r\n')
    expect(lines.filter((line) => columnsOf(line) > 80)).toEqual([])
    expect(lines).toContain('净重       32980 kg')
    expect(lines.map((line) => line.trim())).toContain('过 磅 单')
  })

  it('breaks what is too long, and loses nothing of it', () => {
    const lines = plainLines([{ kind: 'field', label: '收货单位', value: '榆林市锦界工业园区某某发电有限责任公司燃料部' }], 32)
    expect(lines.length).toBeGreaterThan(1)
    expect(lines.join('').replaceAll(' ', '')).toBe('收货单位榆林市锦界工业园区某某发电有限责任公司燃料部')
    expect(lines.every((line) => columnsOf(line) <= 32)).toBe(true)
  })

  it('what comes from outside cannot feed the paper', () => {
    const [line] = plainLines([{ kind: 'field', label: '车牌', value: 'K\f\r\n1' }], 40)
    expect(line).toBe('车牌       K   1')
  })
})
