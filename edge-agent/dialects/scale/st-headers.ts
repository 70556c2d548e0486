import type { Means } from './text-fields.ts'

/**
 * The headers that many makers share (A&D, Excell, General Measure, LIDEN, CAS, DIGI, Dini Argeo). OL and LO are "out of range",
 * over or under: the digits of such a line are never a weight, whatever they look like (blanks, nines, the last weight).
 */
export const STATE_HEADER: Means = {
  ST: { stable: true },
  US: { stable: false },
  OL: { overload: true, stable: null, zero: null, number: 'none' },
  LO: { overload: true, stable: null, zero: null, number: 'none' },
  UL: { underload: true, overload: null, stable: null, zero: null, number: 'none' },
  // Hold: the number is kept, not weighed now.
  HD: { stable: null },
}

export const KIND_HEADER: Means = {
  GS: { mode: 'gross' },
  NT: { mode: 'net' },
  TR: { mode: 'tare' },
  PT: { mode: 'tare' },
}

export const KIND_LETTER: Means = { G: { mode: 'gross' }, N: { mode: 'net' }, T: { mode: 'tare' } }
