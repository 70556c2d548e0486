import { describe, expect, it } from 'vitest'
import { playLane } from '../../builders/lane.ts'
import { aBookTicket, aTare, aTicketNumber } from '../../builders/ticket.ts'

/** What a lane still knows of a vehicle after its indicator, its board or both were silent for a moment. */
const oneArrives = (): ReturnType<typeof playLane> => {
  const lane = playLane()
  lane.starts()
  lane.arrives('陕K12345')
  lane.shows(aTicketNumber())
  lane.reads('E2000017')
  return lane
}
/** Once a vehicle has been read at the entry nobody reads it again: cameras have one trigger. */
const goesOn = (lane: ReturnType<typeof playLane>): void => {
  lane.wait(5_000)
  expect(lane.state).toMatchObject({ phase: 'arriving', visits: 2 })
  lane.drivesOn(15_800)
  lane.stands()
}

describe('a truck that waits at the entry', () => {
  it.each(['board', 'scale'] as const)('keeps its plate, its ticket and its tag while the %s is silent for a moment', (device) => {
    const lane = oneArrives()
    lane.device(device, false)
    expect(lane.state).toMatchObject({ phase: 'blocked', why: `${device}-silent` })
    lane.silence(1_000)
    lane.device(device, true)
    goesOn(lane)
    expect(lane.weighings()).toMatchObject([
      { verdict: 'open', vehicle: { plate: '陕K12345' }, ticket: aTicketNumber(), sightings: [{ camera: 'front' }] },
    ])
    expect(lane.steps.findLast(({ effects }) => effects.some(({ kind }) => kind === 'fetch-dossier'))?.effects).toMatchObject([
      { plates: ['陕K12345'], tags: [{ by: 'tag', tag: 'E2000017' }], shown: aTicketNumber() },
    ])
    expect(lane.gates().filter((gate) => gate === 'entry open')).toHaveLength(1)
  })

  it('keeps them however often the board falls silent, and no more than a vehicle has', () => {
    const lane = oneArrives()
    for (let n = 0; n < 10; n += 1) {
      lane.device('board', false)
      lane.reads(`E10000${n}`)
      lane.seen('陕K12345')
      lane.device('board', true)
      lane.wait(4_000)
      expect(lane.state.phase).toBe('arriving')
    }
    if (!('visit' in lane.state) || lane.state.visit === null) return expect.unreachable()
    const { sightings, tags = [] } = lane.state.visit
    expect(sightings.length).toBeGreaterThan(0)
    expect(sightings.length).toBeLessThanOrEqual(12)
    expect(tags.length).toBeLessThanOrEqual(8)
  })

  it('leaves nothing to another one, whose plate was read in its place meanwhile', () => {
    const lane = oneArrives()
    lane.device('board', false)
    lane.seen('陕C99887')
    lane.silence(1_000)
    lane.device('board', true)
    goesOn(lane)
    expect(lane.weighings()[0]?.sightings).toMatchObject([{ plate: '陕C99887' }])
    expect(lane.weighings()[0]?.verdict).not.toBe('open')
  })

  it('is forgotten when the silence was longer than anybody waits', () => {
    const lane = oneArrives()
    lane.device('board', false)
    lane.wait(61_000)
    lane.device('board', true)
    goesOn(lane)
    expect(lane.weighings()[0]).toMatchObject({ sightings: [], ticket: null })
  })
})

describe('both silent at once, as when the box they hang on has lost its power', () => {
  it.each([
    ['board', 'scale'],
    ['scale', 'board'],
  ] as const)('the %s speaks again first: the truck on the platform is still the truck that was read', (first, second) => {
    const lane = playLane()
    lane.starts()
    lane.arrives('陕K12345')
    lane.drivesOn(15_800)
    lane.device('scale', false)
    lane.device('board', false)
    lane.silence(10_000)
    lane.device(first, true)
    if (first === 'scale') lane.weighs(15_800)
    lane.silence(1_000)
    expect(lane.state).toMatchObject({ phase: 'blocked', why: `${second}-silent` })
    lane.device(second, true)
    lane.weighs(15_800)
    lane.wait(9_000)
    expect(lane.weighings()).toMatchObject([{ visit: 1, vehicle: { plate: '陕K12345' }, verdict: 'open', zeroBeforeKg: null }])
    expect(lane.alarms()).toEqual([])
  })
})

