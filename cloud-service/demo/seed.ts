import { randomInt } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Clock } from '#edge/clock'
import { startingPolicy } from '#edge/policy'
import { signBody } from '#edge/seal'
import { toIso } from '#edge/units'
import type { Pool, Transaction } from '../database/pool.ts'
import { asIngest } from '../database/transaction.ts'
import type { IssuerKey } from '../keys.ts'
import { addApiKey } from '../people/api-keys.ts'
import { enterPerson } from '../people/register.ts'
import { tokenHash } from '../people/secrets.ts'
import { seedBooklets } from './booklets.ts'
import { type MoreRegisters, NO_MORE } from './more-registers.ts'
import { type SeededOperator, seedOperators } from './operators.ts'
import { DEMO_CARRIERS, DEMO_PEOPLE } from './people.ts'
import { DEMO_NON_CARGO, DEMO_TRUCKS, type DemoNonCargo, type DemoTruck } from './vehicles.ts'
import { COUNTIES, DEMO_SITES } from './yulin.ts'

/** What a demonstration needs to be told: who signs in how, the carriers' keys, and the vehicles for the simulated road. */
export interface Seeded {
  readonly people: readonly { readonly name: string; readonly password: string; readonly shownName: string }[]
  readonly keys: readonly { readonly carrier: string; readonly key: string }[]
  /** People of the sites' own consoles, with their PINs. */
  readonly operators: readonly SeededOperator[]
  readonly trucks: readonly DemoTruck[]
  readonly nonCargo: readonly Omit<DemoNonCargo, 'capKg'>[]
}

export interface SeedParts {
  readonly pool: Pool
  readonly clock: Clock
  readonly issuer: IssuerKey
  /** Remembers the demo's password and keys, readable by this user only: the database has but their hashes. */
  readonly file: string
  /** Lanes and trucks beside those of the demonstration: a scripted day has more of both. */
  readonly more?: MoreRegisters
  /** For every demo person; made up once for this installation when not given. */
  readonly password: string | undefined
}

interface Remembered {
  password: string
  keys: { carrier: string; key: string }[]
  operators?: readonly SeededOperator[]
}

/** Fills the registers of a demonstration: counties, two sites, firms, vehicles, people, the starting policy, a booklet each. Run again it changes nothing. */
export async function seedDemo({ pool, clock, issuer, file, password, more = NO_MORE }: SeedParts): Promise<Seeded> {
  await asIngest(pool, async (tx) => {
    await fillPlaces(tx)
    await fillLanes(tx, more)
    await fillVehicles(tx, [...DEMO_TRUCKS, ...more.trucks])
    const policy = startingPolicy(toIso(clock.now()))
    await tx.query('insert into policy (version, body, signed, issued_at) values ($1, $2, $3, $4) on conflict do nothing', [
      policy.version,
      policy,
      signBody('policy', policy, issuer),
      policy.issuedAt,
    ])
  })
  const kept = read(file)
  const same = password ?? kept?.password ?? `yulin-${randomInt(100_000, 1_000_000)}`
  for (const person of DEMO_PEOPLE)
    if (kept?.password !== same || !(await isThere(pool, person.name))) await enterPerson(pool, clock, { ...person, password: same })
  const keys = []
  for (const { carrier } of DEMO_CARRIERS)
    keys.push({ carrier, key: (await keptKey(pool, kept, carrier)) ?? (await addApiKey(pool, carrier, 'demo')) })
  const operators = await seedOperators(pool, { issuer, clock }, kept?.operators ?? [])
  await seedBooklets(pool, { issuer, clock })
  write(file, { password: same, keys, operators })
  return {
    people: DEMO_PEOPLE.map(({ name, shownName }) => ({ name, password: same, shownName })),
    keys,
    operators,
    trucks: [...DEMO_TRUCKS, ...more.trucks],
    nonCargo: DEMO_NON_CARGO.map(({ plate, what, weightKg }) => ({ plate, what, weightKg })),
  }
}

async function fillPlaces(tx: Transaction): Promise<void> {
  for (const county of COUNTIES) await tx.query('insert into county (code, name) values ($1, $2) on conflict do nothing', [...county])
  for (const { carrier, name, uscc } of DEMO_CARRIERS)
    await tx.query('insert into carrier (carrier, name, uscc) values ($1, $2, $3) on conflict do nothing', [carrier, name, uscc])
  for (const { lanes, ...site } of DEMO_SITES) {
    await tx.query(
      'insert into site (site, name, county, kind, longitude, latitude) values ($1, $2, $3, $4, $5, $6) on conflict do nothing',
      [site.site, site.name, site.county, site.kind, site.longitude, site.latitude],
    )
    for (const { lane, name, scale } of lanes)
      await tx.query('insert into lane (site, lane, name, county, scale) values ($1, $2, $3, $4, $5) on conflict do nothing', [
        site.site,
        lane,
        name,
        site.county,
        scale,
      ])
  }
}

async function fillLanes(tx: Transaction, { lanes }: MoreRegisters): Promise<void> {
  for (const { site, lane, name, scale } of lanes)
    await tx.query(
      'insert into lane (site, lane, name, county, scale) select $1, $2, $3, county, $4 from site where site = $1 on conflict do nothing',
      [site, lane, name, scale],
    )
}

async function fillVehicles(tx: Transaction, trucks: readonly DemoTruck[]): Promise<void> {
  for (const { plate, carrier, axles, drivenAxles, combination } of trucks)
    await tx.query(
      "insert into vehicle (plate, carrier, use, what, axles, driven_axles, combination) values ($1, $2, 'coal', $3, $4, $5, $6) on conflict do nothing",
      [plate, carrier, combination ? '半挂汽车列车' : '自卸车', axles, drivenAxles, combination],
    )
  for (const { plate, what, capKg } of DEMO_NON_CARGO)
    await tx.query(
      "insert into vehicle (plate, use, what, site, cap_kg, axles, driven_axles, combination) values ($1, 'non-cargo', $2, 'hongliu', $3, 2, 1, false) on conflict do nothing",
      [plate, what, capKg],
    )
}

const isThere = async (pool: Pool, name: string): Promise<boolean> =>
  (await asIngest(pool, (tx) => tx.query('select from person where name = $1', [name]))).rowCount === 1

/** The key of before, if the database still knows it. */
async function keptKey(pool: Pool, kept: Remembered | null, carrier: string): Promise<string | null> {
  const key = kept?.keys.find((one) => one.carrier === carrier)?.key
  if (key === undefined) return null
  const known = await asIngest(pool, (tx) => tx.query('select from api_key where key_hash = $1 and revoked_at is null', [tokenHash(key)]))
  return known.rowCount === 1 ? key : null
}

function read(file: string): Remembered | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Remembered
  } catch {
    return null
  }
}
function write(file: string, remembered: Remembered): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${JSON.stringify(remembered, null, 2)}\n`, { mode: 0o600 })
}
