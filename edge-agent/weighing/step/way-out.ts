import type { Gate, InPhase, Rules } from '../vocabulary.ts'

/** Over which side it went, as far as a sensor noticed it before the weight was gone: the next vehicle may be there soon after. */
export function wayOut({ timeline, offSince, visit }: InPhase<'clearing'>, rules: Rules): Gate | null {
  const since = visit?.letGoAt ?? null
  if (since === null || offSince === null) return null
  const edge = rules.fitted.includes('entry-beam') ? 'entry-beam' : 'entry-loop'
  const last = timeline.findLast(
    ([when, sensor, on]) =>
      on && when >= since && when <= offSince && (sensor === edge || sensor === 'exit-beam' || sensor === 'exit-loop'),
  )
  return last ? (last[1] === edge ? 'entry' : 'exit') : null
}

/**
 * Let go, it went back over the entry and never came to the exit: whoever stands on the exit's loop then is somebody else, and does not
 * leave on its release.
 */
export function hasTurnedBack(state: InPhase<'clearing'>, rules: Rules): boolean {
  const { timeline, offSince, visit } = state
  const since = visit?.letGoAt ?? null
  if (since === null || offSince === null || wayOut(state, rules) !== 'entry') return false
  return !timeline.some(
    ([when, sensor, on]) => on && when >= since && when <= offSince && (sensor === 'exit-beam' || sensor === 'exit-loop'),
  )
}
