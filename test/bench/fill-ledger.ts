import { join } from 'node:path'
import type { Epoch } from '#edge/ids'
import type { Passage, Weighing } from '#edge/weighing'
import { agentKey, hasher } from '../../edge-agent/keys.ts'
import { openDatabase } from '../../edge-agent/store/database.ts'
import { epochsIn } from '../../edge-agent/store/epochs.ts'
import { type Journal, journalIn, type Stamps } from '../../edge-agent/store/journal.ts'
import { AGENT, aTicketNumber, aWeighing, LANE, SITE } from '../edge-agent/store/store-rig.ts'

/** What a ledger came to. */
export interface Filled {
  readonly epoch: Epoch
  /** Number of its newest record. */
  readonly seq: number
  /** Of all its records. */
  readonly meanRecordBytes: number
}

const AT_ONCE = 4_000

/**
 * Writes records into the ledger in this folder, as time without a cloud leaves them: each visit with its two pulses, its weighing and its
 * passage. Begins the ledger, or goes on where it ends. The agent's key lies, or is made, beside it; the agent must not run.
 */
export function fillLedger(folder: string, records: number): Filled {
  const signer = agentKey(join(folder, 'agent.key'))
  const database = openDatabase(folder)
  try {
    const epochs = epochsIn(database)
    const journal = journalIn(database, { site: SITE, agent: AGENT, signer })
    if (epochs.all().length === 0) journal.enter(database.transaction(() => epochs.begin(0)))
    const { epoch, seq } = journal.head()
    const end = seq + records
    for (let visit = seq + 1; journal.head().seq < end; ) {
      journal.commit(() => {
        for (const until = Math.min(end, journal.head().seq + AT_ONCE); journal.head().seq < until; visit += 1)
          visitIn(journal, visit, `${epoch}.t${visit}`)
      })
    }
    const mean = database.one<{ mean: number }>('select avg(length(cast(bytes as blob))) as mean from journal')?.mean ?? 0
    return { epoch, seq: journal.head().seq, meanRecordBytes: Math.round(mean) }
  } finally {
    database.close()
  }
}

const software = { version: '0.1.0', legal: 'a'.repeat(16) }
function visitIn(journal: Journal, visit: number, token: string): void {
  const stamps: Stamps = {
    at: (Date.UTC(2026, 7, 21) + visit * 29_000) as Stamps['at'],
    mono: visit * 29_000,
    boot: '9f3a2b4c',
    clock: 'free-running',
  }
  const answered = { lane: LANE, token, outcome: 'accepted', detail: '' } as const
  const photos = ['front', 'rear'].map((side) => hasher.hash(`${side} ${visit}`))
  const weighing: Weighing = {
    ...aWeighing({ visit, ticket: aTicketNumber(visit % 100_000_000) }),
    photos,
    tape: hasher.hash(`tape ${visit}`),
    software,
  }
  const passage: Passage = { lane: LANE, passage: visit, visit, weighing: null, token, plate: null, ticket: null, zeroAfterKg: null }
  journal.append('gate-outcome', answered, stamps)
  journal.append('weighing', weighing, stamps)
  journal.append('gate-outcome', answered, stamps)
  journal.append('passage', passage, stamps)
}
