import type { Quota } from '#edge/orders'
import { after, hours, type Instant, toIso } from '#edge/units'
import type { Database } from './database.ts'

/** What this site may ticket in a month, and what it has let go in it (months of Asia/Shanghai). */
export interface Quotas {
  /** Inside a commit. */
  enter(quota: Quota): void
  /** A load was let go. Inside a commit. */
  add(at: Instant, kg: number): void
  now(at: Instant): { readonly usedKg: number; readonly limitKg: number | null }
}

const monthOf = (at: Instant): string => toIso(after(at, hours(8))).slice(0, 7)

export const quotasIn = (database: Database): Quotas => ({
  enter: ({ month, limitKg }) =>
    void database.run(
      'insert into quota (month, limit_kg) values (?, ?) on conflict (month) do update set limit_kg = excluded.limit_kg',
      month,
      limitKg,
    ),
  add: (at, kg) =>
    void database.run(
      'insert into released (month, kg) values (?, ?) on conflict (month) do update set kg = kg + excluded.kg',
      monthOf(at),
      kg,
    ),
  now: (at) => ({
    usedKg: database.one<{ kg: number }>('select kg from released where month = ?', monthOf(at))?.kg ?? 0,
    limitKg: database.one<{ kg: number }>('select limit_kg as kg from quota where month = ?', monthOf(at))?.kg ?? null,
  }),
})
