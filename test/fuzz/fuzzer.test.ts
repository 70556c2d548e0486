import { expect, it } from 'vitest'
import { fuzz, type Target } from './fuzzer.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Breaks behind four comparisons in a row: blind chance would need 2^32 tries for it. */
const buried: Target = {
  name: 'buried',
  seeds: [bytes('....')],
  words: [],
  run(input) {
    if (input[0] === 0x7b) {
      if (input[1] === 0x2b) {
        if (input[2] === 0x22) {
          if (input[3] === 0x30) throw new Error('found')
        }
      }
    }
  },
}

it('finds a break behind four comparisons, because each one it passes is worth keeping', () => {
  const { found, runs } = fuzz(buried, { seed: 1, runs: 60_000, within: ['fuzzer.test'] })
  expect(found?.error.message).toBe('found')
  expect([...(found?.input ?? [])]).toEqual([0x7b, 0x2b, 0x22, 0x30])
  expect(runs).toBeLessThan(60_000)
})

it('the same seed tries the same inputs', () => {
  const tried: string[][] = [[], []]
  for (const log of tried)
    fuzz({ ...buried, name: 'repeat', run: (input) => void log.push(input.join()) }, { seed: 7, runs: 200, within: ['nowhere'] })
  expect(tried[0]).toEqual(tried[1])
})
