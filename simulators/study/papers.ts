import type { BookTicket } from '#edge/book-ticket'
import type { RecentWeighing } from '#edge/history'
import type { CarrierId, Epoch, LaneId, SiteId, TicketNumber } from '#edge/ids'
import { type Policy, startingPolicy } from '#edge/policy'
import { ticketNumber } from '#edge/ticket'
import { after, days, hours, Instant, Kilograms, minutes, toIso } from '#edge/units'
import type { Dossier, Rules } from '#weighing/vocabulary'
import type { Random } from '../random.ts'
import { SUSPICION_CODES } from './kinds.ts'
import type { Spec } from './spec.ts'

/** What a site's store would answer for this truck: its ticket, tares and last weighings. */

export const SITE = 'study' as SiteId
export const LANE = 'north' as LaneId
const EPOCH = '1-5e7d1e5a' as Epoch
export const TICKET: TicketNumber = ticketNumber('610881', '261121', new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]))
export const START = Instant(Date.parse('2026-11-21T02:00:00Z'))
/** Every anti-cheating rule counts; papers and limits are written down only, so that they hide nothing of what is studied. */
const starting = startingPolicy(toIso(after(START, hours(-20))))
const POLICY: Policy = {
  ...starting,
  otherwise: 'observe',
  rules: Object.fromEntries([...SUSPICION_CODES].map((code) => [code, { mode: 'enforce' as const, basis: '' }])),
}

export function dossierOf(spec: Spec, at: Instant, chance: Random, rules: Rules): Dossier {
  const { truck, history } = spec
  const { plate, trailer, axles } = truck
  const tareAt = after(at, minutes(-chance.whole(20, 90)))
  const tare = spec.pass === 'gross' ? { kg: Kilograms(spec.tareKg), epoch: EPOCH, seq: 7, at: toIso(tareAt) } : null
  const book: BookTicket = {
    ticket: {
      number: TICKET,
      site: SITE,
      category: 'out-of-city',
      carrier: 'changsheng' as CarrierId,
      carrierName: '昌盛物流(示例)',
      consignee: '府谷电厂(示例)',
      plate,
      plateColour: 'yellow',
      trailer,
      axles,
      drivenAxles: 2,
      product: { coalClass: 'BN', category: 'LUMP' },
      plannedNetKg: spec.plannedNetKg,
      validFrom: toIso(after(START, hours(-4))),
      validUntil: toIso(after(START, hours(20))),
      issuedAt: toIso(after(START, hours(-4))),
      policy: 1,
    },
    state: tare ? 'checked-in' : 'issued',
    sealGood: true,
    tare,
    usedAt: null,
  }
  return {
    tickets: [book],
    shown: spec.story === 'muddy-plate' ? { number: TICKET, known: true } : null,
    register: [{ plate, use: 'coal', what: '货车', capKg: null, axles, drivenAxles: 2, combination: trailer !== null, suspended: false }],
    policy: POLICY,
    policyAge: hours(1),
    clock: 'synchronised',
    tares: history.map(({ kg, groupsKg }, ago) => ({
      plate,
      trailer: chance.chance(0.06) ? null : trailer,
      kg: Kilograms(kg),
      ...(groupsKg === null ? {} : { groupsKg: [...groupsKg] }),
      at: toIso(after(at, days(-1 - ago))),
      site: SITE,
      approved: true,
      epoch: EPOCH,
      seq: 1_000 - ago,
    })),
    recent: recentOf(spec, at, chance, rules),
    scale: {
      check: {
        at: toIso(after(at, hours(-3))),
        knownKg: Kilograms(20_000),
        shownKg: Kilograms(20_000),
        limitKg: Kilograms(40),
        good: true,
      },
      seal: null,
      zeros: zerosOf(spec, at),
    },
    quota: { usedKg: 1_000_000, limitKg: null },
  }
}

/** The zero over the last day: it wanders as coal falls and somebody sweeps. */
function zerosOf({ zeroKg, zeroAWhileAgoKg, eKg }: Spec, at: Instant): [string, Kilograms][] {
  return Array.from({ length: 8 }, (_, ago) => {
    const part = (8 - ago) / 8
    const kg = Math.round((zeroAWhileAgoKg * part + zeroKg * (1 - part)) / eKg) * eKg
    return [toIso(after(at, hours(ago - 9))), Kilograms(kg)]
  })
}

/** Its last weighings: honest ones, those the front camera missed now and then, and the tries of who weighs until it fits. */
function recentOf(spec: Spec, at: Instant, chance: Random, { lane }: Rules): RecentWeighing[] {
  const { truck, story } = spec
  const one = (ago: number, differing: Partial<RecentWeighing>): RecentWeighing => ({
    plate: truck.plate,
    trailer: truck.trailer,
    lane,
    visit: 900 - ago,
    kind: ago % 2 === 0 ? 'tare' : 'gross',
    weightKg: Kilograms(Math.round(truck.kerbKg / 20) * 20),
    at: toIso(after(at, hours(-6 * (ago + 1)))),
    verdict: 'open',
    ticket: null,
    codes: [],
    readBy: ['front', 'rear'],
    cameras: ['front', 'rear'],
    ...differing,
  })
  const unread = story === 'muddy-plate' ? 0.9 : 0.025
  const usual = Array.from({ length: chance.whole(0, 8) + (story === 'muddy-plate' ? 4 : 0) }, (_, ago) =>
    one(ago + 3, chance.chance(unread) ? { readBy: ['rear'] } : {}),
  )
  return [
    ...spec.tries.map((kg, n) =>
      one(n, {
        kind: 'gross',
        weightKg: Kilograms(kg),
        verdict: 'hold',
        codes: ['over-legal-limit'],
        at: toIso(after(at, minutes(-6 * (n + 1)))),
      }),
    ),
    ...usual,
  ].slice(0, 12)
}
