import type { LedgerRecord } from '#edge/records'
import { intArray, textArray } from '../database/arrays.ts'
import type { Transaction } from '../database/pool.ts'
import type { Agent } from './agents.ts'

/** One row of what people did at a site, out of the record that says so. */
interface ActRow {
  readonly seq: number
  readonly lane: string
  readonly visit: number | null
  readonly weighing: number | null
  readonly at: string
  readonly act: string
  readonly operator: string
  readonly second: string | null
  readonly photo: string | null
  readonly body: object
}

const ofDecision = ({ seq, at, body }: LedgerRecord<'decision'>): ActRow => ({
  seq,
  lane: body.lane,
  visit: body.visit,
  weighing: body.weighing,
  at,
  act: body.act,
  operator: body.operator,
  second: body.second ?? null,
  photo: body.photo ?? null,
  body,
})
const ofScaleCheck = ({ seq, at, body }: LedgerRecord<'scale-check'>): ActRow => ({
  seq,
  lane: body.lane,
  visit: null,
  weighing: null,
  at,
  act: 'scale-check',
  operator: body.operator,
  second: null,
  photo: null,
  body,
})

/** Lists what people did: decisions and looks at a scale, each once however often it is told. */
export async function insertActs(
  tx: Transaction,
  agent: Agent,
  epoch: string,
  decisions: readonly LedgerRecord<'decision'>[],
  checks: readonly LedgerRecord<'scale-check'>[],
): Promise<void> {
  const rows = [...decisions.map(ofDecision), ...checks.map(ofScaleCheck)]
  if (rows.length === 0) return
  const texts = (of: (row: ActRow) => string | null): string => textArray(rows.map(of))
  const ints = (of: (row: ActRow) => number | null): string => intArray(rows.map(of))
  await tx.query({
    name: 'insert-acts',
    text: `insert into manual_act (site, agent, epoch, county, seq, lane, visit, weighing, at, act, operator, second, photo, body)
     select $1, $2, $3, $4, a.* from unnest($5::bigint[], $6::text[], $7::int[], $8::bigint[], $9::timestamptz[], $10::text[], $11::text[],
       $12::text[], $13::text[], $14::jsonb[]) as a on conflict do nothing`,
    values: [
      agent.site,
      agent.agent,
      epoch,
      agent.county,
      ints(({ seq }) => seq),
      texts(({ lane }) => lane),
      ints(({ visit }) => visit),
      ints(({ weighing }) => weighing),
      texts(({ at }) => at),
      texts(({ act }) => act),
      texts(({ operator }) => operator),
      texts(({ second }) => second),
      texts(({ photo }) => photo),
      texts(({ body }) => JSON.stringify(body)),
    ],
  })
}

/** Names the photos that came after their weighing's ink. */
export async function insertPhotos(
  tx: Transaction,
  agent: Agent,
  epoch: string,
  records: readonly LedgerRecord<'photos'>[],
): Promise<void> {
  const rows = records.flatMap(({ seq, body }) => body.photos.map((photo, ordinal) => ({ seq, ordinal, ...body, ...photo })))
  if (rows.length === 0) return
  await tx.query({
    name: 'insert-photos',
    text: `insert into later_photo (site, agent, epoch, county, seq, ordinal, lane, visit, weighing, hash, camera, at)
     select $1, $2, $3, $4, p.* from unnest($5::bigint[], $6::int[], $7::text[], $8::int[], $9::bigint[], $10::text[], $11::text[], $12::timestamptz[]) as p
     on conflict do nothing`,
    values: [
      agent.site,
      agent.agent,
      epoch,
      agent.county,
      intArray(rows.map(({ seq }) => seq)),
      intArray(rows.map(({ ordinal }) => ordinal)),
      textArray(rows.map(({ lane }) => lane)),
      intArray(rows.map(({ visit }) => visit)),
      intArray(rows.map(({ weighing }) => weighing)),
      textArray(rows.map(({ hash }) => hash)),
      textArray(rows.map(({ camera }) => camera)),
      textArray(rows.map(({ at }) => at)),
    ],
  })
}
