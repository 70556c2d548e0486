import { isTrailer, nearness, type Plate, readPlate } from './plate.ts'

/** A second identity beside the plate: a tag on the truck, or a card in the driver's hand. */
export interface TagSeen {
  readonly by: 'tag' | 'card'
  /** Upper-case hexadecimal as the tag has it, or a card's printed digits. */
  readonly tag: string
}

/** A vehicle as its register names it. */
export interface TaggedVehicle {
  readonly plate: string
  readonly tags?: readonly string[]
  readonly cards?: readonly string[]
}

/**
 * Equal for the same tag or card however a clerk typed it: no marks between the digits, upper case, a card without leading zeros. A
 * tag never equals a card.
 */
export function tagKey({ by, tag }: TagSeen): string {
  const plain = tag
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s:.-]/g, '')
  return by === 'card' ? `card ${plain.replace(/^0+(?=.)/, '')}` : `tag ${plain}`
}

/** The keys this vehicle is found by, each once. */
export const tagKeysOf = ({ tags = [], cards = [] }: TaggedVehicle): string[] => [
  ...new Set([...tags.map((tag) => tagKey({ by: 'tag', tag })), ...cards.map((tag) => tagKey({ by: 'card', tag }))]),
]

/** A tag with the plate it is registered for; null for one nobody registered. */
export interface NamedTag extends TagSeen {
  readonly plate: Plate | null
}

/** Each tag once, however often and however spelt it was read. */
export function namedTags(seen: readonly TagSeen[], register: readonly TaggedVehicle[]): NamedTag[] {
  const byKey = new Map<string, TagSeen>()
  for (const one of seen) {
    const key = tagKey(one)
    const had = byKey.get(key)
    if (had === undefined || one.tag < had.tag) byKey.set(key, one)
  }
  return [...byKey.keys()].sort().flatMap((key) => {
    const one = byKey.get(key)
    if (one === undefined) return []
    const read = readPlate(plateOfTag(one, register) ?? '')
    return [{ by: one.by, tag: one.tag, plate: read.kind === 'plate' ? read.plate : null }]
  })
}

/** The tractors, or the trailers, these tags name, each once. */
export const platesNamed = (tags: readonly NamedTag[], trailers: boolean): Plate[] => [
  ...new Set(tags.flatMap(({ plate }) => (plate !== null && isTrailer(plate) === trailers ? [plate] : []))),
]

/** The first tag of another vehicle; null where one agrees but for a look-alike, because a reader hears the neighbours too. */
export function contradiction(tractor: Plate, tags: readonly NamedTag[]): NamedTag | null {
  const named = tags.flatMap((one) => (one.plate === null || isTrailer(one.plate) ? [] : [{ ...one, plate: one.plate }]))
  return named.some(({ plate }) => nearness(tractor, plate) !== 'other') ? null : (named[0] ?? null)
}

/** The plate this tag is registered for; null for a tag nobody registered, and for one that two vehicles are registered with. */
export function plateOfTag(seen: TagSeen, register: readonly TaggedVehicle[]): string | null {
  const key = tagKey(seen)
  const [only = null, second] = [...new Set(register.filter((row) => tagKeysOf(row).includes(key)).map(({ plate }) => plate))]
  return second === undefined ? only : null
}
