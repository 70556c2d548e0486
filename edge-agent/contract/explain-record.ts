import { MANUAL_ACTS, type ManualAct } from './acts.ts'
import type { Facts, Finding } from './findings.ts'
import { identityText } from './ids.ts'
import type { Policy } from './policy.ts'
import type { LedgerRecord } from './records.ts'
import type { Decision } from './weighing.ts'
import { explain, sayAlarm, sayFinding, WORDS } from './why.ts'
import { RECORD_WORDS, type RecordCode } from './words/records.ts'
import { fill, type Language, type Reader } from './words/words.ts'

/** What stands beside a record and explains it, as far as the store still has it. All of it is read, none of it decides anything. */
export interface Beside {
  /** The open token a gate outcome or a passage is about. */
  readonly token: { readonly gate: 'entry' | 'exit'; readonly why: string } | null
  /** The record that allowed an opening or a passage: a weighing whose verdict was `open`, or a person's act. */
  readonly allowed: LedgerRecord | null
  /** The weighing a decision, a passage or later photos belong to. */
  readonly weighing: LedgerRecord | null
  /** The policy a weighing was judged by. */
  readonly policy: Policy | null
  /** Hashes of photos that are named and still here. */
  readonly held: readonly string[]
  /** How the ticket of a weighing was drawn, where it came from a booklet. */
  readonly drawn?: LedgerRecord | null
}
export const NOTHING_BESIDE: Beside = { token: null, allowed: null, weighing: null, policy: null, held: [], drawn: null }

interface Telling {
  readonly beside: Beside
  readonly language: Language
  readonly reader: Reader
  say(code: RecordCode, facts?: Facts): string
}

/** One record of any kind in plain words: what it says, what it rests on, and for whatever opened, the record that allowed it. */
export function explainRecord(record: LedgerRecord, beside: Beside, language: Language, reader: Reader = 'operator'): string[] {
  const { says } = RECORD_WORDS[language]
  const telling: Telling = { beside, language, reader, say: (code, facts = {}) => fill(says[code], facts, WORDS[language].unknown) }
  if (isKind(record, 'weighing'))
    return [...explain(record.body, language, reader, beside.policy), ...drawnFor(telling), ...photosNamed(record, telling)]
  if (isKind(record, 'decision')) return decided(record, telling)
  if (isKind(record, 'passage')) return passed(record, telling)
  if (isKind(record, 'gate-outcome')) return answered(record, telling)
  if (isKind(record, 'alarm')) return alarmed(record, telling)
  if (isKind(record, 'alarm-returned')) {
    const { title } = sayAlarm(record.body.kind, {}, language)
    return [telling.say('alarm-returned', { title, occurrence: record.body.occurrence })]
  }
  if (isKind(record, 'scale-check')) return checked(record, telling)
  if (isKind(record, 'drawn-ticket')) return drawn(record, telling)
  if (isKind(record, 'photos')) return photographed(record, telling)
  if (isKind(record, 'opening')) return opened(record, telling)
  return []
}

const isKind = <K extends LedgerRecord['kind']>(record: LedgerRecord, kind: K): record is LedgerRecord<K> => record.kind === kind

function photosNamed({ body: { photos, cameras = [] } }: LedgerRecord<'weighing'>, { say, language }: Telling): string[] {
  return photos.length === 0 ? [] : [say('photos-named', { count: photos.length, sides: sidesOf(cameras, language) })]
}
const sidesOf = (cameras: readonly ('front' | 'rear')[], language: Language): string =>
  (['front', 'rear'] as const)
    .map((side) => ({ side, count: cameras.filter((one) => one === side).length }))
    .flatMap(({ side, count }) => (count > 0 ? [`${RECORD_WORDS[language].sides[side]} ${count}`] : []))
    .join(', ') || '-'

/** An act in our words; what is none of a person's is told by a sentence of its own. */
const actWord = (act: Decision['act'], language: Language): string =>
  (MANUAL_ACTS as readonly string[]).includes(act) ? WORDS[language].acts[act as ManualAct] : act
const reasonWord = (reason: string, language: Language): string =>
  (WORDS[language].reasons as Readonly<Record<string, string>>)[reason] ?? reason

function decided({ body, at }: LedgerRecord<'decision'>, telling: Telling): string[] {
  const { say, language, beside } = telling
  const { act, operator, reason, note = '', second = null, photo, gate, plate } = body
  const gates = RECORD_WORDS[language].gates
  const about = beside.weighing && isKind(beside.weighing, 'weighing') ? beside.weighing : null
  const byPerson = act !== 'timed-out' && act !== 'turned-back'
  return [
    byPerson
      ? say('decision', { operator, at, act: actWord(act, language), reason: reasonWord(reason, language) })
      : say(act === 'timed-out' ? 'decision-timed-out' : 'decision-turned-back', { at }),
    ...(note === '' ? [] : [say('decision-note', { note })]),
    ...(second === null ? [] : [say('decision-second', { second })]),
    ...(photo === undefined ? [] : [photo === null ? say('decision-no-photo') : say('decision-photo', { photo })]),
    ...(gate === undefined ? [] : [say('decision-gate', { gate: gates[gate] })]),
    ...(plate === undefined ? [] : [say('decision-plate', { plate })]),
    ...(act === 'release' || act === 'lift' ? [say('decision-opens')] : []),
    ...(about === null ? [] : [say('decision-about', aboutWeighing(about, language))]),
  ]
}

