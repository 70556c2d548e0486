import type { SignBooklet } from '#cloud/api'
import { type Booklet, type DrawnTicket, ticketFrom, type Wanted } from '#edge/booklet'
import type { CarrierId, SiteId } from '#edge/ids'
import { startingPolicy } from '#edge/policy'
import type { RecordBody } from '#edge/records'
import { signBody } from '#edge/seal'
import { fromIso, type Instant } from '#edge/units'
import { signBooklet } from '../../../cloud-service/booklets/sign.ts'
import { trueClock } from '../../../cloud-service/clock.ts'
import type { Pool } from '../../../cloud-service/database/pool.ts'
import { asIngest } from '../../../cloud-service/database/transaction.ts'
import { aTeller } from '../ingest/a-teller.ts'
import { AgentDouble, newKey } from '../ingest/agent-double.ts'
import { settle } from '../ingest/town.ts'

/** Records of a double say 08:00 unless told otherwise: booklets are signed at six, and what is drawn arrives at ten. */
export const SIX = fromIso('2026-11-21T06:00:00Z') as Instant
export const EIGHT = fromIso('2026-11-21T08:00:00Z') as Instant
export const TEN = fromIso('2026-11-21T10:00:00Z') as Instant
export const PLATES = ['陕KB6718', '陕KB6719', '陕KB6720'] as const

/** A site with an agent's double, a booklet signed for it, and the cloud that records what it tells. */
export async function aTown(pool: Pool) {
  let now = TEN
  const issuing = { issuer: newKey(), clock: { ...trueClock(), now: () => now } }
  const policy = startingPolicy('2026-11-20T00:00:00Z')
  let sites = 0
  await asIngest(pool, (tx) =>
    tx.query('insert into policy (version, body, signed, issued_at) values ($1, $2, $3, $4)', [
      policy.version,
      policy,
      signBody('policy', policy, issuing.issuer),
      policy.issuedAt,
    ]),
  )
  const aSite = async (wanted: Partial<SignBooklet> = {}) => {
    sites += 1
    const agent = new AgentDouble(`mine-${sites}`, 'a1')
    await settle(pool, [agent])
    now = SIX
    const booklet = await aBooklet(agent.site, wanted)
    now = TEN
    const { who, tell } = await aTeller(pool, agent, issuing)
    return { agent, who, booklet, tell }
  }
  const aBooklet = async (site: string, wanted: Partial<SignBooklet> = {}): Promise<Booklet> =>
    asIngest(pool, async (tx) => {
      const signing = await signBooklet(tx, issuing, 'test', {
        site: site as SiteId,
        carrier: 'haoyun' as CarrierId,
        consignee: '锦界电厂(示例)',
        products: [{ coalClass: 'BN', category: 'LUMP' }],
        count: 5,
        mostKg: 100_000,
        ...wanted,
      })
      await signing.order(tx)
      return signing.signed.body
    })
  return {
    issuing,
    aSite,
    aBooklet,
    /** What the cloud's clock shows from now on. */
    at: (moment: Instant) => {
      now = moment
    },
  }
}

export interface DrawHow {
  readonly wanted?: Partial<Wanted>
  /** What a dishonest or broken site writes otherwise. */
  readonly differs?: Partial<DrawnTicket>
  readonly at?: Instant
}

/** What the record of a draw says, as an honest site writes it. */
export function aDraw(booklet: Booklet, serial: number, { wanted, differs, at = EIGHT }: DrawHow = {}): RecordBody<'drawn-ticket'> {
  const truck: Wanted = {
    plate: PLATES[(serial - 1) % PLATES.length] as string,
    plateColour: 'yellow',
    trailer: null,
    axles: 6,
    drivenAxles: 2,
    product: 0,
    plannedNetKg: 20_000,
    ...wanted,
  }
  return {
    booklet: booklet.booklet,
    serial,
    ticket: ticketFrom(booklet, serial, truck, at),
    operator: 'zhang',
    darkSince: '2026-11-21T07:00:00.000Z',
    ...differs,
  }
}

/** The moment a double's record bears, changed before it is sealed. */
export const saidAt =
  (at: Instant) =>
  (bytes: string): string =>
    bytes.replace('"at":"2026-11-21T08:00:00.000Z"', `"at":"${new Date(at).toISOString()}"`)
