import type { AlarmKind } from './alarm.ts'
import { type Facts, FINDINGS, type Finding, type FindingCode } from './findings.ts'
import type { RecordedBasis } from './identity-basis.ts'
import type { Phase } from './lane-status.ts'
import { netError } from './limits.ts'
import type { Policy } from './policy.ts'
import type { WeighingDraft } from './weighing.ts'
import { en } from './words/en.ts'
import { RECORD_WORDS } from './words/records.ts'
import { fill, type Language, type Reader, type SayCode, type WhyCode, type Words } from './words/words.ts'
import { zh } from './words/zh.ts'

export const WORDS: Readonly<Record<Language, Words>> = { zh, en }

/** Facts that say one of our own words. A plate, a number or a person's note under another name stays as it is. */
const TERM_FACTS: ReadonlySet<string> = new Set(
  'kerbFrom axlesFrom serves form why reason sensor side camera colour ticketColour approved'.split(' '),
)

/** Facts with our own words in the reader's language; anything else in them stays as it is. */
export function spoken(facts: Facts, words: Words): Facts {
  const { terms, reasons, blocked, phases } = words
  const ours: Readonly<Record<string, string>> = { ...blocked, ...reasons, ...terms }
  const said = Object.entries(facts).map(([name, value]): [string, Facts[string]] => {
    if (name === 'phase') return [name, Object.hasOwn(phases, String(value)) ? phases[value as Phase] : value]
    return [name, TERM_FACTS.has(name) && Object.hasOwn(ours, String(value)) ? (ours[String(value)] ?? value) : value]
  })
  return Object.fromEntries(said)
}

/** One finding as this reader should hear it. A code of a newer version is shown as it is. */
export function sayFinding({ code, facts }: Pick<Finding, 'code' | 'facts'>, language: Language, reader: Reader): string {
  const words = WORDS[language]
  return Object.hasOwn(FINDINGS, code) ? fill(words.findings[code][reader], spoken(facts, words), words.unknown) : code
}

/** What an alarm says, with its facts. */
export function sayAlarm(kind: AlarmKind, facts: Facts, language: Language): { readonly title: string; readonly says: string } {
  const words = WORDS[language]
  const { title, says } = words.alarms[kind]
  return { title, says: fill(says, spoken(facts, words), words.unknown) }
}

/** The driver's sign. A held driver is told the reason (`code` among the facts) before what to do. */
export function sayDriver(say: SayCode, facts: Facts, language: Language): string {
  const words = WORDS[language]
  const sentence = fill(words.say[say], facts, words.unknown)
  const code = facts.code
  return say === 'held' && typeof code === 'string' && Object.hasOwn(FINDINGS, code)
    ? `${sayFinding({ code: code as FindingCode, facts }, language, 'driver')}  ${sentence}`
    : sentence
}

/** What the plate rests on, and what was read and set aside. Older records do not say. */
function identity(basis: RecordedBasis | undefined, words: Words): string[] {
  if (basis === undefined) return []
  const { how, by, agreed, counted, confidence, aside } = basis
  const facts = { sources: by.map((source) => words.sources[source]).join(' + '), agreed, counted, confidence }
  const asides = aside.map(({ text, why, reads }) => `${text || '-'} (${words.asides[why]}${reads > 1 ? ` ×${reads}` : ''})`).join(', ')
  return [
    ...(how === 'none' ? [] : [fill(words.why[how === 'tag' ? 'basis-tag' : 'basis'], facts, words.unknown)]),
    ...(asides === '' ? [] : [fill(words.why['set-aside'], { asides }, words.unknown)]),
  ]
}

/**
 * Why the gate opened or stayed shut, one sentence each: the verdict, the reasons that count (enforced first, then warnings and
 * notes) with the legal basis the policy gives, and what it rests on: weight, plate, ticket, tare and tolerance, zero, policy.
 */
export function explain(weighing: WeighingDraft, language: Language, reader: Reader = 'regulator', policy: Policy | null = null): string[] {
  const words = WORDS[language]
  const { says: records, because } = RECORD_WORDS[language]
  const judgedBy = policy?.version === weighing.policy ? policy : null
  const say = (code: WhyCode, facts: Facts = {}): string => fill(words.why[code], facts, words.unknown)
  const { weightKg, vehicle, ticket, plannedNetKg, tare, netKg, settled, scale } = weighing
  const rank = { enforce: 0, warn: 1, observe: 2 } as const
  const reasons = [...weighing.findings]
    .sort((a, b) => rank[a.mode] - rank[b.mode])
    .map((found) => `[${words.modes[found.mode]}] ${sayFinding(found, language, reader)}${basisOf(found, judgedBy, records['rule-basis'])}`)
  return [
    say('verdict', { verdict: words.verdicts[weighing.verdict] }),
    ...reasons,
    ...(weighing.again === undefined
      ? []
      : [fill(records.again, { nth: weighing.again.nth, because: because[weighing.again.because] }, words.unknown)]),
    say('pass', { pass: words.passes[weighing.pass] }),
    say('weight', {
      weightKg,
      settledBy: words.why[settled.by],
      readings: settled.readings,
      spreadKg: settled.spreadKg,
      overMs: settled.overMs,
    }),
    vehicle.plate === null ? say('no-plate') : say('plate', { plate: vehicle.plate, match: words.matches[vehicle.match] }),
    ...identity(vehicle.basis, words),
    ...(ticket === null ? (weighing.pass === 'non-cargo' ? [] : [say('no-ticket')]) : [say('ticket', { ticket, plannedNetKg })]),
    ...(weighing.kind === 'tare' ? [say('tare')] : []),
    ...(netKg === null || tare === null
      ? []
      : [say('net', { netKg, weightKg, tareKg: tare.kg, eKg: scale.eKg, errorKg: netError(weightKg, tare.kg, scale.eKg) })]),
    say('zero', { zeroKg: weighing.zeroBeforeKg }),
    say('policy', { policy: weighing.policy }),
    ...(judgedBy === null
      ? []
      : [fill(records['policy-basis'], { policy: judgedBy.version, owner: judgedBy.owner, issuedAt: judgedBy.issuedAt }, words.unknown)]),
  ]
}

/** On what legal ground a rule counts, in brackets; nothing where the policy names none. */
function basisOf({ code }: Finding, policy: Policy | null, template: string): string {
  const basis = policy !== null && Object.hasOwn(policy.rules, code) ? (policy.rules[code]?.basis ?? '') : ''
  return basis === '' ? '' : ` (${fill(template, { basis }, '')})`
}
