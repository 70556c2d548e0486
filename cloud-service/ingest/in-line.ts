import type { Epoch } from '#edge/ids'
import { type Batch, emptyHead, type Head, type Receipt, receiptFor } from '#edge/stream'
import { isTransient, reasonOf } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Agent } from './agents.ts'
import { createLanes } from './lanes.ts'
import type { Said } from './read-message.ts'
import type { Recorded, Recorder } from './record.ts'

/** What waits in one line per agent: its ledger batches, stored together where possible, and its hellos between them. */
export interface InLine {
  /** Resolves when there is room for more. */
  ledger(agent: Agent, batch: Batch, payload: Buffer): Promise<void>
  hello(agent: Agent, said: Said<'hello'>): Promise<void>
  /** The database answers again: says where the streams stand whose batches were dropped, so that they come again at once. */
  payOwed(): Promise<void>
  idle(): Promise<void>
}

interface InLineParts {
  readonly recorder: Recorder
  readonly log: Log
  readonly say: (agent: Agent, receipt: Receipt) => void
  readonly recorded: (agent: Agent, batches: number, records: number, recorded: Recorded) => void
  readonly answerHello: (agent: Agent, said: Said<'hello'>) => Promise<void>
  readonly dropped: (messages: number) => void
}

type Item = { readonly agent: Agent } & ({ readonly batch: Batch; readonly payload: Buffer } | { readonly hello: Said<'hello'> })

const TOGETHER_BYTES = 1_500_000
const ROOM_BYTES = 24_000_000
/** Agents stored at the same time, each in a transaction of its own. */
const SIDE_BY_SIDE = 3

export function createInLine({ recorder, log, say, recorded, answerHello, dropped }: InLineParts): InLine {
  /** Streams whose batches were dropped, with the furthest head they showed. */
  const owed = new Map<string, { readonly agent: Agent; readonly epoch: Epoch; readonly theirs: Head }>()

  const lanes = createLanes<Item>({
    sideBySide: SIDE_BY_SIDE,
    roomForBytes: ROOM_BYTES,
    take: takeTogether,
    work: async (_lane, items) => {
      const first = items[0]
      if (first === undefined) return
      try {
        if ('hello' in first) await answerHello(first.agent, first.hello)
        else await store(first.agent, first.batch.epoch, items)
      } catch (error) {
        drop(first.agent, items, error)
      }
    },
  })
  const store = async (agent: Agent, epoch: Epoch, items: readonly Item[]): Promise<void> => {
    const before = (await recorder.standOf(agent, epoch)).seq
    const delivered = items.flatMap((item) => ('batch' in item ? [item] : []))
    const done = await recorder.record(agent, epoch, delivered)
    say(agent, done.receipt)
    owed.delete(nameOf(agent, epoch))
    recorded(agent, delivered.length, done.receipt.upto - before, done)
  }
  const drop = (agent: Agent, items: readonly Item[], error: unknown): void => {
    dropped(items.length)
    const told = { site: agent.site, agent: agent.agent, reason: reasonOf(error) }
    if (isTransient(error)) log.warn(told, 'not stored now: the site will send it again')
    else log.error({ ...told, err: error }, 'not stored: this is our mistake')
    const last = items.at(-1)
    if (last !== undefined && 'batch' in last)
      owed.set(nameOf(agent, last.batch.epoch), { agent, epoch: last.batch.epoch, theirs: last.batch.head })
  }
  const push = (item: Item, bytes: number): Promise<void> => {
    lanes.push(`${item.agent.site}/${item.agent.agent}`, item, bytes)
    return lanes.room()
  }
  return {
    ledger: (agent, batch, payload) => push({ agent, batch, payload }, payload.length),
    hello: (agent, hello) => push({ agent, hello }, 1_000),
    async payOwed() {
      for (const [name, { agent, epoch, theirs }] of [...owed]) {
        owed.delete(name)
        const stands = await recorder.standOf(agent, epoch).catch(() => emptyHead(epoch))
        say(agent, receiptFor(stands, theirs))
      }
    },
    idle: lanes.idle,
  }
}

const nameOf = ({ site, agent }: Agent, epoch: Epoch): string => `${site}/${agent}/${epoch}`

/** Ledger batches of one epoch, up to a size; a hello alone. */
function takeTogether(waiting: readonly Item[]): number {
  const first = waiting[0]
  if (first === undefined || 'hello' in first) return 1
  let bytes = 0
  for (const [at, item] of waiting.entries()) {
    if ('hello' in item || item.batch.epoch !== first.batch.epoch) return at
    bytes += item.payload.length
    if (bytes > TOGETHER_BYTES) return Math.max(1, at)
  }
  return waiting.length
}
