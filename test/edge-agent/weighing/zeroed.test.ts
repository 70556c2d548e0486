import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SENSORS, type Sensor } from '#edge/weighing'
import { playLane, someRules } from '../../builders/lane.ts'

/** An indicator that is set to nothing, or comes back from nothing, while somebody stands on its platform or drives onto it. */
type Played = ReturnType<typeof playLane>
const TRUCK = '陕K12345'
const kinds = (lane: Played) => lane.alarms().map(({ kind }) => kind)
const codes = (lane: Played) =>
  lane
    .weighings()
    .at(-1)
    ?.findings.map(({ code }) => code)
const standing = () => {
  const lane = playLane()
  lane.starts()
  lane.arrives(TRUCK)
  lane.drivesOn(46_600)
  lane.wait(1_500)
  expect(lane.state.phase).toBe('positioning')
  return lane
}
/** Its power is off for so long; then it shows `kg`. */
const offFor = (lane: Played, milliseconds: number, kg: number): void => {
  lane.silence(3_000)
  lane.device('scale', false)
  lane.silence(milliseconds - 3_000)
  lane.device('scale', true)
  lane.weighs(kg)
}
/** Out over the entry; what it takes off the platform is missing there afterwards. */
const backsOff = (lane: Played, to: number): void => {
  lane.sensor('entry-beam', true)
  lane.sensor('entry-loop', true)
  lane.wait(1_500)
  lane.weighs(to)
  lane.wait(1_500)
  lane.sensor('entry-beam', false)
  lane.sensor('entry-loop', false)
  lane.wait(500)
}
const UNTRUSTED = { phase: 'blocked', why: 'weight-untrusted' }

describe('the front axle stands on the platform and the zero key is pressed', () => {
  const zeroedThere = (lane: Played, edge: Sensor = 'entry-beam', loop: Sensor = 'entry-loop') => {
    lane.starts()
    lane.sensor(loop, true)
    lane.seen(TRUCK, { camera: loop === 'entry-loop' ? 'front' : 'rear' })
    lane.wait(1_200)
    if (edge !== loop) lane.sensor(edge, true)
    lane.weighs(2_400)
    lane.wait(2_000)
    lane.weighs(0)
    lane.wait(400)
    lane.weighs(46_600)
    lane.wait(500)
    lane.sensor(loop, false)
    if (edge !== loop) lane.sensor(edge, false)
    lane.wait(8_000)
    return lane
  }
  const without = (part: string) => ({ rules: { fitted: SENSORS.filter((sensor) => !sensor.endsWith(part)) } })

  it.each<[string, Played, Sensor?, Sensor?]>([
    ['at the usual lane', playLane()],
    ['at one without light barriers', playLane(without('-beam')), 'entry-loop'],
    ['at one without loops', playLane(without('-loop')), 'entry-beam', 'entry-beam'],
    ['from the second end', playLane({ rules: { layout: { ...someRules().layout, bothWays: true } } }), 'exit-beam', 'exit-loop'],
  ])('%s: what the rest of it weighs is not believed', (_, lane, edge, loop) => {
    zeroedThere(lane, edge, loop)
    expect(lane.weighings()).toMatchObject([{ verdict: 'hold' }])
    expect(codes(lane)).toContain('weight-untrusted')
  })

  it('however long it waits there', () => {
    const lane = playLane()
    lane.starts()
    lane.arrives(TRUCK)
    lane.sensor('entry-beam', true)
    lane.weighs(2_400)
    lane.wait(2_000)
    lane.weighs(0)
    lane.wait(90_000)
    expect(lane.state.phase).toBe('clearing')
    lane.drivesOn(46_600)
    lane.stands()
    expect(codes(lane)).toContain('weight-untrusted')
  })

  it('once it has backed off and the empty scale is at zero, the next one is believed', () => {
    const lane = zeroedThere(playLane())
    backsOff(lane, -2_400)
    lane.weighs(0)
    lane.clears()
    expect(lane.state).toMatchObject({ phase: 'idle', untrusted: null })
    lane.weighsVehicle('陕K55555', 15_800)
    expect(codes(lane)).not.toContain('weight-untrusted')
  })

  it('an axle that rolls back off and on again is no zero key', () => {
    const lane = playLane()
    lane.starts()
    lane.arrives(TRUCK)
    lane.sensor('entry-beam', true)
    for (const kg of [2_400, 2_400, 1_900, 1_200, 500, 80, 0, 400, 1_500]) {
      lane.weighs(kg)
      lane.wait(80)
    }
    lane.drivesOn(15_800)
    lane.stands()
    expect(lane.weighings()).toHaveLength(1)
    expect(codes(lane)).not.toContain('weight-untrusted')
  })
})

describe('an indicator that comes back at nothing under a truck', () => {
  it.each([
    ['its power was off for ten seconds', (lane: Played) => offFor(lane, 10_000, 0)],
    [
      'it only said nothing for a moment',
      (lane: Played) => {
        lane.silence(1_600)
        lane.weighs(0)
      },
    ],
  ])('%s: the lane is not empty, and nobody else is let in', (_, vanishes) => {
    const lane = standing()
    vanishes(lane)
    lane.wait(2_000)
    expect(lane.state).toMatchObject(UNTRUSTED)
    expect(lane.said().at(-1)).toBe('reverse-off')
    expect(lane.gates()).toEqual(['entry open', 'entry close', 'entry open'])
    lane.sensor('entry-loop', true)
    lane.seen('陕K55555')
    lane.wait(90_000)
    expect(lane.state).toMatchObject(UNTRUSTED)
    expect(kinds(lane)).toEqual(['weight-curve'])
    lane.sensor('exit-beam', true)
    lane.sensor('exit-loop', true)
    expect(kinds(lane)).toEqual(['weight-curve', 'escape'])
  })

  it('whatever phase it is in, and with the next one on the loop behind it', () => {
    const lane = playLane({ dossier: { tickets: [] } })
    lane.starts()
    lane.weighsVehicle(TRUCK, 46_600)
    expect(lane.state.phase).toBe('held')
    lane.sensor('entry-loop', true)
    offFor(lane, 10_000, 0)
    lane.wait(3_000)
    expect(lane.state).toMatchObject(UNTRUSTED)
  })

  it('switched off while it drove on', () => {
    const lane = playLane()
    lane.starts()
    lane.arrives(TRUCK)
    lane.sensor('entry-beam', true)
    lane.weighs(16_000)
    lane.silence(3_000)
    lane.device('scale', false)
    lane.sensor('entry-loop', false)
    lane.silence(1_000)
    lane.sensor('entry-beam', false)
    lane.silence(5_000)
    lane.device('scale', true)
    lane.weighs(0)
    lane.wait(3_000)
    expect(lane.state).toMatchObject(UNTRUSTED)
  })

  it('and rolls back from the exit beam only then', () => {
    const lane = standing()
    lane.sensor('exit-beam', true)
    lane.wait(1_500)
    lane.weighs(0)
    lane.wait(3_000)
    expect(lane.state.phase).toBe('clearing')
    lane.sensor('exit-beam', false)
    lane.wait(6_000)
    expect(lane.state).toMatchObject(UNTRUSTED)
  })

  it('and then shows again what it showed before: it is weighed, and believed', () => {
    const lane = standing()
    offFor(lane, 10_000, 0)
    lane.wait(2_000)
    expect(lane.state).toMatchObject(UNTRUSTED)
    lane.weighs(46_600)
    lane.wait(9_000)
    expect(lane.weighings()).toHaveLength(1)
    expect(codes(lane)).not.toContain('weight-untrusted')
  })

  it('and backs off: the lane is free once the empty scale has been set to zero', () => {
    const lane = standing()
    offFor(lane, 10_000, 0)
    backsOff(lane, -46_600)
    lane.wait(30_000)
    expect(lane.state).toMatchObject({ phase: 'blocked', why: 'zero-off' })
    lane.weighs(0)
    lane.clears()
    expect(lane.state).toMatchObject({ phase: 'idle', untrusted: null })
    expect(kinds(lane)).toEqual(['weight-curve', 'zero-drift'])
  })

  it('nobody who walks past the light barrier makes the lane empty', () => {
    const lane = standing()
    offFor(lane, 10_000, 0)
    lane.sensor('entry-beam', true)
    lane.wait(400)
    lane.sensor('entry-beam', false)
    lane.wait(10_000)
    expect(lane.state).toMatchObject(UNTRUSTED)
  })

  it('a person who has looked says that it is empty', () => {
    const lane = standing()
    offFor(lane, 10_000, 0)
    lane.operator('resume', 'checked-by-eye')
    lane.clears()
    expect(lane.state.phase).toBe('idle')
  })

  it('let go already it leaves on its release all the same', () => {
    const lane = playLane()
    lane.starts()
    lane.weighsVehicle(TRUCK, 15_800)
    expect(lane.state.phase).toBe('released')
    offFor(lane, 10_000, 0)
    lane.wait(10_000)
    expect(lane.state.phase).toBe('released')
    lane.sensor('exit-beam', true)
    lane.sensor('exit-loop', true)
    lane.weighs(-15_800)
    lane.wait(1_000)
    lane.sensor('exit-beam', false)
    lane.sensor('exit-loop', false)
    lane.wait(1_000)
    expect(lane.passages()).toMatchObject([{ free: true }])
    expect(kinds(lane)).not.toContain('drive-off')
  })
})

