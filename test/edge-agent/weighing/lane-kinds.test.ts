import { describe, expect, it } from 'vitest'
import { Instant } from '#edge/units'
import { SENSORS, type Sensor } from '#edge/weighing'
import { playLane, someRules } from '../../builders/lane.ts'
import { aBookTicket, aPolicy, aTare, aTicketNumber } from '../../builders/ticket.ts'

/** Lanes that are not two barriers with a loop and a beam on either side. */
const layout = (differing: Partial<ReturnType<typeof someRules>['layout']>) => ({ ...someRules().layout, ...differing })
const without = (...sensors: Sensor[]): readonly Sensor[] => SENSORS.filter((sensor) => !sensors.includes(sensor))
const lane = (rules: NonNullable<NonNullable<Parameters<typeof playLane>[0]>['rules']>, tickets = [aBookTicket()]) => {
  const played = playLane({ rules, dossier: { tickets } })
  played.tell({ kind: 'started', at: played.at, interrupted: false })
  for (const sensor of played.rules.fitted) played.sensor(sensor, sensor.endsWith('arm-down'))
  played.wait(4_000)
  expect(played.state.phase).toBe('idle')
  return played
}
const codes = (played: ReturnType<typeof playLane>) =>
  played
    .weighings()
    .at(-1)
    ?.findings.map(({ code }) => code) ?? []

describe('barriers', () => {
  it.each([
    ['none', { entry: false, exit: false }, []],
    ['one at the exit', { entry: false, exit: true }, ['exit open', 'exit close']],
    ['one at the entry', { entry: true, exit: false }, ['entry open', 'entry close']],
  ])('%s: the same weighing, and only what is there is moved', (_, gates, orders) => {
    const played = lane({ layout: layout({ gates }) })
    played.weighsVehicle('陕K12345', 15_800)
    expect(played.state.phase).toBe('released')
    expect(played.effects).toContainEqual({ kind: 'light', at: 'exit', colour: 'green' })
    played.leavesByExit()
    played.clears()
    expect(played.gates()).toEqual(orders)
    expect(played.passages()).toMatchObject([{ free: true }])
    expect([played.state.phase, played.alarms()]).toEqual(['idle', []])
  })

  it('none: who leaves on red is an escape all the same, and a person cannot lift what is not there', () => {
    const played = lane({ layout: layout({ gates: { entry: false, exit: false } }) }, [])
    played.weighsVehicle('陕K99887', 46_600)
    expect(played.acts()).not.toContain('lift')
    played.leavesByExit()
    expect(played.alarms().map(({ kind }) => kind)).toContain('held-vehicle-left')
  })
})

describe('without beams', () => {
  it('the entry side alone says that it stands on the platform; the record says that nobody proved it', () => {
    const played = lane({ fitted: without('entry-beam', 'exit-beam') })
    played.arrives('陕K12345')
    played.weighs(15_800)
    played.wait(1_500)
    played.sensor('entry-loop', false)
    played.wait(8_000)
    expect(played.state.phase).toBe('released')
    expect(codes(played)).toContain('position-unproved')
    played.sensor('exit-loop', true)
    played.wait(500)
    played.weighs(0)
    played.wait(500)
    played.sensor('exit-loop', false)
    played.clears()
    expect(played.passages()).toMatchObject([{ free: true }])
    expect(played.state.phase).toBe('idle')
  })
})