describe('a board that falls silent just as the exit should close', () => {
  it('leaves no arm standing: the order that nobody heard is given again once it speaks and the arm is seen up', () => {
    const lane = playLane({ dossier: { tickets: [aBookTicket({ tare: aTare() })] } })
    lane.starts()
    lane.weighsVehicle('陕K12345', 46_600)
    lane.leavesByExit()
    lane.wait(3_200)
    expect(lane.gates().at(-1)).toBe('exit close')
    lane.device('board', false)
    lane.wait(5_000)
    lane.device('board', true)
    lane.sensor('exit-arm-down', false)
    const before = lane.gates().length
    lane.wait(5_000)
    expect(lane.gates().slice(before)).toEqual(['exit close'])
    lane.sensor('exit-arm-down', true)
    lane.wait(2_000)
    expect(lane.state).toMatchObject({ phase: 'idle', exitCommanded: 'closed' })
    expect(lane.alarms()).toEqual([])
  })

  it('and gives no second order to one that lies down', () => {
    const lane = playLane()
    lane.starts()
    const before = lane.gates().length
    lane.device('board', false)
    lane.wait(5_000)
    lane.device('board', true)
    lane.wait(5_000)
    expect(lane.gates().slice(before)).toEqual([])
    expect(lane.state).toMatchObject({ phase: 'idle', exitCommanded: 'closed', entryCommanded: 'closed' })
  })
})

describe('a board whose answer is overdue', () => {
  it('says nothing of a clear entry: the arm does not come down until it has been heard again', () => {
    const lane = playLane()
    lane.starts()
    lane.seen('陕K12345')
    expect(lane.gates()).toEqual(['entry open'])
    lane.late(true)
    // It has driven over loop and beam meanwhile; nobody has said so.
    lane.weighs(1_880)
    lane.wait(1_400)
    expect([lane.state.phase, lane.gates()]).toEqual(['boarding', ['entry open']])
    lane.sensor('entry-loop', true)
    lane.sensor('entry-beam', true)
    lane.sensor('entry-arm-down', false)
    lane.late(false)
    lane.wait(80)
    expect([lane.state.phase, lane.gates()]).toEqual(['boarding', ['entry open']])
    lane.drivesOn(15_800)
    lane.stands()
    expect(lane.gates()).toEqual(['entry open', 'entry close', 'exit open'])
    expect(lane.alarms()).toEqual([])
  })

  it.each(['positioning', 'clearing'] as const)('lets nobody be %s for longer than until it is heard', (phase) => {
    const lane = playLane()
    lane.starts()
    lane.arrives('陕K12345')
    lane.drivesOn(15_800)
    if (phase === 'clearing') {
      lane.stands()
      lane.leavesByExit()
    }
    lane.late(true)
    lane.wait(10_000)
    expect(lane.state.phase).toBe(phase)
    expect(lane.gates()).not.toContain('exit close')
    lane.late(false)
    lane.wait(5_000)
    expect(lane.state.phase).toBe(phase === 'clearing' ? 'idle' : 'released')
    expect(lane.alarms()).toEqual([])
  })
})

describe('a scale that says nothing', () => {
  const mute = () => {
    const lane = playLane()
    lane.starts()
    lane.device('scale', false)
    lane.silence(5_000)
    expect(lane.state).toMatchObject({ phase: 'blocked', why: 'scale-silent' })
    return lane
  }
  const kinds = (lane: ReturnType<typeof playLane>) => lane.alarms().map(({ kind }) => kind)

  it('is no cover: who drives through from one end to the other has escaped, and nobody weighed him', () => {
    const lane = mute()
    lane.sensor('entry-loop', true)
    lane.seen('陕K12345')
    lane.sensor('entry-beam', true)
    lane.silence(3_000)
    lane.sensor('entry-loop', false)
    lane.sensor('exit-beam', true)
    lane.sensor('entry-beam', false)
    lane.silence(400)
    expect(kinds(lane)).toEqual([])
    lane.sensor('exit-loop', true)
    expect(kinds(lane)).toEqual(['escape'])
    lane.silence(3_000)
    lane.sensor('exit-beam', false)
    lane.sensor('exit-loop', false)
    lane.silence(90_000)
    lane.device('scale', true)
    lane.wait(10_000)
    expect([lane.state.phase, kinds(lane)]).toEqual(['idle', ['escape']])
    expect(lane.passages()).toMatchObject([{ free: false }])
  })

  it('and one that comes up to the exit from outside, and backs away, has not', () => {
    const lane = mute()
    lane.sensor('exit-loop', true)
    lane.silence(2_000)
    lane.sensor('exit-beam', true)
    lane.silence(2_000)
    lane.sensor('exit-beam', false)
    lane.sensor('exit-loop', false)
    lane.device('scale', true)
    lane.wait(10_000)
    expect([lane.state.phase, kinds(lane)]).toEqual(['idle', []])
  })

  it('and one that a person lets through is his', () => {
    const lane = mute()
    lane.sensor('entry-loop', true)
    lane.seen('陕K12345')
    lane.operator('lift', 'scale-failed', { gate: 'entry' })
    lane.sensor('entry-beam', true)
    lane.silence(2_000)
    lane.sensor('entry-loop', false)
    lane.sensor('entry-beam', false)
    lane.operator('lift', 'scale-failed', { gate: 'exit' })
    lane.silence(2_000)
    lane.sensor('exit-beam', true)
    lane.sensor('exit-loop', true)
    expect(kinds(lane)).not.toContain('escape')
  })
})
