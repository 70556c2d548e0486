import { PHASES } from '#edge/lane-status'
import type { Phase } from './vocabulary.ts'

/**
 * From which phase the lane goes into which, and why: what `step` does, as a table. A test plays lanes of every kind at random and finds
 * no way that is not here; the diagram in `README.md` is made from it. Besides, every phase goes to `starting` when the agent starts.
 */
export const TRANSITIONS: Readonly<Record<Phase, Readonly<Partial<Record<Phase, string>>>>> = {
  starting: {
    clearing: 'heard, empty; or escape',
    boarding: 'its vehicle is here, not let go',
    held: 'its vehicle was held',
    blocked: 'interrupted, or a device silent',
    released: 'let go before, crosses now',
  },
  idle: {
    arriving: 'loop, camera or tag: entry opens',
    boarding: 'weight',
    blocked: 'silent, zero off, remote control, wrong way',
    clearing: 'a person lifts; or escape',
  },
  arriving: {
    boarding: 'weight',
    clearing: 'turned back; or escape',
    blocked: 'silent, remote control, lingers',
  },
  boarding: {
    positioning: 'entry clear: entry closes',
    clearing: 'backed off; or escape',
    blocked: 'silent, remote control, not wholly on, zeroed',
    held: 'a person holds',
    released: 'a person lifts',
  },
  positioning: {
    settling: 'beams clear',
    clearing: 'backed off; or escape',
    blocked: 'silent, remote control, never settled, two trucks, zeroed',
    held: 'a person holds',
    released: 'a person lifts',
  },
  settling: {
    released: 'verdict open; a person lifts',
    asking: 'verdict ask',
    held: 'verdict hold; a person holds',
    positioning: 'moved',
    clearing: 'backed off; or escape',
    blocked: 'silent, remote control, never settled, two trucks, zeroed, disk full',
  },
  asking: {
    released: 'a person releases or lifts',
    held: 'refused, held, or nobody answers',
    positioning: 'weighed again: claim, plate, re-weigh',
    boarding: 'weighed again, the entry open',
    clearing: 'backed off; or escape',
    blocked: 'remote control, zeroed',
  },
  held: {
    released: 'a person releases or lifts',
    positioning: 'weighed again',
    boarding: 'weighed again, the entry open',
    clearing: 'backed off; or escape',
    blocked: 'zeroed',
  },
  released: {
    clearing: 'passage; or reversed off',
    boarding: 'passage, the next one is on',
    blocked: 'does not leave',
    held: 'a person holds or voids',
    positioning: 'weighed again',
  },
  blocked: {
    clearing: 'empty; or escape',
    boarding: 'over: weighed from the start',
    positioning: 'a person has it weighed',
    released: 'a person lifts; let go before, crosses now',
    held: 'a person holds or voids',
  },
  clearing: {
    idle: 'empty and clear: arms close',
    arriving: 'empty and clear, the next one waits',
    boarding: 'the next one is on',
    released: 'let go before, crosses now',
    blocked: 'zero off; silent; zeroed',
  },
}

/** The table as a Mermaid state diagram. */
export function diagram(): string {
  const lines = PHASES.flatMap((from) =>
    PHASES.flatMap((to) => {
      const why = TRANSITIONS[from][to]
      return why === undefined ? [] : [`  ${from} --> ${to}: ${why.replaceAll(';', ',')}`]
    }),
  )
  return ['stateDiagram-v2', '  [*] --> starting', ...lines].join('\n')
}
