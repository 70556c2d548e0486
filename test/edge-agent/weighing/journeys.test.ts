import { expect, it } from 'vitest'
import { hours } from '#edge/units'
import { playLane } from '../../builders/lane.ts'
import { aBookTicket, aPolicy, aStaffCar, aTare, aTicketNumber, aVehicle } from '../../builders/ticket.ts'

const phases = (lane: ReturnType<typeof playLane>): string[] =>
  lane.steps.map(({ after }) => after.phase).filter((phase, at, all) => phase !== all[at - 1])

it('an empty truck with a ticket is weighed, its tare entered, and let go', () => {
  const lane = playLane()
  lane.starts()
  lane.weighsVehicle('陕K12345', 15_800)
  expect(phases(lane)).toEqual(['starting', 'clearing', 'idle', 'arriving', 'boarding', 'positioning', 'settling', 'released'])
  const [weighing] = lane.weighings()
  expect(weighing).toMatchObject({
    kind: 'tare',
    pass: 'coal',
    weightKg: 15_800,
    verdict: 'open',
    zeroBeforeKg: 0,
    ticket: aTicketNumber(),
  })
  expect(weighing?.vehicle).toMatchObject({ plate: '陕K12345', match: 'same' })
  expect(lane.effects).toContainEqual({
    kind: 'use-ticket',
    number: aTicketNumber(),
    from: 'issued',
    to: 'checked-in',
    tare: 'this-weighing',
  })
  lane.leavesByExit()
  lane.clears()
  expect(lane.state.phase).toBe('idle')
  expect(lane.gates()).toEqual(['entry open', 'entry close', 'exit open', 'exit close'])
  expect(lane.passages()).toMatchObject([{ free: true, body: { passage: 1, visit: 1, plate: '陕K12345', zeroAfterKg: 0 } }])
  expect(lane.alarms()).toEqual([])
})

it('a loaded truck is judged by net, plan and legal limit, and its ticket is used up', () => {
  const lane = playLane({ dossier: { tickets: [aBookTicket({ tare: aTare() })] } })
  lane.starts()
  lane.weighsVehicle('陕K12345', 46_600)
  expect(lane.weighings()[0]).toMatchObject({ kind: 'gross', netKg: 30_800, tare: { kg: 15_800 }, verdict: 'open', findings: [] })
  expect(lane.effects).toContainEqual({ kind: 'use-ticket', number: aTicketNumber(), from: 'checked-in', to: 'released', tare: 'keep' })
})

it('a truck without a ticket is held, backs off, and the lane is free again', () => {
  const lane = playLane({ dossier: { tickets: [], register: [] } })
  lane.starts()
  lane.weighsVehicle('陕K99887', 46_600)
  expect(lane.state.phase).toBe('held')
  expect(lane.weighings()[0]).toMatchObject({ kind: 'check', pass: 'unknown', verdict: 'hold', ticket: null })
  expect(lane.said().at(-1)).toBe('held')
  lane.reversesOff()
  lane.clears()
  expect(lane.state.phase).toBe('idle')
  expect(lane.alarms()).toEqual([])
  expect(lane.gates()).toEqual(['entry open', 'entry close', 'entry open', 'entry close'])
})

it('an overloaded truck raises an alarm, tips off, and passes when it is weighed again', () => {
  const lane = playLane({ dossier: { tickets: [aBookTicket({ ticket: { plannedNetKg: 33_000 }, tare: aTare() })] } })
  lane.starts()
  lane.weighsVehicle('陕K12345', 52_400)
  expect(lane.alarms()).toMatchObject([{ kind: 'overload', occurrence: 'north/visit-1', facts: { limitKg: 49_000, overKg: 3_400 } }])
  lane.reversesOff()
  lane.clears()
  lane.wait(60_000)
  lane.weighsVehicle('陕K12345', 48_600)
  expect(lane.weighings().map(({ verdict }) => verdict)).toEqual(['hold', 'open'])
  lane.leavesByExit()
  lane.clears()
  expect(lane.alarms()).toHaveLength(1)
})

