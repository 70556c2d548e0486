import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import type { Gathered } from './gathered.ts'

/** What one cloud instance says to the others: who speaks, and names only. What anybody may see of them is read from the rows. */
const NamesSchema = Type.Optional(Type.Array(Type.String({ maxLength: 300 }), { maxItems: 4_000 }))
const WordSchema = Type.Object({
  from: Type.String({ maxLength: 40 }),
  alarms: NamesSchema,
  weighings: NamesSchema,
  tickets: NamesSchema,
  sites: NamesSchema,
  lanes: NamesSchema,
  more: Type.Optional(Type.Boolean()),
})
export type Word = Static<typeof WordSchema>
const check = Compile(WordSchema)

/** PostgreSQL refuses a notification of 8,000 bytes; the rest is for the frame around the names. */
const MOST_BYTES = 7_500
const KINDS = ['alarms', 'weighings', 'tickets', 'sites', 'lanes'] as const

/** As few words as will hold it all; usually one, and none for nothing. */
export function wordsOf(from: string, changes: Gathered): string[] {
  const words: string[] = []
  let names: Partial<Record<(typeof KINDS)[number], string[]>> = {}
  let bytes = 0
  const speak = (more: boolean): void => {
    words.push(JSON.stringify({ from, ...names, ...(more && { more }) } satisfies Word))
    names = {}
    bytes = 0
  }
  for (const kind of KINDS)
    for (const name of changes[kind]) {
      const length = Buffer.byteLength(JSON.stringify(name)) + 1
      if (bytes + length > MOST_BYTES) speak(false)
      names[kind] ??= []
      names[kind].push(name)
      bytes += length
    }
  if (bytes > 0 || changes.more) speak(changes.more)
  return words
}

/** Null for what is no such word: another version's, or somebody else's on our channel. Never throws. */
export function readWord(text: string): Word | null {
  try {
    const said: unknown = JSON.parse(text)
    return check.Check(said) ? said : null
  } catch {
    return null
  }
}
