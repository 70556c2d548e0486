import type { AlarmKind } from '#edge/alarm'
import { ALARM_KINDS } from '#edge/alarm'
import { canonical } from '#edge/canonical'
import type { Facts } from '#edge/findings'
import { NO_HASH } from '#edge/ids'
import type { Weighing } from '#edge/weighing'
import { alarmIdOf } from '../../../cloud-service/ingest/alarms.ts'
import { hasher } from '../../../cloud-service/keys.ts'
import { asOwner, type Rig, SITES } from './rig.ts'

/** Rows as ingest leaves them, put there by hand: these tests ask what people see of them. */
const EPOCH = '1-00000001'
let seq = 0

export function aWeighing(differs: Partial<Weighing> = {}): Weighing {
  return {
    visit: 1,
    lane: 'north' as Weighing['lane'],
    scale: { eKg: 20, maxKg: 120_000, minKg: 400, serial: 'S1', certificate: 'C1', certificateUntil: '2036-01-01T00:00:00Z' },
    kind: 'gross',
    pass: 'coal',
    weightKg: 46_000,
    weighedAt: '2026-11-21T08:00:00.000Z',
    tare: { kg: 15_000, epoch: EPOCH as never, seq: 1, at: '2026-11-21T07:00:00.000Z' },
    netKg: 31_000,
    zeroBeforeKg: 0,
    settled: { by: 'computed', spreadKg: 20, readings: 30, overMs: 2_400 },
    sensors: [],
    sightings: [],
    vehicle: { plate: '陕KA1001', colour: 'yellow', trailer: null, match: 'same' },
    ticket: null,
    plannedNetKg: 31_000,
    findings: [],
    verdict: 'open',
    policy: 1,
    operator: 'automatic',
    photos: [],
    tape: hasher.hash('a tape'),
    software: { version: '0.1.0', legal: 'test' },
    ...differs,
  }
}

/** Stores a weighing in ledger, list and lens; answers its id. `canary` is put where a leak would show it. */
export async function storeWeighing(
  rig: Rig,
  of: { site?: keyof typeof SITES; carrier?: string | null; body?: Partial<Weighing>; storedAt?: string } = {},
): Promise<string> {
  const { site = 'hongliu', carrier = 'tuoyun', storedAt = new Date().toISOString() } = of
  const body = aWeighing(of.body)
  seq += 1
  const envelope = {
    v: 1,
    site,
    agent: 'a1',
    epoch: EPOCH,
    seq,
    prev: NO_HASH,
    suite: 'ed25519-sha256',
    key: '0'.repeat(16),
    kind: 'weighing',
    at: body.weighedAt,
    mono: 1,
    boot: '00000001',
    clock: 'synchronised',
  }
  const bytes = canonical({ ...envelope, body })
  const county = SITES[site]
  await asOwner(rig.pool, async (query) => {
    await query(
      "insert into ledger (site, agent, epoch, seq, kind, bytes, hash, prev, key, signature) values ($1, 'a1', $2, $3, 'weighing', $4, $5, $6, $7, 'sig')",
      [site, EPOCH, seq, bytes, hasher.hash(bytes), NO_HASH, '0'.repeat(16)],
    )
    await query(
      `insert into weighing (site, agent, epoch, seq, county, carrier, lane, visit, weighed_at, stored_at, kind, pass, weight_kg, tare_kg, net_kg, plate, plate_colour, ticket, verdict, tape)
       values ($1, 'a1', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`,
      [
        site,
        EPOCH,
        seq,
        county,
        carrier,
        body.lane,
        body.visit,
        body.weighedAt,
        storedAt,
        body.kind,
        body.pass,
        body.weightKg,
        body.tare?.kg ?? null,
        body.netKg,
        body.vehicle.plate,
        body.vehicle.colour,
        body.ticket,
        body.verdict,
        body.tape,
      ],
    )
    await query("insert into weighing_fact values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'a1', $11, $12)", [
      body.weighedAt,
      site,
      county,
      carrier,
      body.lane,
      body.kind,
      body.pass,
      body.verdict,
      body.weightKg,
      body.netKg,
      EPOCH,
      seq,
    ])
  })
  return `${site}.a1.${EPOCH}.${seq}`
}

/** Raises an alarm; answers its id. */
export async function storeAlarm(
  rig: Rig,
  of: { site?: keyof typeof SITES; kind?: AlarmKind; occurrence: string; facts?: Facts; storedAt?: string },
): Promise<string> {
  const { site = 'hongliu', kind = 'escape', occurrence, facts = {}, storedAt = new Date().toISOString() } = of
  const id = alarmIdOf({ site, agent: 'a1' }, EPOCH, kind, occurrence)
  await asOwner(rig.pool, async (query) => {
    await query(
      `insert into alarm (id, site, agent, epoch, county, lane, kind, severity, occurrence, facts, raised_at, stored_at) values ($1, $2, 'a1', $3, $4, 'north', $5, $6, $7, $8, $9, $9)`,
      [id, site, EPOCH, SITES[site], kind, ALARM_KINDS[kind], occurrence, facts, storedAt],
    )
  })
  return id
}
