import { CHEAT_KINDS, type CheatKind, playCheat } from './cheats.ts'
import { playVisit, type Stage, type StoryKind, type VisitDone } from './visits.ts'

const isCheat = (kind: StoryKind): kind is CheatKind => (CHEAT_KINDS as readonly string[]).includes(kind)

/** Plays any story of the mine to its end. Null when the mine stopped, or when nobody was there to play it (no ticket, no vehicle). */
export const playStory = (kind: StoryKind, stage: Stage): Promise<VisitDone | null> =>
  isCheat(kind) ? playCheat(kind, stage) : playVisit(kind, stage)
