import { describe, expect, it } from 'vitest'
import { EMPTY_DRAFT, kilogramsTyped, mistakesSaid, readDraft, type TicketDraft } from '../../../dashboard/screens/tickets/issue-form.ts'
import { zh } from '../../../dashboard/words/zh.ts'

const good: TicketDraft = {
  ...EMPTY_DRAFT,
  site: 'hongliu',
  carrier: 'hengtong',
  consignee: '黄骅港务',
  plate: '陕K·83651',
  plannedTonnes: '31.07',
}

describe('tonnes as typed', () => {
  it.each([
    ['31.07', 31_070],
    ['32', 32_000],
    [' 0.02 ', 20],
    ['31,5', 31_500],
    ['4.1', 4_100],
    ['', null],
    ['-3', null],
    ['3.1234', null],
    ['1e3', null],
    ['1000', null],
  ])('"%s" is %s kg', (text, kg) => {
    expect(kilogramsTyped(text)).toBe(kg)
  })
})

describe('a ticket being asked for', () => {
  it('is sent with its plate as registers write it and its weight in kilograms', () => {
    const read = readDraft(good, zh)
    expect(read.ok && [read.ticket.plate, read.ticket.trailer, read.ticket.plannedNetKg, read.ticket.validHours]).toEqual([
      '陕K83651',
      null,
      31_070,
      24,
    ])
  })
  it.each<[what: string, differs: Partial<TicketDraft>, field: keyof TicketDraft]>([
    ['no site', { site: '' }, 'site'],
    ['no carrier', { carrier: '' }, 'carrier'],
    ['no consignee', { consignee: '  ' }, 'consignee'],
    ['a word for a plate', { plate: '无牌' }, 'plate'],
    ['a trailer that is no plate', { trailer: '挂' }, 'trailer'],
    ['101 tonnes', { plannedTonnes: '101' }, 'plannedTonnes'],
    ['no weight', { plannedTonnes: '0' }, 'plannedTonnes'],
    ['four days', { validHours: '96' }, 'validHours'],
  ])('with %s is not sent', (_what, differs, field) => {
    const read = readDraft({ ...good, ...differs }, zh)
    expect(read.ok ? [] : Object.keys(read.mistakes)).toEqual([field])
  })
  it('tells all mistakes at once', () => {
    const read = readDraft({ ...EMPTY_DRAFT }, zh)
    expect(read.ok ? [] : Object.keys(read.mistakes)).toEqual(['site', 'carrier', 'consignee', 'plate', 'plannedTonnes'])
  })
})

it('puts what the cloud objects to beside its field, and the rest above the form', () => {
  const said = mistakesSaid([
    { path: '/plannedNetKg', says: 'too much' },
    { path: '/body/product/coalClass', says: 'unknown' },
    { path: 'plate', says: 'first' },
    { path: '/plate', says: 'second' },
    { path: '', says: 'closed today' },
    { path: '/surprise', says: 'not expected' },
  ])
  expect(said.fields).toEqual({ plannedTonnes: 'too much', coalClass: 'unknown', plate: 'first' })
  expect(said.others).toEqual(['closed today', '/surprise: not expected'])
})
