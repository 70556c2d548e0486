import { identityText } from '#edge/ids'
import type { LedgerRecord } from '#edge/records'
import { intArray, textArray } from '../database/arrays.ts'
import type { Transaction } from '../database/pool.ts'
import type { Agent } from './agents.ts'
import type { StoredTicket } from './tickets.ts'

type WeighingRecord = LedgerRecord<'weighing'>

/** Whose load it is: the ticket's carrier; without a ticket, the one in whose name the plate is registered. */
export async function carriersOf(
  tx: Transaction,
  weighings: readonly WeighingRecord[],
  tickets: ReadonlyMap<string, StoredTicket>,
): Promise<(weighing: WeighingRecord) => string | null> {
  const ofTicket = ({ body }: WeighingRecord): string | null => (body.ticket === null ? null : (tickets.get(body.ticket)?.carrier ?? null))
  const plates = new Set(
    weighings.flatMap((one) => (ofTicket(one) === null && one.body.vehicle.plate !== null ? [one.body.vehicle.plate] : [])),
  )
  const register = new Map<string, string | null>()
  if (plates.size > 0) {
    const { rows } = await tx.query<{ plate: string; carrier: string | null }>(
      'select plate, carrier from vehicle where plate = any($1::text[])',
      [textArray([...plates])],
    )
    for (const { plate, carrier } of rows) register.set(plate, carrier)
  }
  return (one) => ofTicket(one) ?? register.get(one.body.vehicle.plate ?? '') ?? null
}

/**
 * Writes what people list (`weighing`) and what reports count (`weighing_fact`) in one statement. A weighing already there adds no
 * fact: the lens has no key of its own to refuse it (DESIGN.md D8). Returns the ids.
 */
export async function insertWeighings(
  tx: Transaction,
  agent: Agent,
  epoch: string,
  weighings: readonly WeighingRecord[],
  carrierOf: (weighing: WeighingRecord) => string | null,
): Promise<string[]> {
  if (weighings.length === 0) return []
  const texts = (of: (weighing: WeighingRecord) => string | null): string => textArray(weighings.map(of))
  const ints = (of: (weighing: WeighingRecord) => number | null): string => intArray(weighings.map(of))
  await tx.query({
    name: 'insert-weighings',
    text: `with added as (
       insert into weighing (site, agent, epoch, seq, county, carrier, lane, visit, weighed_at, kind, pass, weight_kg, tare_kg, net_kg, plate, plate_colour, ticket, verdict, tape, nth, because)
       select $1, $2, $3, seq, $4, carrier, lane, visit, weighed_at, kind, pass, weight_kg, tare_kg, net_kg, plate, plate_colour, ticket, verdict, tape, nth, because
       from unnest($5::bigint[], $6::text[], $7::text[], $8::int[], $9::timestamptz[], $10::text[], $11::text[], $12::int[], $13::int[], $14::int[],
         $15::text[], $16::text[], $17::text[], $18::text[], $19::text[], $20::int[], $21::text[])
         as w (seq, carrier, lane, visit, weighed_at, kind, pass, weight_kg, tare_kg, net_kg, plate, plate_colour, ticket, verdict, tape, nth, because)
       on conflict do nothing
       returning weighed_at, site, county, carrier, lane, kind, pass, verdict, weight_kg, net_kg, agent, epoch, seq)
     insert into weighing_fact (weighed_at, site, county, carrier, lane, kind, pass, verdict, weight_kg, net_kg, agent, epoch, seq) select * from added`,
    values: [
      agent.site,
      agent.agent,
      epoch,
      agent.county,
      ints(({ seq }) => seq),
      texts(carrierOf),
      texts(({ body }) => body.lane),
      ints(({ body }) => body.visit),
      texts(({ body }) => body.weighedAt),
      texts(({ body }) => body.kind),
      texts(({ body }) => body.pass),
      ints(({ body }) => body.weightKg),
      ints(({ body }) => body.tare?.kg ?? null),
      ints(({ body }) => body.netKg),
      texts(({ body }) => body.vehicle.plate),
      texts(({ body }) => body.vehicle.colour),
      texts(({ body }) => body.ticket),
      texts(({ body }) => body.verdict),
      texts(({ body }) => body.tape),
      ints(({ body }) => body.again?.nth ?? null),
      texts(({ body }) => body.again?.because ?? null),
    ],
  })
  return weighings.map(identityText)
}
