import type { BookTicket } from '#edge/book-ticket'
import type { RecentWeighing } from '#edge/history'
import type { Identity } from '#edge/ids'
import type { Instant } from '#edge/units'
import type { CameraSide, WeighingDraft } from '#edge/weighing'
import type { History } from './history.ts'
import type { Quotas } from './quota.ts'

/** What later vehicles are judged by, written in the same transaction as what it is drawn from. */
export interface Memory {
  readonly history: History
  readonly quotas: Quotas
}

/** Every weighing of a truck, whatever became of it. */
export const rememberWeighing = ({ history }: Memory, place: Identity, weighing: WeighingDraft): void =>
  history.enterWeighing(place, shortOf(weighing))

function shortOf({ vehicle, lane, visit, kind, weightKg, weighedAt, verdict, ticket, findings, sightings }: WeighingDraft): RecentWeighing {
  const sides = (seen: readonly { readonly camera: CameraSide }[]): CameraSide[] => [...new Set(seen.map(({ camera }) => camera))].sort()
  return {
    plate: vehicle.plate,
    trailer: vehicle.trailer,
    lane,
    visit,
    kind,
    weightKg,
    at: weighedAt,
    verdict,
    ticket,
    codes: [...new Set(findings.map(({ code }) => code))],
    readBy: sides(sightings.filter(({ plate }) => plate !== null)),
    cameras: sides(sightings),
  }
}

/** What a weighing was let go for: an empty truck leaves its tare, a loaded one the tonnes of this month's quota. */
export function rememberUse({ history, quotas }: Memory, used: Used): void {
  const { to, weighing, place, book, at } = used
  if (to === 'released') quotas.add(at, loadOf(weighing))
  const plate = weighing.vehicle.plate ?? book?.ticket.plate
  if (to !== 'checked-in' || weighing.kind !== 'tare' || plate === undefined) return
  const { epoch, seq, site } = place
  const { weightKg: kg, groupsKg, weighedAt } = weighing
  history.enterTare({
    plate,
    trailer: weighing.vehicle.trailer,
    kg,
    ...(groupsKg ? { groupsKg } : {}),
    at: weighedAt,
    site,
    approved: true,
    epoch,
    seq,
  })
}

/** It did not leave after all: its tonnes are given back. Its tare was weighed all the same. */
export function rememberReturn({ quotas }: Memory, { to, weighing, at }: Pick<Used, 'to' | 'weighing' | 'at'>): void {
  if (to === 'released') quotas.add(at, -loadOf(weighing))
}

export interface Used {
  /** What its ticket became by it. */
  readonly to: BookTicket['state']
  readonly weighing: WeighingDraft
  readonly place: Identity
  readonly book: BookTicket | null
  readonly at: Instant
}

const loadOf = ({ netKg }: WeighingDraft): number => Math.max(0, netKg ?? 0)