it("another truck's ticket is no ticket", () => {
  const other = aBookTicket({ ticket: { number: aTicketNumber(2), plate: '陕K77777' } })
  const lane = playLane({ dossier: { tickets: [other], register: [] } })
  lane.starts()
  lane.arrives('陕K12345')
  lane.shows(aTicketNumber(2))
  lane.drivesOn(46_600)
  lane.stands()
  expect(lane.weighings()[0]).toMatchObject({ verdict: 'hold', ticket: null })
  expect(lane.alarms()).toMatchObject([{ kind: 'ticket-mismatch', facts: { number: aTicketNumber(2), ticketPlate: '陕K77777' } }])
})

it('a plate misread by one letter finds the one ticket that fits, and says so', () => {
  const lane = playLane({ dossier: { tickets: [aBookTicket({ ticket: { plate: '陕K18345' } })], register: [] } })
  lane.starts()
  lane.weighsVehicle('陕K1B345', 15_800)
  expect(lane.weighings()[0]).toMatchObject({
    verdict: 'open',
    vehicle: { plate: '陕K18345', match: 'near' },
    findings: [{ code: 'plate-near', mode: 'observe', facts: { seen: '陕K1B345' } }],
  })
})

it('a staff car passes under its cap, a short vehicle that leaves the platform before it reaches the loop', () => {
  const lane = playLane({ dossier: { tickets: [], register: [aStaffCar()] } })
  lane.starts()
  lane.weighsVehicle('陕K5566A', 1_860)
  expect(lane.weighings()[0]).toMatchObject({ pass: 'non-cargo', verdict: 'open', ticket: null })
  lane.weighs(0)
  lane.wait(1_500)
  lane.sensor('exit-loop', true)
  lane.wait(500)
  lane.sensor('exit-loop', false)
  lane.clears()
  expect(lane.passages()).toMatchObject([{ free: true }])
  expect(lane.alarms()).toEqual([])
  expect(lane.state.phase).toBe('idle')
})

it('a truck as light as it came leaves empty and keeps its ticket', () => {
  const lane = playLane({ dossier: { tickets: [aBookTicket({ tare: aTare() })] } })
  lane.starts()
  lane.weighsVehicle('陕K12345', 15_860)
  expect(lane.weighings()[0]).toMatchObject({ kind: 'check', pass: 'empty-exit', verdict: 'open', netKg: null })
  expect(lane.effects.some(({ kind }) => kind === 'use-ticket')).toBe(false)
})

it('a truck that drives through is an escape at the instant it reaches the loop, and one alarm only', () => {
  const lane = playLane({ dossier: { tickets: [], register: [] } })
  lane.starts()
  lane.arrives('陕K99887')
  lane.drivesOn(46_600)
  lane.sensor('exit-loop', true)
  expect(lane.alarms()).toMatchObject([
    { kind: 'escape', severity: 'critical', occurrence: 'north/1', facts: { plate: '陕K99887', weightKg: 46_600, phase: 'positioning' } },
  ])
  expect(lane.state.siren).toBe(true)
  lane.sensor('exit-arm-down', false)
  // A trailer lets go of the loop between its axles.
  lane.wait(300)
  lane.sensor('exit-loop', false)
  lane.wait(300)
  lane.sensor('exit-loop', true)
  lane.wait(300)
  lane.weighs(0)
  lane.sensor('exit-loop', false)
  lane.clears()
  expect(lane.alarms()).toHaveLength(1)
  expect(lane.passages()).toMatchObject([{ free: false, body: { passage: 1, plate: '陕K99887' } }])
  expect(lane.state).toMatchObject({ phase: 'idle', siren: false })
})

