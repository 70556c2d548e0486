import { type Facts, FINDINGS, type Finding } from './findings.ts'
import { netError } from './limits.ts'
import type { WeighingDraft } from './weighing.ts'
import { en } from './words/en.ts'
import { fill, type Language, type Reader, type WhyCode, type Words } from './words/words.ts'
import { zh } from './words/zh.ts'

export const WORDS: Readonly<Record<Language, Words>> = { zh, en }

/** One finding as this reader should hear it. A code of a newer version is shown as it is. */
export const sayFinding = ({ code, facts }: Pick<Finding, 'code' | 'facts'>, language: Language, reader: Reader): string =>
  Object.hasOwn(FINDINGS, code) ? fill(WORDS[language].findings[code][reader], facts, WORDS[language].unknown) : code

/**
 * Why the gate opened or stayed shut, one sentence each: the verdict, the reasons that count (enforced first, then warnings and
 * notes), and what it rests on: weight, plate, ticket, tare and tolerance, zero, policy.
 */
export function explain(weighing: WeighingDraft, language: Language, reader: Reader = 'regulator'): string[] {
  const words = WORDS[language]
  const say = (code: WhyCode, facts: Facts = {}): string => fill(words.why[code], facts, words.unknown)
  const { weightKg, vehicle, ticket, plannedNetKg, tare, netKg, settled, scale } = weighing
  const rank = { enforce: 0, warn: 1, observe: 2 } as const
  const reasons = [...weighing.findings]
    .sort((a, b) => rank[a.mode] - rank[b.mode])
    .map((found) => `[${words.modes[found.mode]}] ${sayFinding(found, language, reader)}`)
  return [
    say('verdict', { verdict: words.verdicts[weighing.verdict] }),
    ...reasons,
    say('pass', { pass: words.passes[weighing.pass] }),
    say('weight', {
      weightKg,
      settledBy: words.why[settled.by],
      readings: settled.readings,
      spreadKg: settled.spreadKg,
      overMs: settled.overMs,
    }),
    vehicle.plate === null ? say('no-plate') : say('plate', { plate: vehicle.plate, match: words.matches[vehicle.match] }),
    ...(ticket === null ? (weighing.pass === 'non-cargo' ? [] : [say('no-ticket')]) : [say('ticket', { ticket, plannedNetKg })]),
    ...(weighing.kind === 'tare' ? [say('tare')] : []),
    ...(netKg === null || tare === null
      ? []
      : [say('net', { netKg, weightKg, tareKg: tare.kg, eKg: scale.eKg, errorKg: netError(weightKg, tare.kg, scale.eKg) })]),
    say('zero', { zeroKg: weighing.zeroBeforeKg }),
    say('policy', { policy: weighing.policy }),
  ]
}
