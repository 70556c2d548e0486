import { expect, it } from 'vitest'
import { asIfInForce, dryRunOver, type Judged } from '#weighing/dry-run'
import type { Tape } from '#weighing/tape'
import { playLane } from '../../builders/lane.ts'
import { aBookTicket, aPolicy, aTare, NOON } from '../../builders/ticket.ts'

/** Weighings as they were, under a policy that is lax in one thing and strict in another. */
const then = aPolicy({ rules: { 'net-over-planned': { mode: 'warn', basis: '' } }, otherwise: 'enforce' })
function weighed(id: string, kg: number, policy = then): Judged {
  const lane = playLane({ dossier: { tickets: [aBookTicket({ tare: aTare() })], policy } })
  lane.starts()
  lane.weighsVehicle('陕K12345', kg)
  const [taped] = lane.tapes
  const [weighing] = lane.weighings()
  if (!taped || !weighing) return expect.unreachable()
  return { id, weighing, tape: taped.tape }
}
const day = [weighed('fits', 46_600), weighed('over the plan', 48_500), weighed('overloaded', 52_400)]
async function* fetched(weighings: readonly Judged[]): AsyncGenerator<Judged> {
  yield* weighings
}
const dryRun = (policy: typeof then, weighings: readonly Judged[]) => dryRunOver(policy, fetched(weighings))
const verdicts = day.map(({ weighing }) => weighing.verdict)

it('tells what a stricter rule would have held, and why, and nothing of the others', async () => {
  expect(verdicts).toEqual(['open', 'open', 'hold'])
  const run = await dryRun({ ...then, rules: { 'net-over-planned': { mode: 'enforce', basis: '' } } }, day)
  expect([run.compared, run.before, run.after]).toEqual([3, { open: 2, hold: 1, ask: 0 }, { open: 1, hold: 2, ask: 0 }])
  expect(run.changed).toMatchObject([
    {
      id: 'over the plan',
      plate: '陕K12345',
      weightKg: 48_500,
      from: 'open',
      to: 'hold',
      because: [{ code: 'net-over-planned', mode: 'enforce' }],
    },
  ])
  expect(run.findings[0]).toEqual({ code: 'net-over-planned', found: 2, countedBefore: 0, countedAfter: 2, changed: 1 })
})

it('tells what a laxer rule would have let go, with the finding that counts no more', async () => {
  const run = await dryRun({ ...then, rules: { ...then.rules, 'over-legal-limit': { mode: 'warn', basis: '' } } }, day)
  expect(run.changed).toMatchObject([
    { id: 'overloaded', from: 'hold', to: 'open', because: [{ code: 'over-legal-limit', mode: 'enforce' }] },
  ])
})

it('judges figures anew, too: a smaller allowance finds what was within the larger', async () => {
  const run = await dryRun({ ...then, allowanceKg: 0, rules: {} }, [weighed('a little over', 47_000)])
  expect(run.changed).toMatchObject([{ from: 'open', to: 'hold', because: [{ code: 'net-over-planned', facts: { toleranceKg: 100 } }] }])
})

it('the same policy changes nothing', async () => {
  expect(await dryRun(then, day)).toMatchObject({ compared: 3, changed: [], otherwise: 0, untaped: 0 })
})

it('counts what cannot be judged again, and what this software would have decided otherwise', async () => {
  const tape = day[0]?.tape as Tape
  const [fits] = day
  if (!fits) return expect.unreachable()
  const gone: Judged = { ...fits, id: 'gone', tape: null }
  const none: Judged = { ...fits, id: 'none', tape: { ...tape, inputs: [] } }
  const older: Judged = { ...fits, id: 'older', weighing: { ...fits.weighing, verdict: 'ask' } }
  expect(await dryRun(then, [gone, none, older])).toMatchObject({ compared: 0, untaped: 2, otherwise: 1 })
})

it('a rule of next month is tried as if it were in force, one of last month not at all', () => {
  const policy = aPolicy({
    rules: {
      'net-over-planned': { mode: 'enforce', basis: 'a', from: '2026-12-01T00:00:00Z', until: '2027-12-01T00:00:00Z' },
      'no-ticket': { mode: 'enforce', basis: 'b', until: '2026-11-01T00:00:00Z' },
    },
  })
  expect(asIfInForce(policy, NOON).rules).toEqual({ 'net-over-planned': { mode: 'enforce', basis: 'a' } })
})
