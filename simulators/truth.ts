import type { Instant } from '#edge/units'

/**
 * What really happened at a lane, kept by the plant and never told to the agent: tests and the demo's log compare what the system
 * says with it.
 */
export type Truth = { readonly at: Instant; readonly lane: string } & (
  | { readonly kind: 'relay'; readonly output: Output; readonly on: boolean }
  | { readonly kind: 'arm'; readonly gate: 'entry' | 'exit'; readonly is: 'up' | 'down' | 'broken' | 'mended' }
  | { readonly kind: 'boarded'; readonly plate: string; readonly weightKg: number }
  | { readonly kind: 'backed-off'; readonly plate: string; readonly weightKg: number }
  /** Left by the exit: with the arm raised for it, or without. */
  | { readonly kind: 'passage' | 'escape'; readonly plate: string; readonly weightKg: number }
)

export const OUTPUTS = ['entryOpen', 'entryClose', 'exitOpen', 'exitClose', 'entryGreen', 'exitGreen', 'siren'] as const
export type Output = (typeof OUTPUTS)[number]
