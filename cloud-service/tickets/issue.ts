import { randomBytes } from 'node:crypto'
import type { IssueTicket } from '#cloud/api'
import type { Finding } from '#edge/findings'
import type { RegisteredVehicle } from '#edge/orders'
import { isTrailer, type Plate, type PlateColour, type PlateKind, readPlate } from '#edge/plate'
import { judge, type Policy } from '#edge/policy'
import { signBody } from '#edge/seal'
import { type SignedTicket, type Ticket, ticketNumber } from '#edge/ticket'
import { checkAtIssue, refusesIssue } from '#edge/ticket-check'
import { encodeQr } from '#edge/ticket-qr'
import { after, hours, Instant, seconds, toIso } from '#edge/units'
import { sayFinding } from '#edge/why'
import type { Transaction } from '../database/pool.ts'
import { appendOrder, type Issuing } from '../orders/append.ts'
import type { Who } from '../people/who.ts'
import { Refusal } from '../problems.ts'
import { insertTicket } from './insert.ts'
import { otherOpenTickets, SOMEBODY_ELSES } from './open-tickets.ts'
import { oneTicket, type StoredTicket } from './queries.ts'

const USUAL_VALIDITY = hours(24)

export interface Issued {
  readonly ticket: StoredTicket
  /** Hands the ticket to its site; the last act of the same transaction. */
  readonly order: (tx: Transaction) => Promise<void>
}

/**
 * Issues one ticket inside the caller's transaction: what `who` may see decides which sites, carriers and vehicles there are; the same
 * checks as at the gate decide whether it may be. Refuses with every enforced finding at once.
 */
export async function issueTicket(tx: Transaction, issuing: Issuing, who: Who, wanted: IssueTicket): Promise<Issued> {
  if (who.role === 'carrier' && wanted.carrier !== who.scope) throw new Refusal('not-allowed')
  const { plate, trailer, colour } = readPlates(wanted)
  const site = await siteOf(tx, wanted.site)
  const policy = await newestPolicy(tx)
  const carrierName = await carrierNameOf(tx, wanted.carrier)
  // Two requests for one truck at the same moment: the second waits here and then sees the first one's ticket.
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 7))', [plate])
  const vehicle = await vehicleOf(tx, plate, wanted.carrier)
  const ticket = draft({ wanted, plate, trailer, colour, county: site.county, carrierName, vehicle, policy, now: issuing.clock.now() })

  const at = issuing.clock.now()
  const findings = checkAtIssue({
    at,
    ticket,
    carrierKnown: carrierName !== null,
    vehicle,
    openTickets: await otherOpenTickets(tx, who, plate),
    knownTareKg: await newestTare(tx, plate),
  })
  const judged = judge(findings, policy, at)
  if (refusesIssue(judged)) throw refused(judged)
  const signed = signBody('ticket', ticket, issuing.issuer)
  const stored = await store(tx, issuing, who, site.county, signed)
  return {
    ticket: stored,
    order: async (last) => void (await appendOrder(last, issuing, { site: ticket.site, kind: 'ticket', body: signed })),
  }
}

interface Draft {
  readonly wanted: IssueTicket
  readonly plate: Plate
  readonly trailer: Plate | null
  readonly colour: PlateColour
  readonly county: string
  readonly carrierName: string | null
  readonly vehicle: RegisteredVehicle | null
  readonly policy: Policy
  readonly now: Instant
}

/** Whole seconds: a QR code holds no more. Axles come from the register, never from whoever asks. */
function draft({ wanted, plate, trailer, colour, county, carrierName, vehicle, policy, now }: Draft): Ticket {
  const from = Instant(Math.floor(now / seconds(1)) * seconds(1))
  return {
    number: ticketNumber(county, shanghaiDay(from), randomBytes(8)),
    site: wanted.site,
    category: wanted.category ?? 'in-city',
    carrier: wanted.carrier,
    carrierName: carrierName ?? '',
    consignee: wanted.consignee.normalize('NFC'),
    plate,
    plateColour: colour,
    trailer,
    axles: vehicle?.axles ?? 0,
    drivenAxles: vehicle?.drivenAxles ?? 0,
    product: wanted.product,
    plannedNetKg: wanted.plannedNetKg,
    validFrom: toIso(from),
    validUntil: toIso(after(from, wanted.validHours === undefined ? USUAL_VALIDITY : hours(wanted.validHours))),
    issuedAt: toIso(from),
    policy: policy.version,
  }
}