it('a held truck that leaves by the exit is called that', () => {
  const lane = playLane({ dossier: { tickets: [], register: [] } })
  lane.starts()
  lane.weighsVehicle('陕K99887', 46_600)
  lane.leavesByExit()
  lane.clears()
  expect(lane.alarms().map(({ kind }) => kind)).toContain('held-vehicle-left')
  expect(lane.alarms().filter(({ kind }) => kind === 'escape')).toEqual([])
})

it('a vehicle that rolls off the platform without a loop is a drive-off, and nobody is let in before a person has looked', () => {
  const lane = playLane({ dossier: { tickets: [], register: [] } })
  lane.starts()
  lane.weighsVehicle('陕K99887', 46_600)
  // Axle by axle: what vanishes at once was set to zero.
  lane.weighs(1_200)
  lane.wait(400)
  lane.weighs(0)
  lane.clears()
  expect(lane.alarms()).toMatchObject([{ kind: 'drive-off', occurrence: 'north/visit-1' }])
  expect(lane.state).toMatchObject({ phase: 'blocked', why: 'weight-untrusted' })
  lane.operator('resume', 'checked-by-eye')
  lane.clears()
  expect([lane.state.phase, lane.alarms().length]).toEqual(['idle', 1])
})

it('an arm that goes up without an order is a forced gate, each time anew', () => {
  const lane = playLane()
  lane.starts()
  lane.sensor('exit-arm-down', false)
  lane.wait(2_000)
  lane.sensor('exit-arm-down', true)
  lane.wait(2_000)
  lane.sensor('exit-arm-down', false)
  expect(lane.alarms().map(({ kind, occurrence }) => `${kind} ${occurrence}`)).toEqual([
    'forced-gate north/forced-1',
    'forced-gate north/forced-2',
  ])
})

it('an operator who is asked releases with a reason, and the ticket is used then', () => {
  const lane = playLane({ dossier: { policyAge: hours(200) } })
  lane.starts()
  lane.weighsVehicle('陕K12345', 15_800)
  expect(lane.state.phase).toBe('asking')
  expect(lane.gates()).not.toContain('exit open')
  lane.operator('release', '已核对车辆')
  expect(lane.steps.at(-1)?.effects.map((effect) => (effect.kind === 'write' ? effect.record.kind : effect.kind))).toEqual([
    'decision',
    'use-ticket',
    'gate',
    'light',
    'tell-driver',
  ])
  lane.leavesByExit()
  expect(lane.passages()).toMatchObject([{ free: true }])
})

it('an operator who does not answer in time has held the truck', () => {
  const lane = playLane({ dossier: { policyAge: hours(200), policy: aPolicy({ askSeconds: 10 }) } })
  lane.starts()
  lane.weighsVehicle('陕K12345', 15_800)
  lane.wait(11_000)
  expect(lane.state.phase).toBe('held')
  expect(lane.records().flatMap((record) => (record.kind === 'decision' ? [record.body.act] : []))).toEqual(['timed-out'])
})

it('a truck that turns away at the entry leaves no weighing', () => {
  const lane = playLane()
  lane.starts()
  lane.arrives('陕K12345')
  lane.sensor('entry-loop', false)
  lane.wait(65_000)
  expect(lane.state.phase).toBe('idle')
  expect(lane.weighings()).toEqual([])
  expect(lane.gates()).toEqual(['entry open', 'entry close'])
})

it('a truck that backs off while it is weighed leaves no weighing and no alarm', () => {
  const lane = playLane()
  lane.starts()
  lane.arrives('陕K12345')
  lane.drivesOn(15_800)
  lane.reversesOff()
  lane.clears()
  expect(lane.state.phase).toBe('idle')
  expect(lane.weighings()).toEqual([])
  expect(lane.alarms()).toEqual([])
})

it('a vehicle that rolls on through an open gate is weighed like any other', () => {
  const lane = playLane({ dossier: { tickets: [], register: [] } })
  lane.starts()
  lane.drivesOn(15_800)
  lane.stands()
  expect(lane.state.phase).toBe('asking')
  expect(lane.weighings()[0]).toMatchObject({ findings: [{ code: 'no-plate' }], verdict: 'ask' })
})

