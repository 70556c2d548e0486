import type { IssueTicket } from '#cloud/api'
import type { CarrierId, SiteId } from '#edge/ids'
import { readPlate } from '#edge/plate'
import type { Words } from '../../words/zh.ts'

/** What stands in the form: texts, as typed. */
export interface TicketDraft {
  site: string
  carrier: string
  consignee: string
  category: string
  plate: string
  trailer: string
  coalClass: string
  productCategory: string
  plannedTonnes: string
  validHours: string
}
export const EMPTY_DRAFT: Readonly<TicketDraft> = {
  site: '',
  carrier: '',
  consignee: '',
  category: 'in-city',
  plate: '陕K',
  trailer: '',
  coalClass: 'BN',
  productCategory: 'FINE',
  plannedTonnes: '',
  validHours: '24',
}
export type Mistakes = Partial<Record<keyof TicketDraft, string>>

/** Tonnes as typed to whole kilograms, by digits: 31.07 t is 31,070 kg, never 31,069.999…; null when it is no such number. */
export function kilogramsTyped(text: string): number | null {
  const parts = /^(\d{1,3})(?:[.,。](\d{1,3}))?$/.exec(text.trim())
  return parts ? Number(parts[1]) * 1_000 + Number((parts[2] ?? '').padEnd(3, '0')) : null
}

/** The request, or what to correct where. The cloud checks all of it again; this only saves the reader a round trip. */
export function readDraft(
  draft: TicketDraft,
  words: Words,
): { readonly ok: true; readonly ticket: IssueTicket } | { readonly ok: false; readonly mistakes: Mistakes } {
  const mistakes: Mistakes = {}
  const plate = readPlate(draft.plate)
  const trailer = draft.trailer.trim() === '' ? null : readPlate(draft.trailer)
  const kg = kilogramsTyped(draft.plannedTonnes)
  const hours = /^\d{1,2}$/.test(draft.validHours.trim()) ? Number(draft.validHours) : 0
  if (draft.site === '') mistakes.site = words.tickets.siteMissing
  if (draft.carrier === '') mistakes.carrier = words.tickets.carrierMissing
  if (draft.consignee.trim() === '') mistakes.consignee = words.tickets.consigneeMissing
  if (plate.kind !== 'plate') mistakes.plate = words.tickets.plateBad
  if (trailer && trailer.kind !== 'plate') mistakes.trailer = words.tickets.plateBad
  if (kg === null || kg < 10 || kg > 100_000) mistakes.plannedTonnes = words.tickets.plannedBad
  if (hours < 1 || hours > 72) mistakes.validHours = words.tickets.hoursBad
  if (Object.keys(mistakes).length > 0 || plate.kind !== 'plate' || kg === null) return { ok: false, mistakes }
  return {
    ok: true,
    ticket: {
      site: draft.site as SiteId,
      carrier: draft.carrier as CarrierId,
      consignee: draft.consignee.trim(),
      category: draft.category as NonNullable<IssueTicket['category']>,
      plate: plate.plate,
      trailer: trailer?.kind === 'plate' ? trailer.plate : null,
      product: { coalClass: draft.coalClass, category: draft.productCategory },
      plannedNetKg: kg,
      validHours: hours,
    },
  }
}

/** Where a mistake the cloud named belongs in the form: `/plannedNetKg` is the field in tonnes. */
const FIELD_OF: Readonly<Record<string, keyof TicketDraft>> = {
  site: 'site',
  carrier: 'carrier',
  consignee: 'consignee',
  category: 'category',
  plate: 'plate',
  trailer: 'trailer',
  plannedNetKg: 'plannedTonnes',
  validHours: 'validHours',
  'product/coalClass': 'coalClass',
  'product/category': 'productCategory',
}
export function mistakesSaid(said: readonly { readonly path: string; readonly says: string }[]): {
  readonly fields: Mistakes
  readonly others: readonly string[]
} {
  const fields: Mistakes = {}
  const others: string[] = []
  for (const { path, says } of said) {
    const field = FIELD_OF[path.replace(/^\/?(body\/)?/, '').replaceAll('.', '/')]
    if (field) fields[field] ??= says
    else others.push(path === '' ? says : `${path}: ${says}`)
  }
  return { fields, others }
}
