import { describe, expect, it } from 'vitest'
import { aKnownTare, aRecentWeighing } from '../../builders/history.ts'
import { playLane, someRules } from '../../builders/lane.ts'
import { aBookTicket, aPolicy, aStaffCar, aTare, aTicketNumber, NOON } from '../../builders/ticket.ts'

/** Visits that are no ordinary load: each has its way through the lane, its record and its words, and none is a hole. */
const layout = (differing: Partial<ReturnType<typeof someRules>['layout']>) => ({
  rules: { layout: { ...someRules().layout, ...differing } },
})
function played(options: Parameters<typeof playLane>[0], plate: string, kg: number) {
  const lane = playLane(options)
  lane.starts()
  lane.weighsVehicle(plate, kg)
  return lane
}
const codes = (lane: ReturnType<typeof playLane>): string[] => lane.weighings().flatMap(({ findings }) => findings.map(({ code }) => code))

describe('one pass', () => {
  const policy = aPolicy({ storedTareHours: 72 })
  it('a loaded truck is weighed once, on its stored tare, and its ticket goes from issued to released', () => {
    const lane = played({ ...layout({ storedTare: true }), dossier: { policy, tares: [aKnownTare()] } }, '陕K12345', 46_600)
    expect(lane.weighings()).toMatchObject([{ kind: 'gross', verdict: 'open', netKg: 30_800, tare: { kg: 15_800, seq: 7 }, findings: [] }])
    expect(lane.tickets()).toEqual(['issued → released, keep'])
  })
  it('without a tare that counts it is held and told to weigh empty; a person who lets it go uses its ticket up', () => {
    const lane = played({ ...layout({ storedTare: true }), dossier: { policy, tares: [] } }, '陕K12345', 46_600)
    expect(lane.weighings()).toMatchObject([{ kind: 'gross', verdict: 'hold', netKg: null, tare: null }])
    expect(codes(lane)).toEqual(['tare-missing', 'pair-unknown'])
    expect(lane.tickets()).toEqual([])
    lane.operator('release', 'papers-checked')
    expect(lane.tickets()).toEqual(['issued → released, keep'])
  })
})

describe('separate lanes', () => {
  it('a loaded truck on the empty scale is held; let go, it still has its ticket', () => {
    const lane = played(layout({ serves: 'tare' }), '陕K12345', 46_600)
    expect(lane.weighings()).toMatchObject([{ kind: 'check', verdict: 'hold' }])
    expect(codes(lane)).toEqual(['wrong-lane'])
    lane.operator('release', 'checked-by-eye')
    expect(lane.tickets()).toEqual([])
  })
  it('tare on one lane, gross on the other', () => {
    const tare = played(layout({ serves: 'tare' }), '陕K12345', 15_800)
    expect(tare.tickets()).toEqual(['issued → checked-in, this-weighing'])
    const gross = played({ ...layout({ serves: 'gross' }), dossier: { tickets: [aBookTicket({ tare: aTare() })] } }, '陕K12345', 46_600)
    expect(gross.weighings()).toMatchObject([{ kind: 'gross', verdict: 'open', findings: [] }])
  })
})

it('a registered car passes under its cap without a ticket, and its weighing is on record', () => {
  const lane = played({ dossier: { tickets: [], register: [aStaffCar()] } }, '陕K5566A', 1_860)
  expect(lane.weighings()).toMatchObject([{ kind: 'check', pass: 'non-cargo', verdict: 'open', findings: [] }])
  lane.leavesByExit()
  expect(lane.passages()).toMatchObject([{ free: true }])
  expect(lane.alarms()).toEqual([])
})

it('a water truck over its cap is held, and so is a car nobody registered', () => {
  const water = played({ dossier: { tickets: [], register: [aStaffCar({ what: '洒水车', capKg: 12_000 })] } }, '陕K5566A', 31_000)
  expect(water.weighings()).toMatchObject([{ pass: 'unknown', verdict: 'hold' }])
  expect(codes(water)).toEqual(['non-cargo-over-cap'])
  expect(codes(played({ dossier: { tickets: [], register: [] } }, '陕K5566A', 1_860))).toEqual(['no-ticket'])
})

it('a truck that did not load leaves empty, and its ticket stays', () => {
  const lane = played({ dossier: { tickets: [aBookTicket({ tare: aTare() })] } }, '陕K12345', 15_940)
  expect(lane.weighings()).toMatchObject([{ kind: 'check', pass: 'empty-exit', verdict: 'open' }])
  expect(lane.tickets()).toEqual([])
  lane.leavesByExit()
  expect(lane.alarms()).toEqual([])
})

it('an overloaded truck is sent to tip off, comes back lighter and leaves; both weighings stand', () => {
  const tickets = [aBookTicket({ tare: aTare(), ticket: { plannedNetKg: 33_000 } })]
  const lane = played({ dossier: { tickets, tares: [aKnownTare()], recent: [] } }, '陕K12345', 52_400)
  expect(lane.weighings()).toMatchObject([{ verdict: 'hold' }])
  expect(codes(lane)).toContain('over-legal-limit')
  lane.reversesOff()
  lane.clears()
  lane.wait(60_000)
  const before = aRecentWeighing({
    weightKg: 52_400,
    at: new Date(NOON).toISOString(),
    verdict: 'hold',
    ticket: aTicketNumber(),
    codes: ['over-legal-limit', 'net-over-planned'],
  })
  lane.nextDossier({ recent: [before] })
  lane.weighsVehicle('陕K12345', 48_600)
  expect(lane.weighings()[1]).toMatchObject({ verdict: 'open', netKg: 32_800, findings: [] })
  lane.leavesByExit()
  expect(lane.passages().at(-1)).toMatchObject({ free: true })
})

it('a tare of another site counts where the policy says so, and the weighing names it', () => {
  const elsewhere = aKnownTare({ site: 'washery' as never, seq: 90 })
  const policy = aPolicy({ tareOfOtherSites: true })
  const lane = played({ dossier: { policy, tares: [elsewhere] } }, '陕K12345', 46_600)
  expect(lane.weighings()).toMatchObject([
    {
      kind: 'gross',
      verdict: 'open',
      netKg: 30_800,
      tare: { seq: 90 },
      findings: [{ code: 'tare-other-site', facts: { tareSite: 'washery' } }],
    },
  ])
})

it('a tractor with a trailer it was never weighed with is weighed empty, and that is told', () => {
  const lane = playLane({ dossier: { tares: [aKnownTare()] } })
  lane.starts()
  lane.arrives('陕K12345')
  lane.drivesOn(15_100)
  lane.seen('陕K9917挂', { camera: 'rear' })
  lane.stands()
  expect(lane.weighings()).toMatchObject([
    { kind: 'tare', verdict: 'open', findings: [{ code: 'pair-unknown', facts: { trailer: '陕K9917挂' } }] },
  ])
})
