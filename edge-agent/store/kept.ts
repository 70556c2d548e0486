import { randomBytes } from 'node:crypto'
import type { Clock } from '#edge/clock'
import { fromIso } from '#edge/units'
import { alarmsIn } from './alarms.ts'
import { bookletsIn } from './booklets.ts'
import { claimsIn } from './claims.ts'
import { contestedIn } from './contested.ts'
import type { Database } from './database.ts'
import { epochsIn } from './epochs.ts'
import { evidenceIn } from './evidence.ts'
import { EVIDENCE_DEFAULTS } from './evidence-room.ts'
import { historyIn } from './history.ts'
import { type Journal, journalIn, type Stamps } from './journal.ts'
import { laneStatesIn } from './lane-states.ts'
import { operatorsIn } from './operators.ts'
import { ordersInboxIn } from './orders-inbox.ts'
import { policiesIn } from './policies.ts'
import { quotasIn } from './quota.ts'
import { receiptsIn } from './receipts.ts'
import { registerIn } from './register.ts'
import type { Disk } from './room.ts'
import { scaleChecksIn } from './scale-checks.ts'
import { slipCountsIn } from './slips.ts'
import { standingIn } from './standing.ts'
import type { StoreParts } from './store.ts'
import { storiesIn } from './stories.ts'
import { ticketBookIn } from './ticket-book.ts'
import { timekeepingIn } from './timekeeping.ts'
import { tokensIn } from './tokens.ts'

/** All that is kept in the database, each subject by its own file, with one journal and one word for what time it is. */
export function keptIn(database: Database, disk: Disk, parts: StoreParts) {
  const { site, agent, signer, issuer, log } = parts
  const boot = randomBytes(4).toString('hex')
  const written = journalIn(database, parts)
  const time = timekeepingIn({
    ...parts,
    database,
    told: { site, agent },
    wall: parts.wall ?? parts.clock.now,
    newest: () => fromIso(written.momentOf(written.head().epoch, written.head().seq) ?? ''),
    log: log.child({ part: 'clock' }),
  })
  const clock: Clock = { ...parts.clock, now: time.now }
  const stamps = (): Stamps => ({ at: clock.now(), mono: clock.monotonic(), boot, clock: time.judge().quality })
  const journal: Journal = {
    ...written,
    append(kind, body, stamps) {
      time.witnessed()
      return written.append(kind, body, stamps)
    },
  }
  const epochs = epochsIn(database)
  const alarms = alarmsIn(database, journal)
  const booklets = bookletsIn(database, journal, issuer)
  const book = ticketBookIn(database, issuer, { own: signer, booklets })
  const { mostMegabytes, keepDays } = parts.evidence ?? EVIDENCE_DEFAULTS
  const evidence = evidenceIn(
    database,
    { mostBytes: mostMegabytes * 1_000_000, keepDays, freeBytes: () => disk.freeBytes() + database.spareBytes() },
    clock.now,
  )
  /** What orders change. */
  const ordered = {
    book,
    booklets,
    evidence,
    register: registerIn(database),
    policies: policiesIn(database, issuer, clock, () => time.judge().why === null),
    operators: operatorsIn(database),
    history: historyIn(database),
    quotas: quotasIn(database),
    claims: claimsIn(database),
  }
  return {
    ...ordered,
    boot,
    stamps,
    time,
    clock,
    journal,
    epochs,
    alarms,
    lanes: laneStatesIn(database),
    tokens: tokensIn(database),
    receipts: receiptsIn(database, journal, epochs, clock),
    contested: contestedIn(database, (epoch) => journal.headOf(epoch).seq),
    orders: ordersInboxIn({ ...parts, ...ordered, database, journal, alarms, stamps }),
    standing: standingIn({ database, journal, alarms, stamps }),
    slips: slipCountsIn(database),
    stories: storiesIn(database, journal),
    scales: scaleChecksIn(database, journal),
  }
}
export type Kept = ReturnType<typeof keptIn>
