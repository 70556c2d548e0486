import { describe, expect, it } from 'vitest'
import { playLane } from '../../builders/lane.ts'

/** What a driver is told while he does not stand right, comes the wrong way or does not drive on. */
const onThePlatform = () => {
  const lane = playLane()
  lane.starts()
  lane.arrives('陕K12345')
  lane.drivesOn(15_800)
  expect(lane.state.phase).toBe('positioning')
  return lane
}
const times = (lane: ReturnType<typeof playLane>, say: string): number => lane.said().filter((said) => said === say).length

describe('a wheel off the platform', () => {
  it.each([
    ['entry-beam', 'move-forward'],
    ['exit-beam', 'move-back'],
  ] as const)('over the %s: %s, every ten seconds while it lasts', (beam, say) => {
    const lane = onThePlatform()
    lane.sensor(beam, true)
    lane.wait(25_000)
    expect(times(lane, say)).toBe(3)
    lane.sensor(beam, false)
    lane.stands()
    expect(lane.state.phase).toBe('released')
  })

  it('over both: between the beams; while it is weighed as well', () => {
    const lane = onThePlatform()
    lane.wait(3_000)
    expect(lane.state.phase).toBe('settling')
    lane.sensor('exit-beam', true)
    expect(lane.said().at(-1)).toBe('move-back')
    lane.sensor('entry-beam', true)
    lane.wait(100)
    expect(lane.said().at(-1)).toBe('stand-between-beams')
  })

  it('one that stops with its rear at the entry is told to move on, and a person looks after a minute; then it is weighed', () => {
    const lane = playLane()
    lane.starts()
    lane.arrives('陕K12345')
    lane.sensor('entry-beam', true)
    lane.weighs(11_000)
    lane.wait(45_000)
    expect(times(lane, 'move-forward')).toBe(4)
    lane.wait(20_000)
    expect(lane.state).toMatchObject({ phase: 'blocked', why: 'two-trucks' })
    lane.weighs(15_800)
    lane.sensor('entry-loop', false)
    lane.sensor('entry-beam', false)
    lane.wait(9_000)
    expect(lane.weighings()).toMatchObject([{ weightKg: 15_800, verdict: 'open' }])
  })
})

describe('a second truck on the platform', () => {
  const pushedIn = () => {
    const lane = onThePlatform()
    lane.sensor('entry-loop', true)
    lane.sensor('entry-beam', true)
    lane.weighs(22_000)
    lane.wait(500)
    return lane
  }
  it('behind a closed entry is told, alarmed once, and nobody is weighed', () => {
    const lane = pushedIn()
    lane.wait(60_000)
    expect(lane.state).toMatchObject({ phase: 'blocked', why: 'two-trucks', baseKg: 15_800 })
    expect(lane.said()).toContain('one-at-a-time')
    expect(lane.alarms()).toMatchObject([{ kind: 'tailgate', occurrence: 'north/visit-1' }])
    expect(lane.weighings()).toEqual([])
  })

  it('that backs off leaves the first one alone, which is weighed then', () => {
    const lane = pushedIn()
    lane.weighs(15_800)
    lane.sensor('entry-beam', false)
    lane.sensor('entry-loop', false)
    lane.wait(9_000)
    expect(lane.weighings()).toMatchObject([{ weightKg: 15_800, verdict: 'open' }])
    expect(lane.alarms()).toHaveLength(1)
  })
})

describe('the wrong way', () => {
  it('somebody at the exit of an empty lane is told so, and nobody is let in towards him', () => {
    const lane = playLane()
    lane.starts()
    lane.sensor('exit-loop', true)
    expect(lane.said()).toEqual(['wrong-way'])
    lane.sensor('entry-loop', true)
    lane.seen('陕K12345')
    lane.wait(5_000)
    expect([lane.state.phase, lane.gates()]).toEqual(['idle', []])
    lane.sensor('exit-loop', false)
    lane.wait(1_000)
    expect(lane.state.phase).toBe('arriving')
  })

  it('one that drives onto the platform is not weighed, and its way back out is no escape', () => {
    const lane = playLane()
    lane.starts()
    lane.sensor('exit-loop', true)
    lane.sensor('exit-beam', true)
    lane.weighs(15_800)
    lane.wait(9_000)
    expect(lane.state).toMatchObject({ phase: 'blocked', why: 'wrong-way' })
    lane.sensor('exit-loop', false)
    lane.sensor('exit-beam', false)
    lane.wait(2_000)
    lane.sensor('exit-beam', true)
    lane.sensor('exit-loop', true)
    lane.weighs(0)
    lane.wait(1_500)
    lane.sensor('exit-beam', false)
    lane.sensor('exit-loop', false)
    lane.clears()
    expect([lane.state.phase, lane.alarms(), lane.weighings(), lane.gates()]).toEqual(['idle', [], [], []])
  })
})

describe('who does not drive on', () => {
  it('stands at the entry for twenty minutes: a person looks; when he is gone the lane is free', () => {
    const lane = playLane()
    lane.starts()
    lane.arrives('陕K12345')
    lane.wait(21 * 60_000)
    expect(lane.state).toMatchObject({ phase: 'blocked', why: 'driver-waits' })
    expect(lane.said().at(-1)).toBe('leave-now')
    lane.sensor('entry-loop', false)
    lane.clears()
    expect([lane.state.phase, lane.alarms()]).toEqual(['idle', []])
  })

  it('turns back before the platform: no weighing, no alarm', () => {
    const lane = playLane()
    lane.starts()
    lane.arrives('陕K12345')
    lane.sensor('entry-loop', false)
    lane.wait(65_000)
    expect([lane.state.phase, lane.weighings(), lane.alarms()]).toEqual(['idle', [], []])
  })
})

describe('reversing off after a release', () => {
  it('is no passage: the decision says so, and the ticket is as it was', () => {
    const lane = onThePlatform()
    lane.stands()
    expect(lane.state.phase).toBe('released')
    lane.reversesOff()
    lane.clears()
    expect(lane.state.phase).toBe('idle')
    expect(lane.decisions()).toMatchObject([{ act: 'turned-back', operator: 'automatic', visit: 1 }])
    expect(lane.tickets()).toEqual(['issued → checked-in, this-weighing', 'checked-in → issued, give-back'])
    expect([lane.passages(), lane.alarms()]).toEqual([[], []])
  })

  it('a truck behind it that waits at the entry does not make a driver who leaves a driver who turned back', () => {
    const lane = onThePlatform()
    lane.stands()
    lane.sensor('entry-loop', true)
    lane.leavesByExit()
    expect(lane.passages()).toMatchObject([{ free: true }])
    expect(lane.decisions()).toEqual([])
  })

  it('a front that only touched the loop and came back stays let go, and leaves freely later', () => {
    const lane = onThePlatform()
    lane.stands()
    lane.sensor('exit-beam', true)
    lane.sensor('exit-loop', true)
    lane.wait(1_000)
    lane.sensor('exit-loop', false)
    lane.sensor('exit-beam', false)
    lane.wait(4_000)
    expect(lane.state).toMatchObject({ phase: 'released', crossing: null })
    lane.leavesByExit()
    lane.clears()
    expect(lane.passages()).toMatchObject([{ free: true }])
    expect(lane.alarms()).toEqual([])
  })
})
