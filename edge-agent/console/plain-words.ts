/**
 * A person's own words as they go into the ledger: what moves a terminal, turns the direction of text, or is no whole character becomes a
 * blank or the mark for it, so that a screen, a printout and an auditor's terminal all show the same. Blanks are folded. A database that
 * holds no U+0000 takes them, too.
 */
export const plainWords = (text: string): string =>
  text.replace(HALF_A_CHARACTER, '\ufffd').normalize('NFC').replace(UNSEEN, ' ').replace(/\s+/g, ' ').trim()

const HALF_A_CHARACTER = /\p{Surrogate}/gu
/** Control characters, and those that steer the direction of text (Unicode UAX #9). */
const UNSEEN = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu
