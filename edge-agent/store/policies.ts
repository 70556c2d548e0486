import { canonical } from '#edge/canonical'
import { type Clock, elapsed, realSpan } from '#edge/clock'
import type { Policy } from '#edge/policy'
import { bodyIsSigned, type Signed, type Verifier } from '#edge/seal'
import { type Instant, milliseconds, minutes, type Span } from '#edge/units'
import type { Database } from './database.ts'
import { factIn, keepFact } from './facts.ts'

/** The signed policies this site was given. The highest version rules; an older one that arrives late changes nothing. */
export interface Policies {
  /** Enters a policy whose signature the caller has verified. */
  enter(signed: Signed<Policy>): void
  /** The policy in force; null before the first one came, or when the stored one no longer bears its issuer's signature: then nothing opens. */
  current(): Policy | null
  /** The policy of a version this site was given, also an older one; null where it is not here or no longer bears its issuer's signature. */
  of(version: number): Policy | null
  version(): number
  /** The cloud itself has answered just now: what is in force here is what it wants. */
  confirm(): void
  /** Since the cloud last confirmed it; without end when it never did. */
  age(): Span
  confirmedAt(): Instant | null
}

/** A restart may know the confirmation this much older than it was; that is nothing beside the hours a policy counts in. */
const WRITTEN_EVERY = minutes(1)
/** A clock that follows a server is moved by seconds; one that stands further before the confirmation has been set back. */
const MOVED_AT_MOST = minutes(5)
const NEVER = milliseconds(Number.MAX_SAFE_INTEGER)

/** `believed`: whether the computer's clock is. Of an age over a restart it is the only witness. */
export function policiesIn(database: Database, issuer: Verifier, clock: Clock, believed: () => boolean): Policies {
  let current: Policy | null | undefined
  let heard: { at: Instant; mono: number } | null = null
  // As they were when last asked: what a screen is told once the store is in doubt and refuses to be asked.
  let lastVersion = 0
  let lastConfirmed: Instant | null = null
  let writtenAtMono: number | null = null
  database.onRollback(() => {
    current = undefined
  })
  const read = (version: number | null = null): Policy | null => {
    const row = database.one<{ signed: string }>(
      'select signed from policy where version = coalesce(?, (select max(version) from policy)) limit 1',
      version,
    )
    if (!row) return null
    const signed = JSON.parse(row.signed) as Signed<Policy>
    return bodyIsSigned('policy', signed, issuer) ? signed.body : null
  }
  const policies: Policies = {
    enter(signed) {
      database.run('insert into policy (version, signed) values (?, ?) on conflict do nothing', signed.body.version, canonical(signed))
      current = undefined
    },
    current() {
      if (current === undefined) current = read()
      return current
    },
    of: (version) => read(version),
    version() {
      if (!database.broken()) lastVersion = policies.current()?.version ?? 0
      return lastVersion
    },
    confirm() {
      heard = { at: clock.now(), mono: elapsed(clock) }
      if (writtenAtMono !== null && heard.mono - writtenAtMono < realSpan(clock, WRITTEN_EVERY)) return
      writtenAtMono = heard.mono
      keepFact(database, 'policy-confirmed', String(heard.at))
    },
    confirmedAt() {
      if (heard) return heard.at
      if (database.broken()) return lastConfirmed
      const written = factIn(database, 'policy-confirmed')
      lastConfirmed = written === null ? null : (Number(written) as Instant)
      return lastConfirmed
    },
    age() {
      const at = policies.confirmedAt()
      if (at === null) return NEVER
      // Neither a clock set back nor a night asleep must make an old policy young: within this start the steady clock has the last
      // word, and over a restart nobody can tell how old it is.
      if (heard) return milliseconds(Math.max(0, clock.now() - at, elapsed(clock) - heard.mono))
      return !believed() || at - clock.now() > MOVED_AT_MOST ? NEVER : milliseconds(Math.max(0, clock.now() - at))
    },
  }
  return policies
}
