/** What a table of words says of one; undefined for a word that is not in it, however hostile. */
export const known = <T>(table: Readonly<Record<string, T>>, word: string | null): T | undefined =>
  word !== null && Object.hasOwn(table, word) ? table[word] : undefined
