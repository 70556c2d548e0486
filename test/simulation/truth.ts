import { type Identity, identityText } from '#edge/ids'
import type { SealedRecord } from '#edge/records'

/** One record that the agent said was written, and what has become of it since. */
export interface Written {
  readonly identity: Identity
  readonly kind: string
  readonly bytes: string
  readonly hash: string
  /** An older copy of the store was put in its place: nobody can ask the agent for it any more. */
  lost: boolean
}

/** What really happened, kept outside of everything that is tried: the observation log of reliability.md section 5. */
export interface Truth {
  wrote(record: SealedRecord): void
  all(): readonly Written[]
  /** By identity; after a restore the same number may have been given out more than once. */
  of(identity: Identity): readonly Written[]
  /** An older copy was put back, on this side. */
  restored(side: 'edge' | 'database'): void
  wasRestored(side?: 'edge' | 'database'): boolean
  /** The agent says it has carried out so many orders. */
  obeyed(orders: number): void
  ordersObeyed(): number
  /** Something is not as promised: which invariant, and what was seen. */
  violated(invariant: string, seen: string): void
  violations(): readonly string[]
}

export function truth(): Truth {
  const written: Written[] = []
  const byIdentity = new Map<string, Written[]>()
  const violations = new Set<string>()
  const putBack = new Set<'edge' | 'database'>()
  let obeyed = 0
  return {
    wrote({ identity, kind, bytes, hash }) {
      const name = identityText(identity)
      const known = byIdentity.get(name) ?? []
      if (known.some((one) => one.hash === hash)) return
      const one: Written = { identity, kind, bytes, hash, lost: false }
      written.push(one)
      byIdentity.set(name, [...known, one])
    },
    all: () => written,
    of: (identity) => byIdentity.get(identityText(identity)) ?? [],
    restored: (side) => void putBack.add(side),
    wasRestored: (side) => (side === undefined ? putBack.size > 0 : putBack.has(side)),
    obeyed(orders) {
      obeyed += orders
    },
    ordersObeyed: () => obeyed,
    violated: (invariant, seen) => void violations.add(`${invariant}: ${seen}`),
    violations: () => [...violations],
  }
}
