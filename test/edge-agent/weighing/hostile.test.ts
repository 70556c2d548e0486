import { describe, expect, it } from 'vitest'
import { hours, Instant } from '#edge/units'
import { SENSORS } from '#edge/weighing'
import { playLane } from '../../builders/lane.ts'
import { aBookTicket, aPolicy, aTare, aTicketNumber } from '../../builders/ticket.ts'

/** What a cheat, a power cut or a dead clock might make of a lane. */
const TRUCK = '陕K12345'
type Played = ReturnType<typeof playLane>
const kinds = (lane: Played) => lane.alarms().map(({ kind }) => kind)
/** The power comes back, the arms stand as given. */
const again = (lane: Played, up: readonly string[] = []): void => {
  lane.tell({ kind: 'started', at: lane.at, interrupted: true })
  for (const sensor of SENSORS) lane.sensor(sensor, sensor.endsWith('arm-down') && !up.includes(sensor))
}

describe('a truck whose plate is covered', () => {
  it('does not become the one that waits behind it with a ticket', () => {
    const lane = playLane()
    lane.starts()
    lane.arrives(null)
    lane.drivesOn(15_800)
    lane.sensor('entry-loop', true)
    lane.seen(TRUCK)
    lane.stands()
    expect(lane.weighings().map(({ verdict, ticket }) => [verdict, ticket])).toEqual([['ask', null]])
  })
})

describe('a power cut after a truck was let go', () => {
  it('does not let another one leave on its release', () => {
    const lane = playLane({ dossier: { tickets: [aBookTicket({ tare: aTare() })] } })
    lane.starts()
    lane.weighsVehicle(TRUCK, 46_600)
    expect(lane.state.phase).toBe('released')
    again(lane, ['exit-arm-down', 'entry-arm-down'])
    lane.weighs(15_800)
    lane.wait(3_000)
    lane.sensor('exit-beam', true)
    lane.sensor('exit-loop', true)
    expect(kinds(lane)).toContain('escape')
  })

  it('lets itself leave on it, its front axle over the edge', () => {
    const lane = playLane({ dossier: { tickets: [aBookTicket({ tare: aTare() })] } })
    lane.starts()
    lane.weighsVehicle(TRUCK, 46_600)
    again(lane, ['exit-arm-down'])
    lane.sensor('exit-beam', true)
    lane.weighs(39_000)
    lane.wait(3_000)
    lane.sensor('exit-loop', true)
    lane.wait(1_000)
    lane.weighs(0)
    lane.wait(1_000)
    lane.sensor('exit-beam', false)
    lane.sensor('exit-loop', false)
    lane.clears()
    expect(kinds(lane)).toEqual([])
    expect(lane.passages()).toMatchObject([{ free: true }])
  })

  it('shuts an exit that stands open for a truck nobody has let go', () => {
    const lane = playLane()
    lane.starts()
    lane.arrives(TRUCK)
    lane.drivesOn(15_800)
    again(lane, ['exit-arm-down'])
    lane.wait(500)
    expect(lane.state.phase).toBe('boarding')
    expect(lane.gates()).toContain('exit close')
  })
})

it('an exit loop that is kept busy hides nobody', () => {
  const lane = playLane({
    rules: { layout: { gates: { entry: false, exit: true }, bothWays: false, serves: 'both', storedTare: false, products: [] } },
    dossier: { tickets: [] },
  })
  lane.starts()
  lane.sensor('entry-loop', true)
  lane.seen(TRUCK)
  lane.sensor('exit-loop', true)
  lane.drivesOn(46_600)
  lane.stands()
  expect(lane.state.phase).toBe('held')
  lane.sensor('exit-beam', true)
  lane.wait(1_500)
  lane.weighs(0)
  lane.wait(1_500)
  lane.sensor('exit-beam', false)
  lane.wait(2_000)
  expect(kinds(lane)).toContain('held-vehicle-left')
})

it('a ticket for little coal makes no tare of a loaded truck', () => {
  const lane = playLane({ dossier: { tickets: [aBookTicket({ ticket: { plannedNetKg: 1_000 } })] } })
  lane.starts()
  lane.weighsVehicle(TRUCK, 36_000)
  expect(lane.weighings()[0]?.findings.map(({ code }) => code)).toContain('tare-implausible')
})

it('nobody is released whom no scale has weighed', () => {
  const lane = playLane()
  lane.starts()
  lane.arrives(TRUCK)
  lane.drivesOn(15_800)
  lane.operator('hold', 'papers-checked')
  expect(lane.acts()).not.toContain('release')
})

it('a clock that has lost its battery stops no lane', () => {
  const lane = playLane({ at: Instant(86_400_000), dossier: { clock: 'untrusted', tickets: [aBookTicket({ tare: aTare() })] } })
  lane.starts()
  lane.weighsVehicle(TRUCK, 52_000)
  expect(lane.weighings()[0]?.findings.map(({ code }) => code)).toEqual(expect.arrayContaining(['clock-untrusted', 'over-legal-limit']))
})

describe('a clock that was set back while nobody was there', () => {
  const setBack = () => {
    const lane = playLane()
    lane.starts()
    lane.weighsVehicle(TRUCK, 15_800)
    lane.leavesByExit()
    lane.clears()
    return playLane({ at: Instant(lane.at - 3_600_000), state: lane.state })
  }

  it('does not make the truck that was last here unreadable', () => {
    const lane = setBack()
    lane.wait(500)
    lane.weighsVehicle(TRUCK, 15_800)
    expect(lane.weighings()[0]?.vehicle.plate).toBe(TRUCK)
  })

  it('hides no arm that is forced', () => {
    const lane = setBack()
    lane.wait(500)
    lane.sensor('exit-arm-down', false)
    expect(kinds(lane)).toEqual(['forced-gate'])
  })
})

