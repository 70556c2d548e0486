import type { Database } from './database.ts'

/** Single facts of the store by name. */
export const factIn = (database: Database, name: string): string | null =>
  database.one<{ value: string }>('select value from fact where name = ?', name)?.value ?? null

export const keepFact = (database: Database, name: string, value: string): void =>
  void database.run('insert into fact (name, value) values (?, ?) on conflict (name) do update set value = excluded.value', name, value)

/** The next number of a counter, from 1. Stands or falls with its transaction; never reused after one that stood. */
export function countUp(database: Database, name: string): number {
  const number = Number(factIn(database, name) ?? 0) + 1
  keepFact(database, name, String(number))
  return number
}
