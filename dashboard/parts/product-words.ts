import type { Ticket } from '#edge/ticket'
import type { Words } from '../words/zh.ts'

/** What a ticket is for, as people say it: `不黏煤 末煤`. A code this screen does not know stays as it is. */
export function productText({ coalClass, category }: Ticket['product'], words: Words): string {
  const grade = coalClass === '' ? '' : (words.tickets.coalClasses[coalClass] ?? coalClass)
  return [grade, words.tickets.productCategories[category] ?? category].filter(Boolean).join(' ')
}
