import type { PlateColour } from '#edge/plate'
import type { Instant } from '#edge/units'

/** What a simulated camera saw, for the encoders of every maker; each says it in its own words, as far as it has them. */
export interface Passage {
  readonly device: string
  readonly at: Instant
  /** The maker's record number, where it has one: the same for every repeat. */
  readonly record: string
  /** Null: a vehicle on which no plate was seen. */
  readonly text: string | null
  readonly colour: PlateColour
  /** 0–100. */
  readonly confidence: number
  /** In the maker's words. */
  readonly direction?: string
  readonly lane?: number
  readonly backfill?: boolean
  /** The camera opened a barrier by itself. */
  readonly openedByCamera?: boolean
  /** JPEGs: the whole picture and the plate. */
  readonly pictures?: { readonly full: Uint8Array; readonly plate: Uint8Array }
}