it('an indicator that was off under a truck that left is believed by the next one, though it waited at the loop already', () => {
  const lane = playLane()
  lane.starts()
  lane.arrives(TRUCK)
  lane.drivesOn(15_800)
  offFor(lane, 10_000, 15_800)
  lane.wait(9_000)
  expect(lane.state.phase).toBe('released')
  lane.sensor('entry-loop', true)
  lane.seen('陕K55555')
  lane.leavesByExit()
  lane.wait(5_000)
  expect(lane.state).toMatchObject({ phase: 'arriving', untrusted: null })
})

describe('a truck that leaves while the indicator is off', () => {
  it('has backed off, though the loop drops out under it as it passes the light barrier', () => {
    const lane = standing()
    lane.silence(3_000)
    lane.device('scale', false)
    lane.sensor('entry-beam', true)
    lane.silence(500)
    lane.sensor('entry-loop', true)
    lane.silence(2_000)
    lane.sensor('entry-loop', false)
    lane.silence(200)
    lane.sensor('entry-beam', false)
    lane.silence(200)
    lane.sensor('entry-loop', true)
    lane.device('scale', true)
    lane.weighs(0)
    lane.wait(2_000)
    lane.sensor('entry-loop', false)
    lane.clears()
    expect([lane.state.phase, kinds(lane)]).toEqual(['idle', []])
  })

  it('has backed off, where the entry has seen it', () => {
    const lane = standing()
    lane.silence(3_000)
    lane.device('scale', false)
    for (const on of [true, false]) {
      lane.sensor('entry-beam', on)
      lane.silence(1_000)
      lane.sensor('entry-loop', on)
      lane.silence(1_000)
    }
    lane.device('scale', true)
    lane.weighs(0)
    lane.clears()
    expect(lane.state).toMatchObject({ phase: 'idle', untrusted: null })
    expect(kinds(lane)).toEqual([])
  })

  it('over an entry loop alone too', () => {
    const lane = playLane({ rules: { fitted: SENSORS.filter((sensor) => !sensor.endsWith('-beam')) }, dossier: { tickets: [] } })
    lane.starts()
    lane.weighsVehicle(TRUCK, 46_600)
    expect(lane.state.phase).toBe('held')
    lane.sensor('entry-loop', true)
    lane.wait(1_000)
    lane.weighs(0)
    lane.wait(2_000)
    lane.sensor('entry-loop', false)
    lane.clears()
    expect(lane.state.phase).toBe('idle')
    expect(kinds(lane)).toEqual([])
  })
})

describe('whatever the scale shows under a truck that has not been let go', () => {
  const happens = fc.oneof(
    fc.record({ what: fc.constant('shows' as const), kg: fc.constantFrom(0, 0, 20, 160, 300, 700, 2_400, 46_600, 46_000) }),
    fc.record({ what: fc.constant('off' as const), for: fc.constantFrom(1_600, 5_000, 20_000), kg: fc.constantFrom(0, 0, 120, 46_600) }),
    fc.record({ what: fc.constant('next' as const), on: fc.boolean() }),
    fc.record({ what: fc.constant('passes the beam' as const) }),
    fc.record({ what: fc.constant('waits' as const), for: fc.constantFrom(300, 2_000, 8_000, 70_000) }),
  )

  it('nobody else is let in while no sensor has seen it go', () => {
    fc.assert(
      fc.property(fc.constantFrom(0, 1_500, 6_000), fc.array(happens, { maxLength: 12 }), (stood, all) => {
        const lane = playLane({ dossier: { tickets: [] } })
        lane.starts()
        lane.arrives(TRUCK)
        lane.drivesOn(46_600)
        lane.wait(stood)
        for (const one of all) {
          if (one.what === 'shows') lane.weighs(one.kg)
          if (one.what === 'off') offFor(lane, Math.max(3_000, one.for), one.kg)
          if (one.what === 'next') lane.sensor('entry-loop', one.on)
          if (one.what === 'waits') lane.wait(one.for)
          if (one.what !== 'passes the beam') continue
          lane.sensor('entry-loop', false)
          lane.wait(1_500)
          lane.sensor('entry-beam', true)
          lane.wait(300)
          lane.sensor('entry-beam', false)
        }
        lane.wait(5_000)
        expect(
          lane.steps.slice(lane.steps.findIndex(({ after }) => after.phase === 'boarding')).map(({ after }) => after.phase),
        ).not.toContain('idle')
        expect(lane.state.visits).toBe(1)
      }),
      { numRuns: 100 },
    )
  })
})
