/**
 * Lanes are chosen by their number on the screen, 1 to 16. Up to nine lanes one digit is enough; with more, a first digit that could
 * begin a longer number waits for the second, or for Enter.
 */
export interface LaneChoice {
  /** Digits typed so far that name no lane for certain. */
  readonly typed: string
  /** The lane that was chosen by this key, from 0; null: none yet. */
  readonly chosen: number | null
}

export function laneByDigit(typed: string, digit: number, lanes: number): LaneChoice {
  const text = typed + String(digit)
  const number = Number(text)
  if (number < 1 || number > lanes) return { typed: '', chosen: null }
  return number * 10 <= lanes ? { typed: text, chosen: null } : { typed: '', chosen: number - 1 }
}

export const laneByEnter = (typed: string, lanes: number): LaneChoice => {
  const number = Number(typed)
  return { typed: '', chosen: number >= 1 && number <= lanes ? number - 1 : null }
}
