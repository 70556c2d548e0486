import { expect, it } from 'vitest'
import type { RecentWeighing } from '#edge/history'
import { tippedOff } from '#edge/tip-off'
import { aRecentWeighing } from '../../builders/history.ts'
import { aTicketNumber } from '../../builders/ticket.ts'

const ticket = aTicketNumber(1)
const overloaded = (differing: Partial<RecentWeighing> = {}): RecentWeighing =>
  aRecentWeighing({ weightKg: 52_400, verdict: 'hold', ticket, codes: ['over-legal-limit', 'net-over-planned'], ...differing })

it.each<[when: string, recent: RecentWeighing[], weightKg: number, sent: boolean]>([
  ['an overloaded truck comes back lighter', [overloaded()], 48_600, true],
  ['it comes back as heavy', [overloaded()], 52_400, false],
  ['it comes back lighter by less than a division', [overloaded()], 52_390, false],
  ['it comes back heavier', [overloaded()], 53_000, false],
  ['it was let go then', [overloaded({ verdict: 'open' })], 48_600, false],
  ['it was held for something else', [overloaded({ codes: ['two-trucks'] })], 48_600, false],
  ['it comes on another ticket', [overloaded({ ticket: aTicketNumber(2) })], 48_600, false],
  ['another weighing lies between', [overloaded({ weightKg: 48_000, codes: [] }), overloaded()], 47_000, false],
  ['it was weighed never before', [], 48_600, false],
])('when %s', (_when, recent, weightKg, sent) => {
  expect(tippedOff(recent, { plate: '陕K12345', ticket, weightKg, eKg: 20 }) !== null).toBe(sent)
})