async function store(tx: Transaction, { issuer }: Issuing, who: Who, county: string, signed: SignedTicket): Promise<StoredTicket> {
  const { number } = signed.body
  const begun = { at: null, by: who.by, reason: '' }
  const isNew = await insertTicket(tx, { signed, county, qr: encodeQr(signed.body, issuer), state: 'issued', origin: null, begun })
  if (!isNew) throw new Error(`${number} was drawn at random, and is a ticket already`)
  return (await oneTicket(tx, number, false)) as StoredTicket
}

const refused = (judged: readonly Finding[]): Refusal => {
  const enforced = judged.filter(({ mode }) => mode === 'enforce')
  // Whoever asks about a truck that is not theirs learns nothing of it, least of all whether it is on the road (invariant I14).
  const unknown = enforced.some(({ code }) => code === 'vehicle-unknown')
  const findings = enforced.filter(({ facts }) => !(unknown && facts.number === SOMEBODY_ELSES))
  const say = (language: 'zh' | 'en'): string => findings.map((found) => sayFinding(found, language, 'operator')).join('; ')
  return new Refusal('refused-by-checks', { findings, detail: { zh: say('zh'), en: say('en') } })
}

/** Colour by the form of the plate: the register does not tell it, and coal trucks with an ordinary plate are yellow. */
const COLOUR: Partial<Record<PlateKind, PlateColour>> = { ordinary: 'yellow', 'nev-large': 'yellow-green', 'nev-small': 'green' }

function readPlates(wanted: IssueTicket): { readonly plate: Plate; readonly trailer: Plate | null; readonly colour: PlateColour } {
  const tractor = readPlate(wanted.plate)
  const behind = wanted.trailer ? readPlate(wanted.trailer) : null
  const mistakes = []
  if (tractor.kind !== 'plate' || isTrailer(tractor.plate))
    mistakes.push({ path: 'plate', zh: '不是牵引车号牌', en: 'is not the plate of a tractor' })
  if (behind !== null && (behind.kind !== 'plate' || !isTrailer(behind.plate)))
    mistakes.push({ path: 'trailer', zh: '不是挂车号牌', en: 'is not the plate of a trailer' })
  if (tractor.kind !== 'plate' || (behind !== null && behind.kind !== 'plate') || mistakes.length > 0)
    throw new Refusal('mistakes', { mistakes })
  return { plate: tractor.plate, trailer: behind?.plate ?? null, colour: COLOUR[tractor.form] ?? 'unknown' }
}

export async function siteOf(tx: Transaction, site: string): Promise<{ readonly county: string }> {
  const { rows } = await tx.query<{ county: string }>('select county from site where site = $1', [site])
  if (!rows[0]) throw new Refusal('mistakes', { mistakes: [{ path: 'site', zh: '没有这个站点，或不归您管', en: 'is no site of yours' }] })
  return rows[0]
}
export async function newestPolicy(tx: Transaction): Promise<Policy> {
  const { rows } = await tx.query<{ body: Policy }>('select body from policy order by version desc limit 1')
  if (!rows[0]) throw new Refusal('no-policy')
  return rows[0].body
}
export async function carrierNameOf(tx: Transaction, carrier: string): Promise<string | null> {
  const { rows } = await tx.query<{ name: string }>('select name from carrier where carrier = $1', [carrier])
  return rows[0]?.name ?? null
}
/** The register's row of this plate, if the vehicle is this carrier's; another firm's truck is as good as unknown. */
async function vehicleOf(tx: Transaction, plate: Plate, carrier: string): Promise<RegisteredVehicle | null> {
  const { rows } = await tx.query<RegisteredVehicle>(
    `select plate, use, what, cap_kg as "capKg", axles, driven_axles as "drivenAxles", combination, suspended
     from vehicle where plate = $1 and (carrier = $2 or use <> 'coal')`,
    [plate, carrier],
  )
  return rows[0] ?? null
}
/** Newest weighed tare of the truck among the weighings the asker may see. */
async function newestTare(tx: Transaction, plate: Plate): Promise<number | null> {
  const { rows } = await tx.query<{ weight_kg: number }>(
    "select weight_kg from weighing where plate = $1 and kind = 'tare' and verdict = 'open' order by stored_at desc limit 1",
    [plate],
  )
  return rows[0]?.weight_kg ?? null
}

export const shanghaiDay = (at: Instant): string =>
  toIso(after(at, hours(8)))
    .slice(2, 10)
    .replaceAll('-', '')
