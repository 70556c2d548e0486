import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { canonical } from '#edge/canonical'
import type { AgentId, CarrierId, Epoch, LaneId, SiteId, TicketNumber } from '#edge/ids'
import { NO_HASH } from '#edge/ids'
import type { OrderBody, OrderKind } from '#edge/orders'
import { type Policy, startingPolicy } from '#edge/policy'
import type { LedgerRecord } from '#edge/records'
import { type Signer, signBody } from '#edge/seal'
import { type Batch, ordersOf, signHead } from '#edge/stream'
import { checkCharacter, type SignedTicket, type Ticket } from '#edge/ticket'
import type { WeighingDraft } from '#edge/weighing'
import type { LaneState } from '#weighing/vocabulary'
import { type AgentKey, agentKey, hasher, verifierOf } from '../../../edge-agent/keys.ts'
import { createLog } from '../../../edge-agent/log.ts'
import { nodeClock } from '../../../edge-agent/node-clock.ts'
import type { Ink, Inked } from '../../../edge-agent/store/ink.ts'
import { openStore, type Store, type StoreParts } from '../../../edge-agent/store/store.ts'

export const SITE = 'hongliu' as SiteId
export const AGENT = 'a1' as AgentId
export const LANE = 'north' as LaneId

/** A folder of its own with an agent's key, an issuer's key and everything a store is opened with. */
export interface Rig {
  readonly folder: string
  readonly signer: AgentKey
  readonly issuer: AgentKey
  readonly parts: StoreParts
  open(): Store
  remove(): void
}

export function aRig(different: Partial<StoreParts> = {}): Rig {
  const folder = mkdtempSync(join(tmpdir(), 'pitgate-store-'))
  return rigIn(folder, different)
}

export function rigIn(folder: string, different: Partial<StoreParts> = {}): Rig {
  const signer = agentKey(join(folder, 'agent.key'))
  const issuer = agentKey(join(folder, 'issuer.key'))
  const parts: StoreParts = {
    folder: join(folder, 'store'),
    site: SITE,
    agent: AGENT,
    signer,
    issuer: verifierOf({ [issuer.key]: issuer.publicKey }),
    software: { version: '0.1.0', legal: 'a'.repeat(16) },
    clock: nodeClock(),
    clockQuality: () => 'synchronised',
    log: createLog('test', 'silent'),
    ...different,
  }
  return {
    folder,
    signer,
    issuer,
    parts,
    open: () => openStore(parts),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

export function aTicketNumber(serial: number): TicketNumber {
  const start = `610881-261121-${String(serial).padStart(8, '0')}`
  return `${start}${checkCharacter(start)}` as TicketNumber
}

export const aTicket = (different: Partial<Ticket> = {}): Ticket => ({
  number: aTicketNumber(1),
  site: SITE,
  category: 'in-city',
  carrier: 'qinyuan' as CarrierId,
  carrierName: '秦源物流(示例)',
  consignee: '锦界电厂(示例)',
  plate: '陕K12345',
  plateColour: 'yellow',
  trailer: null,
  axles: 6,
  drivenAxles: 2,
  product: { coalClass: 'BN', category: 'LUMP' },
  plannedNetKg: 32_000,
  validFrom: '2026-11-21T00:00:00Z',
  validUntil: '2026-11-23T00:00:00Z',
  issuedAt: '2026-11-21T00:00:00Z',
  policy: 1,
  ...different,
})
export const aSignedTicket = (issuer: Signer, different: Partial<Ticket> = {}): SignedTicket =>
  signBody('ticket', aTicket(different), issuer)
export const aPolicy = (different: Partial<Policy> = {}): Policy => ({ ...startingPolicy('2026-11-21T00:00:00Z'), ...different })

type AnOrder = { [K in OrderKind]: { kind: K; body: OrderBody<K> } }[OrderKind]

/** The cloud's side of the order stream, by the contract's words. */
export function anOrderStream(issuer: Signer, epoch = '1-0c10ad01' as Epoch) {
  let seq = 0
  let prev = NO_HASH
  return {
    batch(...orders: readonly AnOrder[]): Batch {
      const from = seq + 1
      const lines = orders.map(({ kind, body }) => {
        seq += 1
        const order = {
          v: 1,
          site: SITE,
          agent: AGENT,
          epoch,
          seq,
          prev,
          suite: issuer.suite,
          key: issuer.key,
          kind,
          at: '2026-11-21T00:00:00Z',
          body,
        }
        const bytes = canonical(order)
        prev = hasher.hash(bytes)
        return { bytes, signature: null }
      })
      return { epoch, from, lines, head: signHead(ordersOf(SITE, AGENT), { epoch, seq, hash: prev }, issuer) }
    },
  }
}

export const aWeighing = (different: Partial<WeighingDraft> = {}): WeighingDraft => ({
  visit: 1,
  lane: LANE,
  scale: { eKg: 20, maxKg: 120_000, minKg: 400, serial: 'XK3190', certificate: 'JJG-539-1', certificateUntil: '2027-06-30T00:00:00Z' },
  kind: 'gross',
  pass: 'coal',
  weightKg: 48_620,
  weighedAt: '2026-11-21T08:00:00Z',
  tare: null,
  netKg: null,
  zeroBeforeKg: 0,
  settled: { by: 'computed', spreadKg: 20, readings: 25, overMs: 2_000 },
  sensors: [],
  sightings: [],
  vehicle: { plate: '陕K12345', colour: 'yellow', trailer: null, match: 'same' },
  ticket: aTicketNumber(1),
  plannedNetKg: 32_000,
  findings: [],
  verdict: 'open',
  policy: 1,
  operator: 'automatic',
  ...different,
})

/** Any state will do: the store keeps it and asks nothing. */
export const aState = (visit = 1): LaneState =>
  ({ phase: 'released', visits: visit, passages: 0, visit: { number: visit } }) as unknown as LaneState

/** One weighing as a lane inks it, without a ticket where none is named; `more`: what else is in the ink, or otherwise. */
export const weigh = (store: Store, visit: number, different: Partial<WeighingDraft> = {}, more: Partial<Ink> = {}): Inked =>
  store.ink({
    lane: LANE,
    state: aState(visit),
    records: [{ kind: 'weighing', body: aWeighing({ visit, ticket: null, ...different }) }],
    useTickets: [],
    gates: [],
    tape: `tape ${visit}`,
    photos: [],
    stamps: store.stamps(),
    ...more,
  })

/** The records of an epoch, the present one where none is named. */
export const recordsOf = (store: Store, epoch = store.head().epoch): LedgerRecord[] =>
  store.linesFrom(epoch, 1, 10_000).map(({ bytes }) => JSON.parse(bytes) as LedgerRecord)
export const bodiesOf = <K extends LedgerRecord['kind']>(store: Store, kind: K): LedgerRecord<K>['body'][] =>
  recordsOf(store).flatMap((record) => (record.kind === kind ? [record.body as LedgerRecord<K>['body']] : []))
