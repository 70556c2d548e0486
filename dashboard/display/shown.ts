import type { DriverDisplay } from '#edge/console'
import type { Finding } from '#edge/findings'
import { fill, type SayCode, type Words } from '#edge/words/words'
import type { ConsoleWords } from '../words/zh-console.ts'

/**
 * What a driver's screen shows, from what the agent says: a tone, a sign that can be read without letters, and words in both languages.
 * Colour is never alone: each tone has its own sign.
 */
export type Tone = 'go' | 'do' | 'wait' | 'no' | 'idle' | 'unknown'
export type Sign = 'forward' | 'back' | 'halt' | 'wait' | 'phone' | 'none'

const SIGNS: Readonly<Record<SayCode, readonly [Tone, Sign]>> = {
  'drive-on': ['go', 'forward'],
  'stop-and-switch-off': ['do', 'halt'],
  'stand-between-beams': ['do', 'halt'],
  weighing: ['wait', 'wait'],
  go: ['go', 'forward'],
  held: ['no', 'back'],
  'wait-for-operator': ['wait', 'wait'],
  'reverse-off': ['no', 'back'],
  'leave-now': ['go', 'forward'],
  wait: ['wait', 'wait'],
  'move-forward': ['do', 'forward'],
  'move-back': ['do', 'back'],
  'one-at-a-time': ['no', 'halt'],
  'wrong-way': ['no', 'back'],
  'show-code': ['do', 'phone'],
  'scale-not-ready': ['wait', 'halt'],
  attended: ['wait', 'wait'],
  'stop-not-your-turn': ['no', 'halt'],
}

/** Said to a vehicle that has gone since: to the next one, who reads it at the entry, they would be wrong. */
const PAST_WHEN_IDLE: ReadonlySet<string> = new Set<SayCode>([
  'go',
  'leave-now',
  'held',
  'reverse-off',
  'weighing',
  'wait-for-operator',
  'show-code',
])
const saidNow = ({ said, phase }: DriverDisplay): DriverDisplay['said'] =>
  said !== null && phase === 'idle' && PAST_WHEN_IDLE.has(said.code) ? null : said

export interface Shown {
  readonly tone: Tone
  readonly sign: Sign
  /** The one-time code of a claim, large. */
  readonly code: string | null
}

/** Tone and sign for what is said; a lane that says nothing is free, unless it is blocked. */
export function shownOf(display: DriverDisplay): Shown {
  const { phase, why } = display
  const said = saidNow(display)
  const known = said === null ? undefined : (SIGNS as Readonly<Record<string, readonly [Tone, Sign]>>)[said.code]
  if (phase === 'blocked' && (known === undefined || known[0] === 'go')) return { tone: 'wait', sign: 'halt', code: null }
  if (known === undefined)
    return { tone: why === null && phase === 'idle' ? 'idle' : 'wait', sign: phase === 'idle' ? 'none' : 'wait', code: null }
  const code = said?.code === 'show-code' ? said.facts.code : null
  return { tone: known[0], sign: known[1], code: code === null || code === undefined ? null : String(code) }
}

/** What to do now, huge: without the plate and the weight that the sign has to squeeze into the same line. */
export function headline(display: DriverDisplay, edge: Words, words: ConsoleWords): string {
  const { phase } = display
  const said = saidNow(display)
  if (phase === 'blocked' && shownOf(display).sign === 'halt') return edge.say['scale-not-ready']
  if (said === null) return phase === 'idle' ? words.display.idle : words.display.stop
  if (said.code === 'go') return words.display.go
  if (said.code === 'wait-for-operator') return words.display.stop
  if (said.code === 'show-code') return shownOf(display).code === null ? words.display.codeElsewhere : words.display.code
  const template = (edge.say as Readonly<Record<string, string>>)[said.code]
  return template === undefined ? words.display.stop : fill(template, said.facts, edge.unknown)
}

const MOST_REASONS = 3
/** Why it waits, in the driver's own sentences; nothing while it is let go. */
export function reasons(display: DriverDisplay, edge: Words, words: ConsoleWords): readonly string[] {
  const { verdict, findings, phase, why, attended } = display
  const blocking = findings.filter(({ mode }) => mode === 'enforce')
  const said = verdict === null || verdict === 'open' ? [] : blocking.slice(0, MOST_REASONS).map((one) => sayTo(one, edge))
  const blocked = phase === 'blocked' && why !== null ? [(edge.blocked as Readonly<Record<string, string>>)[why] ?? why] : []
  return [...blocked, ...said, ...(attended && (phase === 'asking' || phase === 'blocked') ? [words.display.attended] : [])]
}
const sayTo = ({ code, facts }: Finding, edge: Words): string => {
  const sentences = (edge.findings as Readonly<Record<string, { readonly driver: string } | undefined>>)[code]
  return sentences === undefined ? code : fill(sentences.driver, facts, edge.unknown)
}

/** Plate and weight once they are decided about; before that a driver has no use for a number that still moves. */
export const weightShown = ({ phase, weightKg }: DriverDisplay): number | null =>
  ['released', 'held', 'asking', 'settling'].includes(phase) ? weightKg : null