const aboutWeighing = (of: LedgerRecord<'weighing'>, language: Language): Facts => ({
  record: identityText(of),
  plate: of.body.vehicle.plate,
  weightKg: of.body.weightKg,
  verdict: WORDS[language].verdicts[of.body.verdict],
})

/** The record that allowed an opening: the sentence every opened gate owes. */
function allowedBy({ beside: { allowed }, say, language }: Telling): string[] {
  if (allowed === null) return []
  if (isKind(allowed, 'weighing')) return [say('allowed-by-verdict', aboutWeighing(allowed, language))]
  if (!isKind(allowed, 'decision')) return []
  const { operator, act, reason } = allowed.body
  return [
    say('allowed-by-act', {
      record: identityText(allowed),
      operator,
      act: actWord(act, language),
      reason: reasonWord(reason, language),
    }),
  ]
}

function passed({ body }: LedgerRecord<'passage'>, telling: Telling): string[] {
  const { say, language, reader, beside } = telling
  const { plate, token, zeroAfterKg, findings = [] } = body
  const how = token !== null ? 'passage-free' : beside.allowed === null ? 'passage-escape' : 'passage-allowed'
  return [
    say(how, { plate, token }),
    ...allowedBy(telling),
    ...findings.map((found: Finding) => `[${WORDS[language].modes[found.mode]}] ${sayFinding(found, language, reader)}`),
    ...(zeroAfterKg === null ? [] : [say('passage-zero', { zeroAfterKg })]),
  ]
}

function answered({ body }: LedgerRecord<'gate-outcome'>, telling: Telling): string[] {
  const { say, language, beside } = telling
  const { gates, outcomes, letIn } = RECORD_WORDS[language]
  const { token, allowed } = beside
  return [
    say('gate-outcome', { gate: token ? gates[token.gate] : null, outcome: outcomes[body.outcome] }),
    ...(token === null
      ? [say('gate-unknown-token', { token: body.token })]
      : allowed === null
        ? [say('let-in', { why: letIn[token.why] ?? token.why })]
        : allowedBy(telling)),
  ]
}

function alarmed({ body }: LedgerRecord<'alarm'>, { say, language }: Telling): string[] {
  const { title, says } = sayAlarm(body.kind, body.facts, language)
  return [
    say('alarm', { severity: RECORD_WORDS[language].severities[body.severity], title, says }),
    say('alarm-occurrence', { occurrence: body.occurrence }),
  ]
}

function checked({ body, at }: LedgerRecord<'scale-check'>, { say }: Telling): string[] {
  const { what, good, knownKg, shownKg, limitKg, seal, operator, note } = body
  const code = what === 'zero-set' ? 'check-zero-set' : (`check-${what}${good ? '' : '-bad'}` as const)
  return [say(code, { knownKg, shownKg, limitKg, seal }), say('check-by', { operator, at, note })]
}

function drawn({ body, at }: LedgerRecord<'drawn-ticket'>, { say }: Telling): string[] {
  const { booklet, serial, operator, darkSince, ticket } = body
  const { plate, plannedNetKg, validUntil } = ticket
  return [
    say('drawn', { ticket: ticket.number, operator, at, booklet, serial }),
    say('drawn-for', { plate, plannedNetKg, validUntil }),
    say('drawn-dark', { darkSince }),
  ]
}
function drawnFor(telling: Telling): string[] {
  const { drawn: of = null } = telling.beside
  return of !== null && isKind(of, 'drawn-ticket') ? drawn(of, telling) : []
}

function photographed({ body }: LedgerRecord<'photos'>, { say, language, beside }: Telling): string[] {
  const { photos } = body
  const { sides } = RECORD_WORDS[language]
  const cameras = photos.map(({ camera }) => camera)
  return [
    say('photos-later', { count: photos.length, sides: sidesOf(cameras, language) }),
    beside.weighing ? say('photos-of-weighing', { record: identityText(beside.weighing) }) : say('photos-of-nothing'),
    ...photos.map(({ hash, camera, at }) =>
      say(beside.held.includes(hash) ? 'photo-here' : 'photo-gone', { hash: hash.slice(0, 16), side: sides[camera], at }),
    ),
  ]
}

function opened({ body }: LedgerRecord<'opening'>, { say, language }: Telling): string[] {
  const { reason, before, software } = body
  return [
    say('opening', { reason: RECORD_WORDS[language].openings[reason], version: software.version }),
    ...(before === null ? [] : [say('opening-after', { record: identityText(before) })]),
  ]
}