it('a dead clock does not take a dated rule out of force', () => {
  const enforced = { mode: 'enforce', basis: '', from: '2026-01-01T00:00:00Z' } as const
  const policy = aPolicy({ otherwise: 'observe', rules: { 'over-legal-limit': enforced } })
  const lane = playLane({
    at: Instant(86_400_000),
    dossier: { clock: 'untrusted', policy, tickets: [aBookTicket({ tare: aTare({ at: '1970-01-01T20:00:00Z' }) })] },
  })
  lane.starts()
  lane.weighsVehicle(TRUCK, 52_000)
  expect(lane.weighings().map(({ verdict }) => verdict)).toEqual(['hold'])
})

describe('a policy that only observes', () => {
  const observing = aPolicy({ otherwise: 'observe', rules: {} })

  it.each([
    ['a ticket whose signature is broken', { tickets: [aBookTicket({ sealGood: false, tare: aTare() })] }],
    ['no ticket', { tickets: [] }],
    ['an attended lane', { tickets: [aBookTicket({ tare: aTare() })], policyAge: hours(500) }],
  ])('does not open by itself for %s', (_, dossier) => {
    const lane = playLane({ dossier: { ...dossier, policy: observing } })
    lane.starts()
    lane.weighsVehicle(TRUCK, 46_600)
    expect(lane.weighings().map(({ verdict }) => verdict)).toEqual(['ask'])
  })
})

describe('an indicator that is set to zero under a truck', () => {
  const zeroed = () => {
    const lane = playLane({ dossier: { tickets: [] } })
    lane.starts()
    lane.weighsVehicle(TRUCK, 46_600)
    expect(lane.state.phase).toBe('held')
    lane.wait(3_000)
    lane.weighs(0)
    lane.wait(6_000)
    return lane
  }

  it('that is held makes no empty lane of it', () => {
    const lane = zeroed()
    expect(lane.state).toMatchObject({ phase: 'blocked', why: 'weight-untrusted' })
    expect(kinds(lane)).toContain('weight-curve')
  })

  it('does not hide its escape', () => {
    const lane = zeroed()
    lane.sensor('exit-beam', true)
    lane.sensor('exit-loop', true)
    expect(kinds(lane)).toContain('held-vehicle-left')
  })
})

it('a truck that backed off keeps its ticket, whoever stands on the exit loop then', () => {
  const lane = playLane()
  lane.starts()
  lane.weighsVehicle(TRUCK, 15_800)
  lane.reversesOff()
  lane.sensor('exit-loop', true)
  lane.wait(2_000)
  lane.sensor('exit-loop', false)
  lane.clears()
  expect(lane.tickets()).toEqual(['issued → checked-in, this-weighing', 'checked-in → issued, give-back'])
  expect(lane.passages().filter(({ free }) => free)).toEqual([])
})

it('a newer tare that is voided gives the ticket its older one back', () => {
  const older = aTare({ at: '2026-11-19T03:00:00Z' })
  const lane = playLane({ dossier: { tickets: [aBookTicket({ tare: older })] } })
  lane.starts()
  lane.weighsVehicle(TRUCK, 15_900)
  lane.operator('void', 'wrong-vehicle')
  const given = lane.effects.flatMap((effect) => (effect.kind === 'use-ticket' ? [effect] : [])).at(-1)
  expect(given).toMatchObject({ from: 'checked-in', to: 'checked-in', tare: 'give-back', before: older })
})

describe('a ticket shown by a truck that has been judged already', () => {
  const [mine, another] = [aTicketNumber(1), aTicketNumber(2)]
  const next = (lane: Played): void => {
    lane.clears()
    lane.weighsVehicle('陕K55555', 15_800)
  }
  const shownTo = (dossier: Parameters<typeof playLane>[0] = {}) => {
    const lane = playLane(dossier)
    lane.starts()
    lane.weighsVehicle(TRUCK, 15_800)
    return lane
  }
  const own = { dossier: { tickets: [aBookTicket({ ticket: { plate: '陕K55555', number: another } })] } }

  it('and is held is not the ticket of the next one', () => {
    const lane = shownTo(own)
    expect(lane.state.phase).toBe('held')
    lane.shows(mine)
    lane.reversesOff()
    next(lane)
    expect(lane.weighings().at(-1)).toMatchObject({ verdict: 'open', vehicle: { plate: '陕K55555' }, ticket: another, findings: [] })
  })

  it('and let go neither', () => {
    const lane = shownTo()
    expect(lane.state.phase).toBe('released')
    lane.shows(mine)
    lane.leavesByExit()
    lane.nextDossier(own.dossier)
    next(lane)
    expect(lane.weighings().at(-1)).toMatchObject({ verdict: 'open', ticket: another, findings: [] })
  })

  it('is its own where it is weighed once more', () => {
    const lane = shownTo(own)
    lane.shows(mine)
    lane.operator('re-weigh', 'papers-checked')
    expect(lane.state.phase).toBe('boarding')
    lane.wait(9_000)
    expect(lane.effects.filter(({ kind }) => kind === 'fetch-dossier').at(-1)).toMatchObject({ shown: mine })
  })

  it('by one that waits behind a truck that leaves is its own', () => {
    const lane = shownTo()
    lane.sensor('entry-loop', true)
    lane.shows(another)
    lane.leavesByExit()
    lane.clears()
    expect(lane.state).toMatchObject({ phase: 'arriving', visit: { shown: another } })
  })
})
