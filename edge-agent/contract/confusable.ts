/**
 * Letters that plate cameras take for one another, as reported from the field (`reference/cameras-and-io.md` section 5.3 of the
 * founders' papers). Provinces are taken for one another too, but seldom for a letter.
 */
const ALIKE: readonly string[] = ['0OQD', '8BS5', '1ILT7', '2Z', '6G', '9G', 'MNH', 'FP']

/** A letter is not confusable with itself. 6 and 9 are each taken for G, and not for one another. */
export const areConfusable = (a: string, b: string): boolean => a !== b && ALIKE.some((group) => group.includes(a) && group.includes(b))

/** Each letter's stand-in: groups that share a letter share it. Stored with tickets and vehicles, so it must not change. */
const FOLD = new Map<string, string>()
for (const group of ALIKE) {
  const known = [...group].map((letter) => FOLD.get(letter)).find((stand) => stand !== undefined)
  for (const letter of group) FOLD.set(letter, known ?? group.charAt(0))
}

/** Equal for texts that differ only by confusable letters, and for few others; an index key, never shown. */
export const confusableKey = (of: string): string => [...of].map((letter) => FOLD.get(letter) ?? letter).join('')
