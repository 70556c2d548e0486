import { CHEAT_KINDS, type CheatKind } from '../cheats.ts'
import type { StoryKind } from '../visits.ts'

/** Every kind of vehicle the day sends, by what is expected of it. */
export type DayKind = StoryKind

/** Must leave without a hand. `misread` too: the camera errs, the truck is honest. */
export const HONEST_KINDS: readonly DayKind[] = ['honest', 'misread']
/** Cheats and mishaps: each must have its finding or its alarm. */
export type Cheat = CheatKind | 'no-ticket' | 'other-trucks-ticket' | 'overloaded' | 'escape' | 'bolt'
export const CHEATS: readonly Cheat[] = ['no-ticket', 'other-trucks-ticket', 'overloaded', 'escape', 'bolt', ...CHEAT_KINDS]
export const isCheat = (kind: DayKind): kind is Cheat => (CHEATS as readonly DayKind[]).includes(kind)
