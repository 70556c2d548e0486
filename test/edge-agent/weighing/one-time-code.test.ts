import { expect, it } from 'vitest'
import { playLane } from '../../builders/lane.ts'
import { aTicketNumber } from '../../builders/ticket.ts'

/** A truck whose plate no camera reads: the sign shows a code, its driver sends it with his ticket. */
function unread() {
  const lane = playLane()
  lane.starts()
  lane.weighsVehicle(null, 15_800)
  expect(lane.state.phase).toBe('asking')
  return lane
}

it('the code is shown, and the claim that names it has the truck weighed again as the one that ticket is for', () => {
  const lane = unread()
  expect(lane.effects.findLast((effect) => effect.kind === 'tell-driver')).toMatchObject({ say: 'show-code', facts: { code: '246813' } })
  lane.claims(aTicketNumber(), '246813')
  expect(lane.state).toMatchObject({ phase: 'positioning', visit: { claimed: aTicketNumber(), shown: aTicketNumber(), code: null } })
  lane.stands()
  expect(lane.weighings().at(-1)).toMatchObject({
    verdict: 'open',
    ticket: aTicketNumber(),
    vehicle: { match: 'code' },
    again: { nth: 2, because: 'claim' },
  })
})

it('a wrong code changes nothing, and after five of them the right one does not either', () => {
  const lane = unread()
  for (let n = 0; n < 5; n += 1) lane.claims(aTicketNumber(), '000000')
  expect(lane.state.phase).toBe('asking')
  lane.claims(aTicketNumber(), '246813')
  lane.wait(4_000)
  expect([lane.state.phase, lane.weighings().length, lane.gates().includes('exit open')]).toEqual(['asking', 1, false])
})

it('lives no longer than the question to the operator', () => {
  const lane = unread()
  lane.wait(61_000)
  expect(lane.state.phase).toBe('held')
  lane.claims(aTicketNumber(), '246813')
  expect(lane.state.phase).toBe('held')
})

it('is not made where a plate was read', () => {
  const lane = playLane({ dossier: { policyAge: 800_000_000 as never } })
  lane.starts()
  lane.weighsVehicle('陕K12345', 15_800)
  expect(lane.state.phase).toBe('asking')
  expect(lane.effects.some(({ kind }) => kind === 'make-code')).toBe(false)
})
