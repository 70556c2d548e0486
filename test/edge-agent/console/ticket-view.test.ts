import { expect, it } from 'vitest'
import { consoleTicket } from '../../../edge-agent/console/ticket-view.ts'
import { playLane } from '../../builders/lane.ts'
import { aBookTicket, aTare } from '../../builders/ticket.ts'

/** A truck on the platform with its ticket, as the console shows it. */
function weighed(kg: number, known: ReturnType<typeof aBookTicket>) {
  const lane = playLane({ dossier: { tickets: [known] } })
  lane.starts()
  lane.weighsVehicle('陕K12345', kg)
  return (weightKg: number | null, has: typeof known | null = known) => consoleTicket(lane.state, weightKg, lane.rules, { get: () => has })
}

it('what a truck may still load is the planned net less what stands there beyond its tare', () => {
  const known = aBookTicket({ ticket: { plannedNetKg: 33_000 }, tare: aTare() })
  const tare = known.tare?.kg ?? expect.unreachable()
  const shown = weighed(tare + 30_000, known)
  expect(shown(tare + 30_000)).toMatchObject({ tareKg: tare, plannedNetKg: 33_000, remainingKg: 3_000 })
  expect(shown(tare + 34_000)?.remainingKg).toBe(-1_000)
  // With no vehicle's weight to be seen the weighing stands for it.
  expect([shown(null)?.remainingKg, shown(40)?.remainingKg]).toEqual([3_000, 3_000])
})

it('before the tare nobody knows it, and a ticket that the book has no more is not shown', () => {
  const known = aBookTicket({ tare: null })
  const shown = weighed(15_800, known)
  expect(shown(15_800)).toMatchObject({ number: known.ticket.number, tareKg: null, remainingKg: null })
  expect(shown(15_800, null)).toBeNull()
})
