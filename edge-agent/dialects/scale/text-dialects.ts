import type { ScaleDialect } from './reading.ts'

/** The dialects that are printable characters in a row. */
export const TEXT_DIALECTS: readonly ScaleDialect[] = []
