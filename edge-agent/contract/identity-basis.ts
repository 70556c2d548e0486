import Type, { type Static } from 'typebox'
import { oneOf } from './ids.ts'
import { ASIDE_WHYS, type Aside, type AsideWhy } from './plate-reads.ts'
import type { Voted } from './plate-vote.ts'
import type { NamedTag } from './tag.ts'

export const IDENTITY_SOURCES = ['front', 'rear', 'tag', 'card'] as const
export type IdentitySource = (typeof IDENTITY_SOURCES)[number]

/** How a plate was come to: read, read with an O for a 0, letter by letter from several reads, by a tag or card alone, or not at all. */
export const IDENTITY_HOWS = ['read', 'mended', 'voted', 'tag', 'none'] as const

/** What an identity rests on, as a weighing's record keeps it: the first few tags and reads set aside, and those cut short. */
export const BasisSchema = Type.Object({
  confidence: Type.Integer({ minimum: 0, maximum: 100 }),
  how: oneOf(IDENTITY_HOWS),
  by: Type.Array(oneOf(IDENTITY_SOURCES), { maxItems: 4 }),
  /** So many of the reads that counted said exactly this plate. */
  agreed: Type.Integer({ minimum: 0 }),
  counted: Type.Integer({ minimum: 0 }),
  oddColour: Type.Boolean(),
  tags: Type.Array(
    Type.Object({
      by: oneOf(['tag', 'card']),
      tag: Type.String({ maxLength: 32 }),
      plate: Type.Union([Type.String({ maxLength: 12 }), Type.Null()]),
    }),
    { maxItems: 2 },
  ),
  aside: Type.Array(Type.Object({ text: Type.String({ maxLength: 12 }), why: oneOf(ASIDE_WHYS), reads: Type.Integer({ minimum: 1 }) }), {
    maxItems: 4,
  }),
})
export type RecordedBasis = Static<typeof BasisSchema>

/** The basis as a record keeps it. A tag the register knows is kept before one it does not. */
export function recorded({ how, by, agreed, counted, tags, aside, oddColour }: Basis, confidence: number): RecordedBasis {
  const known = [...tags.filter(({ plate }) => plate !== null), ...tags.filter(({ plate }) => plate === null)]
  return {
    confidence,
    how,
    by: [...by],
    agreed,
    counted,
    oddColour,
    tags: known.slice(0, 2).map(({ by: reader, tag, plate }) => ({ by: reader, tag: cut(tag, 32), plate })),
    aside: aside.slice(0, 4).map(({ text, why, reads }) => ({ text: cut(text, 12), why, reads })),
  }
}
/** By characters, never through the middle of one. */
function cut(text: string, most: number): string {
  let kept = ''
  for (const letter of text) {
    if (kept.length + letter.length > most) break
    kept += letter
  }
  return kept
}

/** What an identity rests on. */
export interface Basis {
  readonly how: (typeof IDENTITY_HOWS)[number]
  /** Independent sources that say exactly this plate. */
  readonly by: readonly IdentitySource[]
  /** So many of the reads that counted say exactly this plate. */
  readonly agreed: number
  readonly counted: number
  readonly tags: readonly NamedTag[]
  readonly aside: readonly (Aside & { readonly reads: number })[]
  /** The plate's kind does not come in the colour that was seen. */
  readonly oddColour: boolean
}

/** Reads of the plate itself that said something else, and reads of other vehicles. */
export const slips = (of: Voted | undefined): Aside[] =>
  of ? of.reads.filter(({ plate }) => plate !== of.plate).map(({ plate }) => ({ text: plate, why: 'misread' as const })) : []
export const strangers = (all: readonly Voted[]): Aside[] =>
  all.flatMap(({ reads }) => reads.map(({ plate }) => ({ text: plate, why: 'other-vehicle' as const })))

/** Each text with its reason once, what matters most first. */
export function counting(all: readonly Aside[]): (Aside & { reads: number })[] {
  const times = new Map<string, Aside & { reads: number }>()
  for (const one of all) {
    const key = `${one.why} ${one.text}`
    times.set(key, { ...one, reads: (times.get(key)?.reads ?? 0) + 1 })
  }
  const weight: Readonly<Record<AsideWhy, number>> = {
    'other-vehicle': 0,
    fake: 1,
    misread: 2,
    'not-white': 3,
    part: 4,
    unreadable: 5,
    'no-plate': 6,
    history: 7,
  }
  return [...times.values()].sort((a, b) => weight[a.why] - weight[b.why] || b.reads - a.reads || (a.text < b.text ? -1 : 1))
}
