import { sentence } from '#edge/seal'
import { decodeBatch, type Line } from '#edge/stream'
import type { DrawnRecord } from '../booklets/story.ts'
import type { Transaction } from '../database/pool.ts'
import { isRefusedData } from '../errors.ts'
import { hasher } from '../keys.ts'
import type { Issuing } from '../orders/append.ts'
import type { Agent } from './agents.ts'
import { judgeDraws } from './draws.ts'
import { readLine } from './read-line.ts'

/**
 * Draws among records that are kept beside a ledger, because others have their places: a copy of the site's computer drew these, or the
 * one it was copied from. They become no tickets, and count as drawn: two trucks under one serial come to light here. Nothing links these
 * lines to a signed head, so each is believed by its own signature. One that no table can hold stays in the bytes kept, and takes nothing
 * else with it.
 */
export async function noteDrawsBeside(
  tx: Transaction,
  issuing: Issuing,
  agent: Agent,
  epoch: string,
  payload: Buffer,
): Promise<readonly string[]> {
  const read = decodeBatch(payload.toString('utf8'))
  if (!read.ok) return []
  const place = { site: agent.site, agent: agent.agent, epoch, key: agent.key }
  const draws = read.batch.lines.flatMap((line, at) => {
    const { reading } = readLine(line, read.batch.from + at, place)
    return reading.ok && reading.record.kind === 'drawn-ticket' && isSigned(agent, line) ? [reading.record as DrawnRecord] : []
  })
  if (draws.length === 0) return []
  const noted = (records: readonly DrawnRecord[]): Promise<readonly string[] | null> =>
    unlessRefused(tx, async () => (await judgeDraws(tx, issuing, agent, { epoch, records, beside: true })).alarms)
  const together = await noted(draws)
  if (together !== null) return together
  const alarms: string[] = []
  for (const draw of draws) alarms.push(...((await noted([draw])) ?? []))
  return alarms
}

const isSigned = ({ key, verifier }: Agent, { bytes, signature }: Line): boolean =>
  signature !== null && verifier.verify(key, sentence('record', hasher.hash(bytes)), signature)

/** Work that the database may refuse without harm to what the transaction did before: then nothing of it stands, and the answer is null. */
async function unlessRefused<T>(tx: Transaction, work: () => Promise<T>): Promise<T | null> {
  await tx.query('savepoint draws')
  try {
    const done = await work()
    await tx.query('release savepoint draws')
    return done
  } catch (error) {
    if (!isRefusedData(error)) throw error
    await tx.query('rollback to savepoint draws')
    return null
  }
}
