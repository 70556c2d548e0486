import { describe, expect, it } from 'vitest'
import { playLane } from '../../builders/lane.ts'

/** When the scale or the iron may not be believed. */
const onThePlatform = () => {
  const lane = playLane()
  lane.starts()
  lane.arrives('陕K12345')
  lane.drivesOn(15_800)
  return lane
}
const codes = (lane: ReturnType<typeof playLane>) =>
  lane
    .weighings()
    .at(-1)
    ?.findings.map(({ code }) => code)

describe('a remote control at the load cells', () => {
  it('is alarmed once and nobody is weighed while it lasts; the truck that stood there has it in its findings', () => {
    const lane = onThePlatform()
    lane.remote(true)
    lane.remote(true)
    expect(lane.state).toMatchObject({ phase: 'blocked', why: 'remote-control' })
    expect(lane.alarms()).toMatchObject([{ kind: 'weight-curve', occurrence: 'north/remote-1', facts: { reason: 'remote-control' } }])
    lane.wait(60_000)
    expect(lane.weighings()).toEqual([])
    lane.remote(false)
    lane.wait(9_000)
    expect(lane.weighings()).toMatchObject([{ verdict: 'hold' }])
    expect(codes(lane)).toContain('remote-control')
  })

  it('heard on an empty lane lets nobody in until it is over', () => {
    const lane = playLane()
    lane.starts()
    lane.remote(true)
    lane.sensor('entry-loop', true)
    lane.wait(5_000)
    expect([lane.state.phase, lane.gates()]).toEqual(['blocked', []])
    lane.remote(false)
    lane.wait(5_000)
    expect(lane.state.phase).toBe('arriving')
  })

  it('heard as a truck leaves that was let go is told with its passage', () => {
    const lane = onThePlatform()
    lane.stands()
    lane.remote(true)
    lane.leavesByExit()
    expect(lane.passages()).toMatchObject([{ free: true, body: { findings: [{ code: 'remote-control', mode: 'enforce' }] } }])
  })
})

describe('an empty platform far from zero', () => {
  it.each([180, 500, -300])('shows %i kg: nobody is weighed, until it is swept', (kg) => {
    const lane = playLane()
    lane.starts()
    lane.weighs(kg)
    lane.wait(25_000)
    expect(lane.state).toMatchObject({ phase: 'blocked', why: 'zero-off' })
    expect(lane.alarms()).toMatchObject([{ kind: 'zero-drift', occurrence: 'north/zero-1', facts: { zeroKg: kg } }])
    expect(lane.said()).toEqual(['scale-not-ready'])
    lane.sensor('entry-loop', true)
    lane.wait(5_000)
    expect(lane.gates()).toEqual([])
    lane.weighs(20)
    lane.wait(6_000)
    expect(lane.state.phase).toBe('arriving')
    expect(lane.records().at(-1)).toMatchObject({ kind: 'alarm-returned', body: { occurrence: 'north/zero-1' } })
  })

  it('after a truck that lost its coal there, too', () => {
    const lane = onThePlatform()
    lane.stands()
    lane.leavesByExit()
    lane.weighs(420)
    lane.wait(30_000)
    expect(lane.state).toMatchObject({ phase: 'blocked', why: 'zero-off', visit: null })
    lane.weighs(0)
    lane.clears()
    expect(lane.state.phase).toBe('idle')
  })

  it('somebody who walks across is no drift', () => {
    const lane = playLane()
    lane.starts()
    lane.weighs(240)
    lane.wait(10_000)
    lane.weighs(0)
    lane.wait(30_000)
    expect([lane.state.phase, lane.alarms()]).toEqual(['idle', []])
  })
})

describe('an indicator that lost power under a truck', () => {
  const cut = (after: number) => {
    const lane = onThePlatform()
    lane.stands()
    expect(lane.state.phase).toBe('released')
    lane.operator('re-weigh', 'scale-failed')
    lane.device('scale', false)
    lane.silence(10_000)
    lane.device('scale', true)
    lane.weighs(after)
    lane.wait(9_000)
    return lane
  }
  it('and shows another weight is not believed until an empty zero has been seen', () => {
    const lane = cut(9_000)
    expect(codes(lane)).toContain('weight-untrusted')
    expect(lane.state.phase).toBe('held')
    lane.weighs(9_000)
    lane.reversesOff()
    lane.clears()
    lane.wait(2_000)
    expect(lane.state).toMatchObject({ phase: 'idle', untrusted: null })
  })
  it('and shows the same weight was not zeroed', () => {
    const lane = cut(15_800)
    expect(codes(lane)).not.toContain('weight-untrusted')
  })
})

