/** The tables of the cloud that the stream of records touches, as they stand after a COMMIT. Rows are never changed in place. */
export interface Tables {
  readonly agents: Map<string, AgentRow>
  readonly ledger: Map<string, LedgerRow>
  readonly cursors: Map<string, { readonly upto: number; readonly hash: string }>
  readonly leases: Map<string, Lease>
  readonly conflicts: Map<string, { readonly why: string; readonly payload: string; readonly head: string }>
  readonly quarantine: Map<string, { readonly why: string }>
  readonly express: Map<string, { readonly hash: string }>
  readonly alarms: Map<string, { readonly kind: string; readonly seq: number | null; readonly confirmed: boolean }>
  readonly weighings: Map<string, { readonly weightKg: number }>
  /** Of the one agent there is, in their order; and how far it has said to have them, the newest last. */
  readonly orders: OrderRow[]
  readonly orderCursor: { readonly upto: number }[]
}

export interface OrderRow {
  readonly epoch: string
  readonly seq: number
  readonly bytes: string
  readonly hash: string
}

export interface AgentRow {
  readonly site: string
  readonly agent: string
  readonly county: string
  readonly key: string
  readonly public_key: string
  /** Which start of it said its last hello. */
  readonly boot?: string
}
export interface LedgerRow {
  readonly epoch: string
  readonly seq: number
  readonly kind: string
  readonly bytes: string
  readonly hash: string
  readonly prev: string
}
export interface Lease {
  readonly holder: string
  readonly fence: number
  /** Milliseconds of the world. */
  readonly until: number
}

export const noTables = (): Tables => ({
  agents: new Map(),
  ledger: new Map(),
  cursors: new Map(),
  leases: new Map(),
  conflicts: new Map(),
  quarantine: new Map(),
  express: new Map(),
  alarms: new Map(),
  weighings: new Map(),
  orders: [],
  orderCursor: [],
})

export const copyOf = (of: Tables): Tables => ({
  agents: new Map(of.agents),
  ledger: new Map(of.ledger),
  cursors: new Map(of.cursors),
  leases: new Map(of.leases),
  conflicts: new Map(of.conflicts),
  quarantine: new Map(of.quarantine),
  express: new Map(of.express),
  alarms: new Map(of.alarms),
  weighings: new Map(of.weighings),
  orders: [...of.orders],
  orderCursor: [...of.orderCursor],
})

/** The rows of one agent's epoch in the ledger, by number. */
export const ledgerOf = (tables: Tables, site: string, agent: string, epoch: string): LedgerRow[] =>
  [...tables.ledger]
    .filter(([name]) => name.startsWith(`${site}/${agent}/${epoch}/`))
    .map(([, row]) => row)
    .sort((a, b) => a.seq - b.seq)