describe('without loops', () => {
  const rules = { fitted: without('entry-loop', 'exit-loop') }
  const drivesOff = (played: ReturnType<typeof playLane>): void => {
    played.sensor('exit-beam', true)
    played.wait(800)
    played.weighs(0)
    played.wait(500)
    played.sensor('exit-beam', false)
    played.clears()
  }
  it('a camera or a tag announces it, and the beam sees it leave', () => {
    const played = lane(rules)
    played.reads('E2000017')
    played.wait(100)
    expect(played.state.phase).toBe('idle')
    played.seen('陕K12345')
    expect(played.state.phase).toBe('arriving')
    played.sensor('entry-beam', true)
    played.weighs(15_800)
    played.wait(1_500)
    played.sensor('entry-beam', false)
    played.wait(9_000)
    expect(played.state.phase).toBe('released')
    drivesOff(played)
    expect(played.passages()).toMatchObject([{ free: true, body: { visit: 1 } }])
    expect([played.state.phase, played.alarms()]).toEqual(['idle', []])
  })

  it('one that was not let go and leaves over the beam is an escape as soon as its weight is gone', () => {
    const played = lane(rules, [])
    played.seen('陕K99887')
    played.sensor('entry-beam', true)
    played.weighs(46_600)
    played.wait(1_500)
    played.sensor('entry-beam', false)
    played.wait(9_000)
    expect(played.state.phase).toBe('held')
    drivesOff(played)
    expect(played.alarms().map(({ kind, occurrence }) => `${kind} ${occurrence}`)).toContain('held-vehicle-left north/1')
    expect(played.passages()).toMatchObject([{ free: false }])
    expect(played.state.phase).toBe('idle')
  })
})

describe('with nothing at its exit', () => {
  const rules = { fitted: ['entry-loop', 'entry-beam'] as Sensor[], layout: layout({ gates: { entry: true, exit: false } }) }
  it('a passage is inferred from the weight, and says so', () => {
    const played = lane(rules)
    played.weighsVehicle('陕K12345', 15_800)
    expect(played.state.phase).toBe('released')
    played.weighs(0)
    played.clears()
    expect(codes(played)).toContain('passage-unproved')
    expect(played.passages()).toMatchObject([{ free: true, body: { visit: 1 } }])
    expect([played.state.phase, played.alarms()]).toEqual(['idle', []])
  })

  it('one that was held and went, but not by the entry, is told as gone', () => {
    const played = lane(rules, [])
    played.weighsVehicle('陕K99887', 46_600)
    played.weighs(0)
    played.clears()
    expect(played.alarms()).toMatchObject([{ kind: 'drive-off' }])
  })

  it('one that was held and backed off is not', () => {
    const played = lane(rules, [])
    played.weighsVehicle('陕K99887', 46_600)
    played.reversesOff()
    played.clears()
    expect([played.state.phase, played.alarms()]).toEqual(['idle', []])
  })
})

it('without any sensor a tag or a shown ticket is an arrival, and the weight says the rest', () => {
  const played = lane({ fitted: [], layout: layout({ gates: { entry: false, exit: false } }) })
  played.reads('E2000017')
  played.wait(200)
  expect(played.state.phase).toBe('arriving')
  played.seen('陕K12345')
  played.weighs(15_800)
  played.wait(9_000)
  expect(played.state.phase).toBe('released')
  played.weighs(0)
  played.clears()
  expect(played.passages()).toMatchObject([{ free: true }])
  expect([played.state.phase, played.gates()]).toEqual(['idle', []])
})

describe('one pass, with a stored tare', () => {
  it('uses the ticket in one step', () => {
    const played = playLane({
      rules: { layout: layout({ storedTare: true }) },
      dossier: {
        tickets: [aBookTicket()],
        tares: [
          {
            plate: '陕K12345',
            trailer: null,
            kg: 15_800,
            at: '2026-11-20T04:00:00Z',
            site: someRules().site,
            approved: true,
            epoch: aTare().epoch,
            seq: 3,
          },
        ],
      },
    })
    played.nextDossier({ policy: aPolicy({ storedTareHours: 72 }) })
    played.starts()
    played.weighsVehicle('陕K12345', 46_600)
    expect(played.tickets()).toEqual(['issued → released, keep'])
    played.reversesOff()
    played.clears()
    expect(played.tickets().at(-1)).toBe('released → issued, give-back')
  })
})