describe('an indicator set to zero under a truck', () => {
  it('is noticed, because nobody left; the lane is free when it has backed off and zero is true again', () => {
    const lane = onThePlatform()
    lane.wait(1_500)
    lane.weighs(0)
    lane.wait(500)
    expect(lane.state).toMatchObject({ phase: 'blocked', why: 'weight-untrusted', untrusted: { why: 'zeroed' } })
    expect(lane.alarms()).toMatchObject([
      { kind: 'weight-curve', occurrence: 'north/visit-1', facts: { reason: 'zeroed', beforeKg: 15_800 } },
    ])
    lane.wait(60_000)
    expect(lane.state.phase).toBe('blocked')
    lane.sensor('entry-beam', true)
    lane.weighs(-15_800)
    lane.sensor('entry-beam', false)
    lane.wait(30_000)
    expect(lane.state).toMatchObject({ phase: 'blocked', why: 'zero-off' })
    lane.weighs(0)
    lane.wait(6_000)
    expect(lane.state).toMatchObject({ phase: 'idle', untrusted: null })
  })

  it('that drives out is an escape all the same', () => {
    const lane = onThePlatform()
    lane.wait(1_500)
    lane.weighs(0)
    lane.wait(500)
    lane.sensor('exit-beam', true)
    lane.sensor('exit-loop', true)
    expect(lane.alarms().map(({ kind }) => kind)).toEqual(['weight-curve', 'escape'])
  })
})

describe('an arm that was hit', () => {
  it.each(['entry', 'exit'] as const)('at the %s: an alarm, and every opening waits for a person from then on', (gate) => {
    const lane = playLane()
    lane.starts()
    lane.weighsVehicle('陕K12345', 15_800)
    lane.leavesByExit()
    lane.clears()
    lane.wait(2_000)
    lane.sensor(`${gate}-arm-down`, false)
    expect(lane.alarms()).toMatchObject([{ kind: 'forced-gate', facts: { gate } }])
    expect(lane.state.attended).toMatchObject({ why: 'barrier-hit' })
    lane.operator('attended-off', 'checked-by-eye')
    expect(lane.state.attended).toBeNull()
  })

  it('by a truck that pushes its way out says nothing of the iron: that is its escape', () => {
    const lane = onThePlatform()
    lane.sensor('exit-beam', true)
    lane.sensor('exit-arm-down', false)
    lane.sensor('exit-loop', true)
    expect(lane.alarms().map(({ kind }) => kind)).toEqual(['forced-gate', 'escape'])
    expect(lane.state.attended ?? null).toBeNull()
  })

  describe('just after it had come down', () => {
    const comingDown = () => {
      const lane = playLane()
      lane.starts()
      lane.weighsVehicle('陕K12345', 15_800)
      lane.leavesByExit()
      lane.wait(5_000)
      expect(lane.state).toMatchObject({ phase: 'idle', exitCommanded: 'closed' })
      return lane
    }
    const forcings = (lane: ReturnType<typeof playLane>) => lane.alarms().filter(({ kind }) => kind === 'forced-gate')
    it('is no less hit when it stays away', () => {
      const lane = comingDown()
      lane.sensor('exit-arm-down', true)
      lane.wait(80)
      lane.sensor('exit-arm-down', false)
      lane.wait(500)
      expect(forcings(lane)).toEqual([])
      lane.wait(1_000)
      expect(forcings(lane)).toMatchObject([{ facts: { gate: 'exit' } }])
      expect(lane.state.attended).toMatchObject({ why: 'barrier-hit' })
      lane.wait(10_000)
      expect(forcings(lane)).toHaveLength(1)
    })
    it('and ordered open meanwhile, was not', () => {
      const lane = comingDown()
      lane.sensor('exit-arm-down', true)
      lane.wait(80)
      lane.sensor('exit-arm-down', false)
      lane.operator('lift', 'other', { gate: 'exit' })
      expect(lane.state.exitCommanded).toBe('open')
      lane.wait(10_000)
      expect(forcings(lane)).toEqual([])
    })
    it('and back at once is a contact that bounces', () => {
      const lane = comingDown()
      for (let bounce = 0; bounce < 4; bounce += 1) {
        lane.sensor('exit-arm-down', true)
        lane.wait(80)
        lane.sensor('exit-arm-down', false)
        lane.wait(160)
      }
      lane.sensor('exit-arm-down', true)
      lane.wait(10_000)
      expect(forcings(lane)).toEqual([])
    })
  })
})
