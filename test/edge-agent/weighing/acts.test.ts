import { describe, expect, it } from 'vitest'
import { hours } from '#edge/units'
import { playLane } from '../../builders/lane.ts'
import { aBookTicket, aTare } from '../../builders/ticket.ts'

/** What a person does at a lane: each act a decision with its reason, each opening without a verdict an alarm. */
const asking = () => {
  const lane = playLane({ dossier: { policyAge: hours(200) } })
  lane.starts()
  lane.weighsVehicle('陕K12345', 15_800)
  expect(lane.state.phase).toBe('asking')
  return lane
}
const heldTruck = (kg = 52_400) => {
  const lane = playLane({ dossier: { tickets: [aBookTicket({ ticket: { plannedNetKg: 33_000 }, tare: aTare() })] } })
  lane.starts()
  lane.weighsVehicle('陕K12345', kg)
  expect(lane.state.phase).toBe('held')
  return lane
}
const letGo = () => {
  const lane = playLane()
  lane.starts()
  lane.weighsVehicle('陕K12345', 15_800)
  expect(lane.state.phase).toBe('released')
  return lane
}
const orders = (lane: ReturnType<typeof playLane>) =>
  lane.steps.at(-1)?.effects.map((effect) => (effect.kind === 'write' ? effect.record.kind : effect.kind))
const exits = (lane: ReturnType<typeof playLane>) => lane.gates().filter((gate) => gate === 'exit open').length

describe('release', () => {
  it('of a held truck is a decision and an alarm, and its ticket goes with it', () => {
    const lane = heldTruck()
    lane.operator('release', 'regulator-order', { note: '现场核对', second: 'wang', photo: 'a'.repeat(64) })
    expect(orders(lane)).toEqual(['decision', 'alarm', 'use-ticket', 'gate', 'light', 'tell-driver'])
    expect(lane.decisions()).toMatchObject([{ act: 'release', reason: 'regulator-order', note: '现场核对', second: 'wang', visit: 1 }])
    expect(lane.alarms().at(-1)).toMatchObject({ kind: 'manual-lift', occurrence: 'north/lift-1', facts: { operator: 'li', gate: 'exit' } })
    lane.leavesByExit()
    lane.clears()
    expect(lane.passages()).toMatchObject([{ free: true }])
    expect(lane.state.phase).toBe('idle')
  })

  it('does nothing while the board is silent, on a lane where nobody is, or on a voided weighing', () => {
    const lane = heldTruck()
    lane.operator('void', 'wrong-vehicle')
    lane.operator('release')
    expect(lane.decisions().map(({ act }) => act)).toEqual(['void'])
    const silent = asking()
    silent.device('board', false)
    silent.operator('release')
    expect(silent.decisions()).toEqual([])
    const empty = playLane()
    empty.starts()
    empty.operator('release')
    expect(empty.decisions()).toEqual([])
    expect(exits(lane) + exits(silent) + exits(empty)).toBe(0)
  })

  it('of a blocked truck that nobody has judged means nothing: that is `resume`, with whom the policy asks for beside him', () => {
    const lane = playLane()
    lane.tell({ kind: 'started', at: lane.at, interrupted: false })
    for (const sensor of ['entry-loop', 'entry-beam', 'exit-beam', 'exit-loop'] as const) lane.sensor(sensor, false)
    lane.weighs(15_800)
    lane.wait(5_000)
    expect(lane.state).toMatchObject({ phase: 'blocked', why: 'interrupted' })
    expect(lane.acts()).not.toContain('release')
    lane.operator('release')
    expect([lane.decisions(), lane.state.phase]).toEqual([[], 'blocked'])
    lane.operator('resume')
    expect(lane.decisions()).toMatchObject([{ act: 'resume' }])
    expect(lane.state.phase).not.toBe('blocked')
  })
})

