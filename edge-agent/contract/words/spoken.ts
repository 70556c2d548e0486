import { type Facts, FINDINGS, type FindingCode } from '../findings.ts'
import { sayFinding, WORDS } from '../why.ts'
import type { Language, SayCode } from './words.ts'

/** What a voice says, with what it needs to know to say it well: a plate is spelt, a weight is a number. */
export type SpokenPart =
  | { readonly kind: 'words'; readonly text: string }
  /** Letter by letter, digit by digit. */
  | { readonly kind: 'singly'; readonly text: string }
  | { readonly kind: 'number'; readonly text: string }

/** The voice's sentence for the driver. A held driver is told the reason before what to do. A fact nobody knows is not spoken of. */
export function speakDriver(say: SayCode, facts: Facts, language: Language): SpokenPart[] {
  const { code } = facts
  const reason = say === 'held' && typeof code === 'string' && Object.hasOwn(FINDINGS, code) ? (code as FindingCode) : null
  return [
    ...(reason === null ? [] : [{ kind: 'words', text: `${sayFinding({ code: reason, facts }, language, 'driver')},` } as const]),
    ...partsOf(WORDS[language].speak[say], facts),
  ]
}

/** `{x:singly}` and `{x:number}` stand for a fact; what follows an unknown one up to the next comma belongs to it and goes with it. */
function partsOf(template: string, facts: Facts): SpokenPart[] {
  return template.split(/(?<=[,,])/u).flatMap((phrase): SpokenPart[] => {
    const pieces = phrase.split(/(\{\w+:(?:singly|number)\})/)
    const parts = pieces.filter((piece) => piece !== '').map((piece) => partOf(piece, facts))
    return parts.every((part) => part !== null) ? parts : []
  })
}

function partOf(piece: string, facts: Facts): SpokenPart | null {
  const named = /^\{(\w+):(singly|number)\}$/.exec(piece)
  if (named === null) return { kind: 'words', text: piece }
  const value = facts[named[1] ?? '']
  if (value === undefined || value === null) return null
  return { kind: named[2] === 'singly' ? 'singly' : 'number', text: String(value) }
}
