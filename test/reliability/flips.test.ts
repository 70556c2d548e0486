import { expect, it } from 'vitest'
import { flipBits } from './flips.ts'

const FLIPS = Number(process.env.PITGATE_FLIPS ?? '100')

it(`whatever record ${FLIPS} flipped bits, cut files and lost files take or change, the next start tells of it`, {
  timeout: 600_000,
}, async () => {
  const { silent, refused, alarmed, harmless } = await flipBits({ flips: FLIPS, seed: 1 })
  expect(silent).toEqual([])
  expect(refused + alarmed).toBeGreaterThan(FLIPS / 10)
  console.log(`${FLIPS} harms: ${refused} refused to open, ${alarmed} alarmed, ${harmless} touched no record, 0 silent`)
})