describe('lift', () => {
  it('writes the decision and the alarm before the arm moves; the truck leaves on it, its ticket stays', () => {
    const lane = heldTruck()
    lane.operator('lift', 'emergency', { gate: 'exit' })
    expect(orders(lane)?.slice(0, 3)).toEqual(['decision', 'alarm', 'gate'])
    expect(lane.decisions()).toMatchObject([{ act: 'lift', gate: 'exit' }])
    lane.leavesByExit()
    lane.clears()
    expect(lane.passages()).toMatchObject([{ free: true, body: { visit: 1 } }])
    expect(lane.alarms().map(({ kind }) => kind)).toEqual(['overload', 'manual-lift'])
    expect(lane.tickets()).toEqual([])
  })

  it('of a truck nobody has weighed yet is its passage too', () => {
    const lane = playLane()
    lane.starts()
    lane.arrives('陕K12345')
    lane.drivesOn(46_600)
    lane.operator('lift', 'scale-failed')
    expect(lane.state.phase).toBe('released')
    lane.leavesByExit()
    expect(lane.passages()).toMatchObject([{ free: true, body: { plate: '陕K12345', ticket: null } }])
    expect(lane.alarms().map(({ kind }) => kind)).toEqual(['manual-lift'])
  })

  it('on an empty lane lets nobody through: the arm comes down when the lane is clear, and whoever drives through is an escape', () => {
    const lane = playLane()
    lane.starts()
    lane.operator('lift', 'maintenance')
    lane.wait(5_000)
    expect([lane.state.phase, ...lane.gates()]).toEqual(['idle', 'exit open', 'exit close'])
    lane.operator('lift', 'maintenance')
    lane.weighs(46_600)
    lane.wait(300)
    lane.sensor('exit-loop', true)
    expect(lane.alarms().map(({ kind, occurrence }) => `${kind} ${occurrence}`)).toEqual([
      'manual-lift north/lift-1',
      'manual-lift north/lift-2',
      'escape north/1',
    ])
  })

  it('of the entry lets a truck in or out; the lane closes it again', () => {
    const lane = playLane()
    lane.starts()
    lane.operator('lift', 'barrier-failed', { gate: 'entry' })
    lane.wait(5_000)
    expect(lane.gates()).toEqual(['entry open', 'entry close'])
    expect(lane.decisions()).toMatchObject([{ act: 'lift', gate: 'entry', visit: null }])
  })
})

describe('hold', () => {
  it('of a truck that was let go and still stands there shuts the exit and gives its ticket back; leaving is then no passage of right', () => {
    const lane = letGo()
    lane.operator('hold', 'wrong-vehicle')
    expect(lane.state.phase).toBe('held')
    expect(lane.gates().at(-1)).toBe('exit close')
    expect(lane.tickets()).toEqual(['issued → checked-in, this-weighing', 'checked-in → issued, give-back'])
    lane.leavesByExit()
    expect(lane.alarms().map(({ kind }) => kind)).toContain('held-vehicle-left')
    expect(lane.passages()).toMatchObject([{ free: false }])
  })

  it('waits with the arm until its side is clear', () => {
    const lane = letGo()
    lane.sensor('exit-beam', true)
    lane.operator('hold', 'wrong-vehicle')
    expect(lane.gates().at(-1)).not.toBe('exit close')
    lane.sensor('exit-beam', false)
    lane.wait(500)
    expect(lane.gates().at(-1)).toBe('exit close')
  })

  it('and released once more uses the ticket once more', () => {
    const lane = letGo()
    lane.operator('hold', 'wrong-vehicle')
    lane.operator('release', 'papers-checked')
    expect(lane.tickets().at(-1)).toBe('issued → checked-in, this-weighing')
    lane.leavesByExit()
    expect(lane.passages()).toMatchObject([{ free: true }])
  })
})

describe('weighed once more', () => {
  it('on a re-weigh: both weighings stand, the second says why', () => {
    const lane = asking()
    lane.nextDossier({ policyAge: hours(1) })
    lane.operator('re-weigh', 'moved-on-scale')
    expect(lane.state.phase).toBe('positioning')
    lane.stands()
    expect(lane.weighings().map(({ verdict, again }) => [verdict, again])).toEqual([
      ['ask', undefined],
      ['open', { nth: 2, because: 're-weigh' }],
    ])
    expect(lane.decisions()).toMatchObject([{ act: 're-weigh' }])
    expect(exits(lane)).toBe(1)
  })

  it('one that was let go too: the arm comes down first, and the ticket is as it was', () => {
    const lane = letGo()
    lane.operator('re-weigh', 'moved-on-scale')
    expect(lane.gates().at(-1)).toBe('exit close')
    lane.stands()
    expect(lane.tickets()).toEqual([
      'issued → checked-in, this-weighing',
      'checked-in → issued, give-back',
      'issued → checked-in, this-weighing',
    ])
    expect(lane.gates().filter((gate) => gate.startsWith('exit'))).toEqual(['exit open', 'exit close', 'exit open'])
  })

  it('a held one behind whose back the entry stands open: that closes first', () => {
    const lane = heldTruck()
    lane.operator('re-weigh', 'tipped-off')
    lane.wait(8_000)
    expect(lane.weighings()).toHaveLength(2)
    expect(lane.gates()).toEqual(['entry open', 'entry close', 'entry open', 'entry close', 'entry open'])
  })

  it('with a plate a person has read', () => {
    const lane = playLane()
    lane.starts()
    lane.weighsVehicle(null, 15_800)
    expect(lane.state.phase).toBe('asking')
    lane.operator('plate', 'plate-unreadable', { plate: '陕K12345' })
    lane.stands()
    expect(lane.effects.filter(({ kind }) => kind === 'fetch-dossier').at(-1)).toMatchObject({ plates: ['陕K12345'] })
    expect(lane.weighings().at(-1)).toMatchObject({ again: { nth: 2, because: 'plate' } })
    expect(lane.decisions()).toMatchObject([{ act: 'plate', plate: '陕K12345' }])
  })

  it('before the weighing a typed plate is only noted', () => {
    const lane = playLane()
    lane.starts()
    lane.arrives(null)
    lane.operator('plate', 'plate-unreadable', { plate: '陕K12345' })
    expect(lane.state).toMatchObject({ phase: 'arriving', visit: { typed: { plate: '陕K12345', by: 'li' } } })
    lane.drivesOn(15_800)
    lane.stands()
    expect(lane.weighings()).toHaveLength(1)
  })
})

