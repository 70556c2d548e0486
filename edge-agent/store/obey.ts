import type { SiteId } from '#edge/ids'
import type { OrderBody, OrderKind } from '#edge/orders'
import { bodyIsSigned, type Verifier } from '#edge/seal'
import type { Booklets } from './booklets.ts'
import type { Claims } from './claims.ts'
import type { Evidence } from './evidence.ts'
import type { History } from './history.ts'
import type { Operators } from './operators.ts'
import type { Policies } from './policies.ts'
import type { Quotas } from './quota.ts'
import type { Register } from './register.ts'
import type { TicketBook } from './ticket-book.ts'

/** What orders change, and for whom and by whose word. */
export interface ObeyParts {
  readonly site: SiteId
  readonly issuer: Verifier
  readonly book: TicketBook
  readonly register: Register
  readonly policies: Policies
  readonly evidence: Evidence
  readonly operators: Operators
  readonly history: History
  readonly quotas: Quotas
  readonly claims: Claims
  readonly booklets: Booklets
}

/** Why an order was not obeyed. */
export type Refusal =
  | 'unreadable'
  | 'not-for-us'
  | 'unknown-kind'
  | 'seal-broken'
  | 'other-site'
  | 'unknown-ticket'
  | 'unknown-booklet'
  | null

/** One way to obey each kind; the compiler counts them. What they change stands or falls with the batch. */
export const obeying = (parts: ObeyParts): { [K in OrderKind]: (body: OrderBody<K>, seq: number) => Refusal } => ({
  ticket(signed, seq) {
    if (!bodyIsSigned('ticket', signed, parts.issuer)) return 'seal-broken'
    if (signed.body.site !== parts.site) return 'other-site'
    return parts.book.enter(signed, seq) ? null : 'unreadable'
  },
  'void-ticket': ({ number, state }) => (parts.book.void(number, state) ? null : 'unknown-ticket'),
  policy(signed) {
    if (!bodyIsSigned('policy', signed, parts.issuer)) return 'seal-broken'
    parts.policies.enter(signed)
    return null
  },
  vehicle: (vehicle) => (parts.register.enter(vehicle) ? null : 'unreadable'),
  'send-blob'({ hash }) {
    parts.evidence.asked(hash)
    return null
  },
  operator(operator) {
    parts.operators.enter(operator)
    return null
  },
  tare(tare) {
    // Whether its scale is approved, the cloud says; that it is our own weighing, nobody but our own ledger may.
    if (tare.site === parts.site) return 'other-site'
    parts.history.enterTare(tare)
    return null
  },
  claim(claim) {
    parts.claims.keep(claim)
    return null
  },
  quota(quota) {
    parts.quotas.enter(quota)
    return null
  },
  booklet(signed, seq) {
    if (!bodyIsSigned('booklet', signed, parts.issuer)) return 'seal-broken'
    if (signed.body.site !== parts.site) return 'other-site'
    return parts.booklets.enter(signed, seq) ? null : 'unreadable'
  },
  'withdraw-booklet': ({ booklet }) => (parts.booklets.withdraw(booklet) ? null : 'unknown-booklet'),
})
