import type { LedgerRecord } from './records.ts'
import { checkCode, slipNumber } from './slip-check.ts'
import type { Ticket } from './ticket.ts'
import { SLIP_WORDS, type SlipLabel } from './words/slip.ts'
import type { Language } from './words/words.ts'
import { fill } from './words/words.ts'

/** 磅单: one weighing on paper (DOMAIN.md section 6). Everything on it stands in the sealed record or in the ticket the record names. */
export interface SlipParts {
  readonly record: LedgerRecord<'weighing'>
  readonly hash: string
  /** What the scale's lane is called, as screens show it. */
  readonly laneName: string
  /** The ticket the weighing names, where the book still has it. */
  readonly ticket: Ticket | null
  /** Who released it after the verdict, or null where nobody did: then the verdict stands. */
  readonly releasedBy: string | null
  /** The signed text of its QR code (`slip-qr.ts`). */
  readonly qr: string
  /** 0 for the first print, 1 for the first reprint … */
  readonly reprint: number
  /** When it is printed, ISO. */
  readonly printedAt: string
  /** The firm's name above everything, or null. */
  readonly title: string | null
}

/** What stands on a page, from top to bottom; how it looks is the printer's language. */
export type SlipRow =
  | { readonly kind: 'title' | 'banner' | 'note'; readonly text: string }
  | { readonly kind: 'field' | 'weight'; readonly label: string; readonly value: string }
  | { readonly kind: 'qr'; readonly text: string }
  | { readonly kind: 'rule' }

export function slipRows(parts: SlipParts, language: Language): SlipRow[] {
  const { record, hash, laneName, ticket, releasedBy, qr, reprint, printedAt, title } = parts
  const words = SLIP_WORDS[language]
  const { site, body } = record
  const moment = (iso: string): string => fill('{at:time}', { at: iso }, '')
  const row = (kind: 'field' | 'weight') => (label: SlipLabel, value: string | null) =>
    value === null || value === '' ? [] : [{ kind, label: words.labels[label], value }]
  const field = row('field')
  const kg = (label: SlipLabel, weight: number | null) => row('weight')(label, weight === null ? null : `${weight} kg`)
  const isGross = body.kind === 'gross'
  const again: SlipRow[] = reprint > 0 ? [{ kind: 'banner', text: fill(words.reprint, { n: reprint }, '') }] : []
  return [
    ...(title === null ? [] : [{ kind: 'note', text: title } as const]),
    { kind: 'title', text: words.title },
    ...again,
    { kind: 'rule' },
    ...field('number', slipNumber(record)),
    ...field('site', site),
    ...field('lane', laneName),
    ...field('scale', body.scale.serial),
    ...field('certificate', body.scale.certificate),
    ...field('kind', words.kinds[body.kind]),
    ...field('plate', body.vehicle.plate),
    ...field('trailer', body.vehicle.trailer),
    ...field('ticket', body.ticket),
    ...field('product', ticket && productText(ticket, words.categories)),
    ...field('consignee', ticket?.consignee ?? null),
    ...field('carrier', ticket?.carrierName ?? null),
    { kind: 'rule' },
    ...(isGross
      ? [...kg('gross', body.weightKg), ...kg('tare', body.tare?.kg ?? null), ...kg('net', body.netKg)]
      : kg(body.kind === 'tare' ? 'tare' : 'weight', body.weightKg)),
    { kind: 'rule' },
    ...field(isGross ? 'grossAt' : 'weighedAt', moment(body.weighedAt)),
    ...(isGross && body.tare ? field('tareAt', moment(body.tare.at)) : []),
    ...field('operator', releasedBy ?? (body.operator === 'automatic' ? words.automatic : body.operator)),
    ...field('verdict', releasedBy !== null ? words.releasedBy : body.verdict === 'open' ? words.released : words.notReleased),
    ...field('check', checkCode(hash)),
    ...field('printedAt', moment(printedAt)),
    { kind: 'qr', text: qr },
    { kind: 'note', text: words.howToCheck },
    ...again,
  ]
}

const productText = ({ product }: Ticket, categories: Readonly<Record<string, string>>): string =>
  [Object.hasOwn(categories, product.category) ? categories[product.category] : product.category, product.coalClass]
    .filter((part) => part !== undefined && part !== '')
    .join(' ')