it('the next truck, read while it waits, is known when its turn comes', () => {
  const next = aBookTicket({ ticket: { plate: '陕K55555', number: aTicketNumber(5) } })
  const lane = playLane({ dossier: { tickets: [aBookTicket(), next], register: [] } })
  lane.starts()
  lane.weighsVehicle('陕K12345', 15_800)
  lane.seen('陕K55555')
  lane.sensor('entry-loop', true)
  lane.leavesByExit()
  lane.wait(5_000)
  lane.drivesOn(15_600)
  lane.stands()
  expect(lane.weighings().map(({ vehicle }) => vehicle.plate)).toEqual(['陕K12345', '陕K55555'])
})

it('a camera that tells old stories starts nothing, and neither does the truck that has just left', () => {
  const lane = playLane()
  lane.starts()
  lane.seen('陕K12345', { backfill: true })
  expect(lane.state.phase).toBe('idle')
  lane.weighsVehicle('陕K12345', 15_800)
  lane.leavesByExit()
  lane.clears()
  lane.seen('陕K12345')
  expect(lane.state).toMatchObject({ phase: 'idle', visits: 1 })
})

it('front and rear that are two trucks wait for a person, whichever has the ticket', () => {
  const lane = playLane({ dossier: { tickets: [aBookTicket()], register: [] } })
  lane.starts()
  lane.arrives('陕K12345')
  lane.drivesOn(15_800)
  lane.seen('陕K99887', { camera: 'rear' })
  lane.stands()
  expect(lane.state.phase).toBe('asking')
  expect(lane.weighings()[0]).toMatchObject({
    verdict: 'ask',
    vehicle: { plate: '陕K12345', basis: { by: ['front'], aside: [{ text: '陕K99887', why: 'other-vehicle' }] } },
    findings: [{ code: 'two-plates', facts: { plate: '陕K12345', other: '陕K99887' } }],
  })
})

it('a tag that is registered for the truck stands beside its plate; one that is not names no other', () => {
  const own = aVehicle({ tags: ['E2000017'] })
  const lane = playLane({ dossier: { register: [own] } })
  lane.starts()
  lane.reads('E2000017')
  lane.weighsVehicle('陕K12345', 15_800)
  expect(lane.effects).toContainEqual(expect.objectContaining({ kind: 'fetch-dossier', tags: [{ by: 'tag', tag: 'E2000017' }] }))
  expect(lane.weighings()[0]).toMatchObject({ verdict: 'open', findings: [], vehicle: { basis: { by: ['front', 'tag'] } } })
  lane.reads('E2000017')
  lane.leavesByExit()
  lane.clears()
  expect(lane.state.waiting.tags).toEqual([])
  lane.nextDossier({ register: [own, aVehicle({ plate: '陕K77777', tags: ['E2000077'] })] })
  lane.wait(30_000)
  lane.arrives('陕K12345')
  lane.reads('E2000077')
  lane.drivesOn(15_800)
  lane.stands()
  expect(lane.weighings()[1]).toMatchObject({ verdict: 'ask', findings: [{ code: 'tag-other-truck', facts: { tagPlate: '陕K77777' } }] })
})

it('a tag alone names the truck, and a person is asked', () => {
  const lane = playLane({ dossier: { register: [aVehicle({ tags: ['E2000017'] })] } })
  lane.starts()
  lane.arrives(null)
  lane.reads('E2000017')
  lane.drivesOn(15_800)
  lane.stands()
  expect(lane.weighings()[0]).toMatchObject({
    verdict: 'ask',
    vehicle: { plate: '陕K12345', match: 'tag', basis: { how: 'tag', confidence: 55 } },
    ticket: aTicketNumber(),
    findings: [{ code: 'no-plate' }],
  })
})
