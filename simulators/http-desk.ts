import Type from 'typebox'
import { Compile } from 'typebox/compile'
import type { IssueTicket } from '#cloud/api'
import type { Clock } from '#edge/clock'
import { type CarrierId, type SiteId, TicketNumberSchema } from '#edge/ids'
import { milliseconds } from '#edge/units'
import { pause } from './clock.ts'
import type { Paper, TicketDesk, TicketWish } from './ticket-desk.ts'

/** What of the cloud's answers a driver needs. */
const Issued = Compile(Type.Object({ number: TicketNumberSchema, qr: Type.Optional(Type.String()) }))
const Listed = Compile(Type.Object({ items: Type.Array(Type.Object({ number: TicketNumberSchema, state: Type.String() })) }))

/** Real milliseconds between tries while the cloud is away: growing, then steady. */
const RETRY_MS = [500, 1_000, 2_000, 4_000]
const OPEN_STATES = ['issued', 'checked-in', 'held']
const CONSIGNEES = ['榆林能化电厂(示例)', '锦界电厂(示例)', '黄骅港(示例)', '神木兰炭园区(示例)']

/** Tickets from the cloud's API with the carriers' own keys, as a carrier's program would request them. */
export function httpDesk(options: {
  readonly url: string
  readonly site: string
  /** API key by carrier. */
  readonly keys: ReadonlyMap<string, string>
  readonly clock: Clock
  readonly log: (text: string) => void
}): TicketDesk {
  const { url, site, keys, clock, log } = options
  let requests = 0

  return {
    async request(wish, stopped) {
      const key = keys.get(wish.truck.carrier ?? '')
      if (key === undefined) return null
      requests += 1
      // One key for all tries of one request: a ticket issued by a try whose answer was lost is not issued twice.
      const idempotency = `sim-${site}-${clock.now()}-${requests}`
      for (let attempt = 0; !stopped.aborted; attempt += 1) {
        const answer = await ask('POST', '/api/tickets', key, stopped, issue(wish, site), idempotency)
        if (answer && answer.status < 300) return paper(answer.body) ?? refused(wish, answer)
        if (answer && answer.status !== 429 && answer.status < 500) return (await openTicket(wish, key, stopped)) ?? refused(wish, answer)
        if (attempt === 0) log(`no tickets: ${answer ? `the cloud answers ${answer.status}` : 'the cloud is away'}; asking again`)
        await pause(clock, milliseconds((RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)] ?? 4_000) * clock.speed), stopped)
      }
      return null
    },
  }

  function refused({ truck }: TicketWish, answer: Answer): null {
    const { title, detail } = (answer.body ?? {}) as { title?: string; detail?: string }
    log(`no ticket for ${truck.plate}: ${answer.status} ${detail ?? title ?? ''}`)
    return null
  }

  /** After a restart a truck may still have its ticket of before: there is one open ticket for a truck, so that is the one. */
  async function openTicket({ truck, spent }: TicketWish, key: string, stopped: AbortSignal): Promise<Paper | null> {
    const answer = await ask('GET', `/api/tickets?site=${site}&plate=${encodeURIComponent(truck.plate)}`, key, stopped)
    const items: unknown = answer?.body
    if (!Listed.Check(items)) return null
    const open = items.items.find(({ number, state }) => OPEN_STATES.includes(state) && spent?.has(number) !== true)
    return open ? { number: open.number, code: open.number } : null
  }

  interface Answer {
    readonly status: number
    readonly body: unknown
  }
  async function ask(
    method: string,
    path: string,
    key: string,
    stopped: AbortSignal,
    body?: IssueTicket,
    idempotency?: string,
  ): Promise<Answer | null> {
    try {
      const answer = await fetch(`${url}${path}`, {
        method,
        signal: AbortSignal.any([stopped, AbortSignal.timeout(8_000)]),
        headers: {
          authorization: `Bearer ${key}`,
          ...(body ? { 'content-type': 'application/json' } : {}),
          ...(idempotency ? { 'idempotency-key': idempotency } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
      })
      return { status: answer.status, body: await answer.json().catch(() => null) }
    } catch {
      return null
    }
  }
}

const paper = (body: unknown): Paper | null => (Issued.Check(body) ? { number: body.number, code: body.qr ?? body.number } : null)

const issue = ({ truck, plannedNetKg, validHours = 48 }: TicketWish, site: string): IssueTicket => ({
  site: site as SiteId,
  carrier: truck.carrier as CarrierId,
  consignee: CONSIGNEES[truck.plate.charCodeAt(truck.plate.length - 1) % CONSIGNEES.length] ?? '锦界电厂(示例)',
  plate: truck.plate,
  trailer: truck.trailer,
  product: { coalClass: 'BN', category: truck.axles >= 6 ? 'FINE' : 'LUMP' },
  plannedNetKg,
  validHours,
})
