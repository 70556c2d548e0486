import type { Clock } from '#edge/clock'
import { seconds } from '#edge/units'
import type { Log } from '../log.ts'
import type { BoardLine } from './board-line.ts'
import type { BoardWiring } from './board-parts.ts'

/** Relays are looked at this often: a board that lost its power for a moment has let go of the siren. */
const LOOK_EVERY = seconds(5)
/** What a board never confirms is said so many times in a row: switching a light, letting go of a button. Pressing never is. */
const SAY_UNCONFIRMED = 3

export interface BoardOutputs {
  want(output: number, on: boolean): void
  /** The board was away: lights are red until somebody wants green again, and what it has is not known. */
  away(): void
  /** The board presses a button of a barrier until then; to find it on is no news. */
  pressed(output: number, until: number): void
  /** The host presses: until `letGo` the relay stays as it is. */
  hold(output: number): void
  isHeld(output: number): boolean
  /** Ahead of all that waits; where that fails, again until the board has done it. */
  letGo(output: number): Promise<void>
  letGoOfAll(): Promise<void>
  /** Sets what differs from what is wanted, and looks at the relays when it is time. */
  keepUp(): Promise<void>
}

/**
 * Lights and siren as wanted states, set again until the board has them. A relay of a barrier that is found on is shown and left
 * alone where the board presses by itself: letting go is a move too, and on a one-button barrier the next press would do the opposite.
 * Where the host presses (`hostPresses`), buttons are wanted off like a light: whatever an agent that died left pressed is let go of
 * at the start, after the board was away, and whenever it is found so.
 */
export function boardOutputs(parts: {
  readonly outputs: BoardWiring['outputs']
  readonly hostPresses: boolean
  /** The board can be asked for its relays, and whether it has started anew. */
  readonly tellsOutputs: boolean
  readonly tellsResets: boolean
  readonly line: Pick<BoardLine, 'ask'>
  readonly clock: Clock
  readonly log: Log
  remark(words: string): void
  onReset(): void
}): BoardOutputs {
  const { outputs, hostPresses, tellsOutputs, tellsResets, line, clock, log, remark, onReset } = parts
  const { entryGreen, exitGreen, siren, ...barriers } = outputs
  const lights = [entryGreen, exitGreen].filter((output) => output !== undefined)
  const buttons = Object.entries(barriers)
  const wanted = new Map<number, boolean>()
  for (const output of [...lights, ...(siren === undefined ? [] : [siren]), ...(hostPresses ? Object.values(barriers) : [])])
    wanted.set(output, false)
  const has = new Map<number, boolean>()
  const said = new Map<number, number>()
  const held = new Set<number>()
  const pressedUntil = new Map<number, number>()
  let lookedAt: number | null = null
  let shown = ''

  async function switchTo(output: number, on: boolean, urgent?: 'urgent'): Promise<void> {
    const asked = await line.ask({ kind: 'set', output, on }, urgent)
    // Meanwhile it may have become another wish: that one is carried out in the next round.
    if (asked.kind === 'accepted') has.set(output, on)
    if (asked.kind !== 'sent') return
    const times = (said.get(output) ?? 0) + 1
    said.set(output, times)
    if (times >= SAY_UNCONFIRMED) has.set(output, on)
  }

  async function set(): Promise<void> {
    for (const [output, on] of wanted) if (!held.has(output) && has.get(output) !== on) await switchTo(output, on)
  }

  async function look(): Promise<void> {
    const now = clock.monotonic()
    if (lookedAt !== null && now - lookedAt < LOOK_EVERY) return
    if (tellsResets) {
      const asked = await line.ask({ kind: 'was-reset' })
      if (asked.kind === 'reset' && asked.was) {
        has.clear()
        onReset()
      }
    }
    if (tellsOutputs) await compare()
    else {
      // Nobody can look: it is said anew, in case the board has lost it.
      if (lookedAt !== null) forget()
      lookedAt = now
    }
  }

  async function compare(): Promise<void> {
    const asked = await line.ask({ kind: 'read-outputs' })
    if (asked.kind !== 'outputs') return
    const now = clock.monotonic()
    lookedAt = now
    for (const output of wanted.keys()) has.set(output, asked.on[output] ?? false)
    const found = buttons.filter(([, output]) => asked.on[output] === true && !held.has(output) && now > (pressedUntil.get(output) ?? -1))
    const words = found.length === 0 ? '' : `found on: ${found.map(([button]) => button).join(', ')}`
    if (words !== '' && words !== shown)
      log.warn({ found: words, letGo: hostPresses }, 'a relay of a barrier is on and nobody asked for it')
    shown = words
    remark(words)
  }

  const forget = (): void => {
    has.clear()
    said.clear()
  }
  const letGo = async (output: number): Promise<void> => {
    held.delete(output)
    has.delete(output)
    said.delete(output)
    await switchTo(output, false, 'urgent')
  }

  return {
    want: (output, on) => {
      if (wanted.get(output) === on) return
      wanted.set(output, on)
      said.delete(output)
    },
    away: () => {
      for (const light of lights) wanted.set(light, false)
      held.clear()
      forget()
      lookedAt = null
    },
    pressed: (output, until) => {
      pressedUntil.set(output, until)
    },
    hold: (output) => {
      held.add(output)
    },
    isHeld: (output) => held.has(output),
    letGo,
    letGoOfAll: async () => {
      for (const output of [...held]) await letGo(output)
    },
    keepUp: async () => {
      await set()
      await look()
    },
  }
}