describe('entered from both ends', () => {
  const bothWays = (tickets = [aBookTicket()]) => {
    const played = playLane({ rules: { layout: layout({ bothWays: true }) }, dossier: { tickets } })
    played.starts()
    expect(played.state.phase).toBe('idle')
    return played
  }
  /** The board's exit is this truck's entry. */
  const comesBySecondEnd = (played: ReturnType<typeof playLane>, kg: number): void => {
    played.sensor('exit-loop', true)
    played.seen('陕K12345', { camera: 'rear' })
    played.wait(1_200)
    played.sensor('exit-arm-down', false)
    played.sensor('exit-beam', true)
    played.weighs(Math.round(kg / 60) * 20)
    played.wait(1_500)
    played.weighs(kg)
    played.wait(500)
    played.sensor('exit-loop', false)
    played.sensor('exit-beam', false)
    played.wait(1_200)
    played.sensor('exit-arm-down', true)
    played.wait(5_000)
  }
  const leavesByFirstEnd = (played: ReturnType<typeof playLane>): void => {
    played.sensor('entry-arm-down', false)
    played.sensor('entry-beam', true)
    played.wait(400)
    played.sensor('entry-loop', true)
    played.wait(1_000)
    played.weighs(0)
    played.wait(500)
    played.sensor('entry-beam', false)
    played.sensor('entry-loop', false)
    played.clears()
  }

  it('a truck from the second end is let in there and out at the first; every record has the names of the board', () => {
    const played = bothWays()
    comesBySecondEnd(played, 15_800)
    expect(played.state).toMatchObject({ phase: 'released', turned: true, entryCommanded: 'open', exitCommanded: 'closed' })
    expect(played.gates()).toEqual(['exit open', 'exit close', 'entry open'])
    const [weighing] = played.weighings()
    expect(weighing).toMatchObject({ verdict: 'open', ticket: aTicketNumber(), sightings: [{ camera: 'rear' }] })
    expect(weighing?.sensors.map(([, sensor, on]) => `${sensor} ${on}`).slice(0, 2)).toEqual(['exit-loop true', 'exit-arm-down false'])
    expect(weighing?.vehicle.basis?.by).toEqual(['rear'])
    leavesByFirstEnd(played)
    expect(played.passages()).toMatchObject([{ free: true }])
    expect([played.state.phase, played.alarms()]).toEqual(['idle', []])
  })

  it('and the next one from the first end, with the truck before it gone', () => {
    const played = bothWays([aBookTicket(), aBookTicket({ ticket: { plate: '陕K55555', number: aTicketNumber(5) } })])
    comesBySecondEnd(played, 15_800)
    leavesByFirstEnd(played)
    played.wait(12_000)
    played.weighsVehicle('陕K55555', 15_600)
    expect(played.state).toMatchObject({ phase: 'released', turned: false })
    played.leavesByExit()
    played.clears()
    expect(played.passages()).toMatchObject([{ free: true }, { free: true }])
    expect([played.state.phase, played.alarms()]).toEqual(['idle', []])
  })

  it('one that waits at the other end is told so and locked out; it is no escape, its plate is not the other one’s, and its turn comes', () => {
    const played = bothWays([aBookTicket(), aBookTicket({ ticket: { plate: '陕K55555', number: aTicketNumber(5) } })])
    played.arrives('陕K12345')
    played.drivesOn(15_800)
    played.sensor('exit-loop', true)
    played.seen('陕K55555', { camera: 'rear' })
    expect(played.effects.findLast((effect) => effect.kind === 'tell-driver')).toMatchObject({
      say: 'stop-not-your-turn',
      facts: { side: 'exit' },
    })
    played.stands()
    expect(played.weighings()).toMatchObject([{ vehicle: { plate: '陕K12345' }, verdict: 'open' }])
    expect(played.alarms()).toEqual([])
    // It makes room, the first one leaves, and then it is let in.
    played.sensor('exit-loop', false)
    played.wait(1_000)
    played.leavesByExit()
    played.wait(3_000)
    played.sensor('exit-loop', true)
    played.wait(6_000)
    expect(played.state).toMatchObject({ phase: 'arriving', turned: true })
    expect(played.state.phase === 'arriving' && played.state.visit.sightings.map(({ plate }) => plate)).toEqual(['陕K55555'])
  })

  it.each<[when: string, first: string | null, verdict: string]>([
    ['nobody has read the one on the platform: it does not take the other one’s ticket', null, 'ask'],
    ['the one on the platform is known: it is not in doubt for that', '陕K12345', 'open'],
  ])('the other end’s camera reads somebody far before his loop, and %s', (_, first, verdict) => {
    const played = bothWays([aBookTicket(), aBookTicket({ ticket: { plate: '陕K55555', number: aTicketNumber(5) } })])
    played.arrives(first)
    played.drivesOn(15_800)
    played.seen('陕K55555', { camera: 'rear' })
    played.stands()
    expect(played.weighings()).toMatchObject([{ verdict, vehicle: { plate: first } }])
    expect(played.state.waiting.sightings.map(({ plate }) => plate)).toEqual(['陕K55555'])
  })

  it.each(['at once', 'when the lane is idle long since'])('a trailer’s plate read as it drives away announces nobody, %s', (when) => {
    const played = bothWays()
    comesBySecondEnd(played, 15_800)
    leavesByFirstEnd(played)
    if (when !== 'at once') played.wait(15_000)
    const before = played.gates()
    played.seen('陕K6780挂')
    played.wait(2_000)
    expect([played.state.phase, played.gates()]).toEqual(['idle', before])
  })

  it('and it is not the trailer of the next one', () => {
    const played = bothWays([aBookTicket({ ticket: { plate: '陕K55555', number: aTicketNumber(5), trailer: null } })])
    comesBySecondEnd(played, 15_800)
    leavesByFirstEnd(played)
    played.seen('陕K6780挂')
    played.wait(3_000)
    played.weighsVehicle('陕K55555', 15_600)
    expect(played.weighings().at(-1)).toMatchObject({ vehicle: { plate: '陕K55555', trailer: null } })
  })

  it('at a tie the end that was not served last comes first, and never both', () => {
    const played = bothWays([])
    played.sensor('entry-loop', true)
    played.wait(500)
    expect(played.state).toMatchObject({ phase: 'arriving', turned: false })
    played.sensor('exit-loop', true)
    played.sensor('entry-loop', false)
    played.wait(59_000)
    played.sensor('entry-loop', true)
    played.sensor('entry-loop', false)
    played.wait(5_000)
    expect(played.state).toMatchObject({ phase: 'arriving', turned: true })
    expect(played.gates()).toEqual(['entry open', 'entry close', 'exit open'])
  })

  it('a truck that drives out at the first end unreleased is an escape there', () => {
    const played = bothWays([])
    comesBySecondEnd(played, 46_600)
    expect(played.state.phase).toBe('held')
    played.sensor('entry-beam', true)
    played.sensor('entry-loop', true)
    expect(played.alarms().at(-1)).toMatchObject({ kind: 'held-vehicle-left' })
  })

  it.each<[what: string, kg: number, when: 'on the loop' | 'off the platform']>([
    ['breaks through', 46_600, 'on the loop'],
    ['breaks through', 46_600, 'off the platform'],
    ['was let go', 15_800, 'off the platform'],
  ])('one who %s (%i kg) and is read there, %s, is nobody who comes', (_, kg, when) => {
    const played = bothWays()
    comesBySecondEnd(played, kg)
    played.sensor('entry-beam', true)
    played.wait(400)
    played.sensor('entry-loop', true)
    if (when === 'on the loop') played.seen('陕K12345')
    played.weighs(0)
    if (when === 'off the platform') played.seen('陕K12345')
    played.wait(1_000)
    played.sensor('entry-beam', false)
    played.sensor('entry-loop', false)
    const before = played.gates().filter((order) => order.endsWith('open'))
    played.wait(10_000)
    expect(played.state.phase).toBe('idle')
    expect(played.gates().filter((order) => order.endsWith('open'))).toEqual(before)
  })

  it('the agent dies over a turned truck: it is still turned afterwards', () => {
    const before = bothWays()
    comesBySecondEnd(before, 15_800)
    const again = playLane({ rules: { layout: layout({ bothWays: true }) }, state: before.state, at: Instant(before.at + 1_000) })
    again.tell({ kind: 'started', at: again.at, interrupted: true })
    for (const sensor of again.rules.fitted) again.sensor(sensor, sensor === 'exit-arm-down')
    again.weighs(15_800)
    again.wait(1_000)
    expect(again.state).toMatchObject({ phase: 'blocked', why: 'outcome-unknown', turned: true })
    leavesByFirstEnd(again)
    expect(again.passages()).toMatchObject([{ free: true }])
    expect([again.gates().filter((gate) => gate.endsWith('open')), again.alarms()]).toEqual([[], []])
  })
})
