import type { Exact, Reading, RejectReason, WeightMode, WeightUnit } from './reading.ts'
import type { Facts } from './text-fields.ts'

/** All that is known of a line while it is read. */
export interface Draft {
  stable: boolean | null
  mode: WeightMode | null
  unit: WeightUnit | null
  overload: boolean | null
  underload: boolean | null
  zero: boolean | null
  invalid: boolean
  highResolution: boolean
  /** What is done with the number. */
  use: 'as-it-is' | 'aside' | 'none'
  negative: boolean
  /** A number that is none is kept with its reason: a status behind it may yet say not to use it. */
  weight: Exact | RejectReason | null
  tare: Exact | null
  address: string | null
  /** What the number's own characters said, to be said last. */
  filled: Facts | null
}

export function newDraft(says: Facts): Draft {
  const draft: Draft = {
    stable: null,
    mode: null,
    unit: null,
    overload: null,
    underload: null,
    zero: null,
    invalid: false,
    highResolution: false,
    use: 'as-it-is',
    negative: false,
    weight: null,
    tare: null,
    address: null,
    filled: null,
  }
  tell(draft, says)
  return draft
}

/** What is told later wins. */
export function tell(draft: Draft, facts: Facts): void {
  if (facts.stable !== undefined) draft.stable = facts.stable
  if (facts.mode !== undefined) draft.mode = facts.mode
  if (facts.unit !== undefined) draft.unit = facts.unit
  if (facts.overload !== undefined) draft.overload = facts.overload
  if (facts.underload !== undefined) draft.underload = facts.underload
  if (facts.zero !== undefined) draft.zero = facts.zero
  if (facts.negative !== undefined) draft.negative = facts.negative
  if (facts.number !== undefined) draft.use = facts.number
  if (facts.valid === false) draft.invalid = true
  if (facts.highResolution) draft.highResolution = true
}

/** The reading a finished draft is, or why it is none. */
export function readingOf(draft: Draft): Reading | RejectReason {
  if (draft.filled) tell(draft, draft.filled)
  const { use, invalid, highResolution, address } = draft
  const exact = typeof draft.weight === 'object' ? draft.weight : null
  if (use === 'as-it-is' && exact === null) return typeof draft.weight === 'string' ? draft.weight : 'bad-number'
  const digits = exact && draft.negative && exact.digits > 0 ? -exact.digits : (exact?.digits ?? null)
  const reading: Reading = {
    digits: use === 'as-it-is' ? digits : null,
    decimals: use === 'none' || !exact ? null : exact.decimals,
    unit: draft.unit,
    stable: draft.stable,
    mode: draft.mode,
    overload: draft.overload,
    underload: draft.underload,
    zero: draft.zero,
    tare: draft.tare,
  }
  const aside = use === 'aside' && exact && digits !== null ? { digits, decimals: exact.decimals } : null
  if (!aside && !invalid && !highResolution && address === null) return reading
  return {
    ...reading,
    beside: {
      ...(aside && { frameValue: aside }),
      ...(invalid && { valid: false }),
      ...(highResolution && { highResolution }),
      ...(address !== null && { address }),
    },
  }
}
