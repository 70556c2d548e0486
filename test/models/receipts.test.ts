import { join } from 'node:path'
import { expect, it } from 'vitest'
import { type Checker, checkerOf, spinIsMissing } from './spin.ts'

/**
 * The receipt protocol as a model, over its whole state space for three records and any two faults (reliability.md T19); `SPIN_FAULTS`
 * asks for more of them.
 */
const FAULTS = `FAULTS=${Number(process.env.SPIN_FAULTS ?? 2)}`
const MODEL = join(import.meta.dirname, 'receipts.pml')
const CLAIMS = ['nothing_lost', 'receipts_true', 'all_delivered'] as const
const missing = spinIsMissing()
const long = { timeout: 600_000 }
const comesToPass = (claim: string): boolean => claim === 'all_delivered'

const using = <T>(switches: readonly string[], ask: (checker: Checker) => T): T => {
  const checker = checkerOf(MODEL, switches)
  try {
    return ask(checker)
  } finally {
    checker.remove()
  }
}

it.skipIf(missing !== null)('three records: nothing is lost, receipts are true, all of them arrive', long, () => {
  using([FAULTS], (checker) => {
    for (const claim of CLAIMS) {
      const { holds, states, told } = checker.check(claim, comesToPass(claim))
      expect(holds, told).toBe(true)
      console.log(`${claim}: ${states} states`)
    }
  })
})

it.skipIf(missing !== null).each<[mistake: string, claim: (typeof CLAIMS)[number], what: string]>([
  ['RECEIPT_BEFORE_COMMIT', 'receipts_true', 'the cloud says so before its COMMIT'],
  ['PRUNE_ON_PUBACK', 'nothing_lost', 'the broker’s word is taken for a receipt'],
  ['PRUNE_EARLY', 'nothing_lost', 'what is receipted is dropped while a backup without it may come back'],
  ['NEVER_BELIEVES', 'all_delivered', 'a cloud that was put back is not believed'],
  ['NO_HELLO', 'all_delivered', 'nobody says where he stands'],
])('with the mistake %s the claim %s falls: %s', long, (mistake, claim) => {
  using([mistake], (checker) => expect(checker.check(claim, comesToPass(claim)).holds).toBe(false))
})