describe('void', () => {
  it('takes the tare from the ticket, and the truck backs off', () => {
    const lane = letGo()
    lane.operator('void', 'moved-on-scale', { second: 'wang' })
    expect(lane.tickets().at(-1)).toBe('checked-in → issued, give-back')
    expect(lane.state).toMatchObject({ phase: 'held', given: { voided: true, use: null } })
    expect(lane.acts()).toEqual(['lift', 're-weigh', 'plate', 'attended-on'])
    lane.reversesOff()
    lane.clears()
    expect([lane.state.phase, lane.alarms()]).toEqual(['idle', []])
  })
})

describe('attended', () => {
  it('every opening waits for a person, until he goes', () => {
    const lane = playLane()
    lane.starts()
    lane.operator('attended-on', 'maintenance')
    lane.weighsVehicle('陕K12345', 15_800)
    expect(lane.weighings()[0]).toMatchObject({ verdict: 'ask', findings: [{ code: 'lane-attended', mode: 'enforce' }] })
    lane.operator('release', 'checked-by-eye')
    lane.leavesByExit()
    lane.clears()
    lane.tell({ kind: 'started', at: lane.at, interrupted: false })
    expect(lane.state.attended).toMatchObject({ why: 'maintenance' })
    lane.operator('attended-off', 'checked-by-eye')
    expect(lane.state.attended).toBeNull()
  })
})

describe('resume', () => {
  it('has a vehicle weighed that nobody knew, and clears an empty lane', () => {
    const lane = playLane()
    lane.tell({ kind: 'started', at: lane.at, interrupted: true })
    for (const sensor of lane.rules.fitted) lane.sensor(sensor, sensor === 'exit-loop')
    lane.weighs(0)
    expect(lane.state).toMatchObject({ phase: 'blocked', why: 'interrupted' })
    lane.operator('resume', 'checked-by-eye')
    expect(lane.state.phase).toBe('clearing')
    const known = playLane()
    known.tell({ kind: 'started', at: known.at, interrupted: false })
    for (const sensor of known.rules.fitted) known.sensor(sensor, sensor.endsWith('arm-down'))
    known.weighs(15_800)
    expect(known.state).toMatchObject({ phase: 'blocked', why: 'interrupted' })
    known.operator('resume', 'checked-by-eye')
    known.wait(8_000)
    expect(known.weighings()).toHaveLength(1)
    expect(known.decisions()).toMatchObject([{ act: 'resume' }])
  })

  it('of a truck whose gate nobody knows about: weighed anew on its own ticket', () => {
    const lane = letGo()
    lane.wait(130_000)
    expect(lane.state).toMatchObject({ phase: 'blocked', why: 'driver-waits' })
    lane.operator('resume', 'checked-by-eye')
    lane.wait(8_000)
    expect(lane.tickets().at(-2)).toBe('checked-in → issued, give-back')
    expect(lane.weighings()).toHaveLength(2)
  })
})

it('what a person may do is said before he does it, and what he may not changes nothing', () => {
  const lane = playLane()
  lane.starts()
  expect(lane.acts()).toEqual(['lift', 'attended-on'])
  const before = lane.state
  for (const act of ['release', 'refuse', 'hold', 're-weigh', 'void', 'resume', 'attended-off'] as const) lane.operator(act)
  lane.operator('plate', '', { plate: '陕K12345' })
  expect(lane.state).toEqual(before)
  expect(lane.decisions()).toEqual([])
  expect(asking().acts()).toEqual(['release', 'refuse', 'lift', 'hold', 're-weigh', 'void', 'plate', 'attended-on'])
})
