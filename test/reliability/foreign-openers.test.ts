import { expect, it } from 'vitest'
import { foreignOpeners } from './foreign-openers.ts'

const OPENERS = 2

it('other programs are kept out of the ledger while a lane weighs; one that came first is told of, and nothing is lost', {
  timeout: 600_000,
}, async () => {
  const { broken, gotIn, refused, acknowledged, longestMs, logBytes } = await foreignOpeners({ openers: OPENERS, seed: 1 })
  expect(broken.join('\n')).toBe('')
  expect(gotIn).toEqual([])
  expect(refused).toBeGreaterThanOrEqual(9 * OPENERS)
  expect(Math.max(logBytes.most, logBytes.atTheEnd)).toBeLessThan(64 * 1024 * 1024)
  console.log(
    `${OPENERS} other programs refused ${refused} times, ${acknowledged} records acknowledged, 0 lost; ` +
      `the longest write took ${longestMs} ms, the log had ${logBytes.most} bytes at most`,
  )
})
