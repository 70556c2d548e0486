import { isTicketOf } from '#edge/booklet'
import { toIso } from '#edge/units'
import { type AgeWhy, type Draw, type DrawnBefore, type GapWhy, isVouchedFor, judgeDraw, KIND_OF_WHY } from '../booklets/judge-draw.ts'
import { drawsIn, keepDraws } from '../booklets/keep-draws.ts'
import { bookletsNamed, type DrawnRecord, drawnBefore } from '../booklets/story.ts'
import type { Transaction } from '../database/pool.ts'
import type { Issuing } from '../orders/append.ts'
import type { Agent } from './agents.ts'
import { raiseOurs } from './own-alarms.ts'

/** A draw whose ticket is as its booklet writes it; `vouched`: nothing about it is forbidden. */
export interface Entering {
  readonly draw: Draw
  readonly vouched: boolean
}

/** Draws of one epoch; `beside`: their places in the ledger are others'. */
interface Drawn {
  readonly epoch: string
  readonly records: readonly DrawnRecord[]
  readonly beside: boolean
}

/** Keeps draws and tells what is wrong with those that were not kept already; which of them their booklets write is told, too. */
export async function judgeDraws(
  tx: Transaction,
  { clock }: Issuing,
  agent: Agent,
  { epoch, records, beside }: Drawn,
): Promise<{ readonly entering: Entering[]; readonly alarms: string[] }> {
  const alarms: string[] = []
  const entering: Entering[] = []
  if (records.length === 0) return { entering, alarms }
  const known = await bookletsNamed(tx, agent, records)
  const story = await drawnBefore(tx, agent, records)
  const draws = await drawsIn(tx, agent, epoch, records, clock.now(), beside)
  for (const draw of await keepDraws(tx, agent, draws, beside)) {
    const of = known.get(draw.body.booklet) ?? null
    const before = story.of(draw)
    const found = judgeDraw(of, before, draw)
    for (const why of found) alarms.push(...(await raise(tx, agent, why, draw, before)))
    story.add(draw)
    if (of === null || !isTicketOf(of.booklet, draw.body.serial, draw.body.ticket)) continue
    entering.push({ draw, vouched: isVouchedFor(of.booklet, draw.body, found) })
  }
  return { entering, alarms }
}

async function raise(tx: Transaction, agent: Agent, why: GapWhy | AgeWhy, draw: Draw, { last }: DrawnBefore): Promise<string[]> {
  const { booklet, serial, ticket, darkSince } = draw.body
  const { number, plate } = ticket
  const named = { booklet, why, ticket: number, plate, record: `${draw.epoch}.${draw.seq}`, darkSince }
  // What is missing are the serials before this one; the alarm is about them.
  const facts = why === 'serial-missing' ? { ...named, serial: missing(last, serial) } : { ...named, serial }
  const which = ONCE_A_DARKNESS.has(why) ? darkSince : `${serial}/${draw.seq}`
  const occurrence = `${booklet}/${which}/${why}`
  return raiseOurs(tx, agent, { kind: KIND_OF_WHY[why], epoch: draw.epoch, occurrence, facts, at: toIso(draw.received) })
}
/** True of each draw that follows, too: one alarm for a booklet and a darkness, and the list of draws shows which. A flood hides what matters. */
const ONCE_A_DARKNESS: ReadonlySet<GapWhy | AgeWhy> = new Set(['reported-late', 'over-tonnes', 'unknown-booklet', 'withdrawn'])
const missing = (last: number, serial: number): string => (serial === last + 2 ? `${last + 1}` : `${last + 1}–${serial - 1}`)
