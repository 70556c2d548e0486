import { expect, it } from 'vitest'
import type { DialectSettings, ScaleDialect } from '#dialects/scale/reading'
import { SCALE_DIALECTS } from '#dialects/scale/scale-dialects'
import type { Line } from '../../simulators/line.ts'
import { random } from '../../simulators/random.ts'
import { scaleSimulator } from '../../simulators/scale.ts'
import { manualClock } from '../support/manual-clock.ts'

/** A line whose reader takes everything at once and does nothing else. */
const lineInto = (said: number[]): Line => ({
  address: 'serial:///nowhere',
  write: (bytes) => void said.push(...bytes),
  waiting: () => 0,
  attended: () => true,
  whenAttended: async () => {},
  unplug: () => {},
  replug: async () => {},
  stop: async () => {},
})

/** What the indicator says to these pieces of a question, a moment apart. */
async function answerTo(pieces: readonly Uint8Array[], dialect: ScaleDialect, settings: DialectSettings): Promise<number[]> {
  const said: number[] = []
  const clock = manualClock()
  const line = lineInto(said)
  const scale = scaleSimulator({ line, dialect, settings, eKg: 20, clock, random: random(1), weight: () => 14_300 })
  for (const piece of pieces) {
    scale.hear(piece)
    await clock.advance(1)
  }
  await clock.advance(100)
  await scale.stop()
  return said
}

const asked = Object.values(SCALE_DIALECTS).flatMap((dialect) =>
  dialect.asking === null ? [] : [{ name: dialect.name, dialect, ask: dialect.asking.ask }],
)

it.each(asked)('a question of $name is answered the same wherever it is cut in two on its way', async ({ dialect, ask }) => {
  const settings: DialectSettings = dialect.asksByDefault === false ? { ask: true } : {}
  const question = ask(settings)
  const whole = await answerTo([question], dialect, settings)
  expect(whole.length).toBeGreaterThan(0)
  for (let at = 1; at < question.length; at += 1)
    expect(await answerTo([question.subarray(0, at), question.subarray(at)], dialect, settings), `cut at ${at}`).toEqual(whole)
})
