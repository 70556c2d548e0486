import { describe, expect, it } from 'vitest'
import { playLane } from '../../builders/lane.ts'
import { aBookTicket, aTare } from '../../builders/ticket.ts'

/** A second vehicle on the heels of one that was let go: noticed, weighed by itself, and never out on the first one's release. */
const letGo = () => {
  const lane = playLane({ dossier: { tickets: [aBookTicket({ tare: aTare() })] } })
  lane.starts()
  lane.weighsVehicle('陕K12345', 46_600)
  expect(lane.state.phase).toBe('released')
  lane.sensor('exit-arm-down', false)
  lane.sensor('exit-beam', true)
  lane.wait(400)
  lane.sensor('exit-loop', true)
  lane.wait(800)
  return lane
}
/** What the weight's own curve tells beside that is `suspicion/`'s. */
const kinds = (lane: ReturnType<typeof playLane>) =>
  lane.alarms().flatMap(({ kind, occurrence }) => (kind === 'tailgate' || kind === 'escape' ? [`${kind} ${occurrence}`] : []))

/** The first one rolls off axle by axle while the second comes on. */
function followed(lane: ReturnType<typeof playLane>): void {
  lane.weighs(24_000)
  lane.wait(500)
  lane.sensor('entry-loop', true)
  lane.sensor('entry-beam', true)
  lane.weighs(31_000)
  lane.wait(500)
  lane.weighs(44_000)
  lane.wait(500)
}

describe('onto the platform while the first one is still leaving', () => {
  it('it is told and alarmed once; with a gap between them it is a visit of its own, and the arm comes down before it', () => {
    const lane = letGo()
    followed(lane)
    expect(kinds(lane)).toEqual(['tailgate north/visit-1'])
    expect([lane.said().at(-1), lane.state.siren]).toEqual(['one-at-a-time', true])
    lane.sensor('exit-beam', false)
    lane.sensor('exit-loop', false)
    lane.sensor('entry-loop', false)
    lane.sensor('entry-beam', false)
    lane.wait(9_000)
    expect(lane.passages()).toMatchObject([{ free: true, body: { visit: 1 } }])
    expect(lane.gates().at(-1)).not.toBe('exit open')
    expect(lane.gates().filter((gate) => gate.startsWith('exit'))).toEqual(['exit open', 'exit close'])
    expect(lane.weighings().at(-1)).toMatchObject({ visit: 2, verdict: 'hold' })
    expect(
      lane
        .weighings()
        .at(-1)
        ?.findings.map(({ code }) => code),
    ).toContain('tailgate')
    expect(kinds(lane)).toEqual(['tailgate north/visit-1'])
  })

  it('bumper to bumper through the open arm: two passages, the second an escape', () => {
    const lane = letGo()
    followed(lane)
    lane.sensor('entry-loop', false)
    lane.sensor('entry-beam', false)
    lane.sensor('exit-beam', false)
    lane.sensor('exit-beam', true)
    lane.weighs(20_000)
    lane.wait(1_000)
    lane.weighs(0)
    lane.sensor('exit-beam', false)
    lane.wait(500)
    lane.sensor('exit-loop', false)
    lane.clears()
    expect(lane.passages()).toMatchObject([
      { free: true, body: { passage: 1, visit: 1 } },
      { free: false, body: { passage: 2, plate: null } },
    ])
    expect(kinds(lane)).toEqual(['tailgate north/visit-1', 'escape north/2'])
    expect(lane.state.phase).toBe('idle')
  })

  it('and back off again: one passage', () => {
    const lane = letGo()
    followed(lane)
    lane.sensor('entry-beam', false)
    lane.sensor('entry-beam', true)
    lane.weighs(0)
    lane.wait(500)
    lane.sensor('exit-beam', false)
    lane.sensor('exit-loop', false)
    lane.sensor('entry-beam', false)
    lane.wait(500)
    expect(lane.passages()).toMatchObject([{ free: true }])
    expect(kinds(lane)).toEqual(['tailgate north/visit-1'])
  })
})

it('onto the platform before the lane is clear, past an entry that is shut: alarmed, and an escape when it drives on', () => {
  const lane = letGo()
  lane.weighs(0)
  lane.sensor('exit-beam', false)
  lane.sensor('exit-loop', false)
  lane.wait(500)
  expect(lane.state.phase).toBe('clearing')
  lane.weighs(15_000)
  lane.wait(500)
  expect(kinds(lane)).toEqual(['tailgate north/visit-1'])
  expect(lane.gates().at(-1)).toBe('exit close')
  lane.sensor('exit-beam', true)
  lane.sensor('exit-loop', true)
  expect(kinds(lane)).toEqual(['tailgate north/visit-1', 'escape north/2'])
})

it('a loaded truck that bounces as it pulls away has nobody behind it', () => {
  const lane = letGo()
  for (const kg of [46_000, 47_600, 40_000, 41_800, 24_000, 25_200, 8_000, 9_000, 0]) {
    lane.weighs(kg)
    lane.wait(300)
  }
  lane.sensor('exit-beam', false)
  lane.sensor('exit-loop', false)
  lane.clears()
  expect([kinds(lane), lane.passages().length, lane.state.phase]).toEqual([[], 1, 'idle'])
})

describe('a scale that is silent while a truck leaves that was let go', () => {
  /** The loop lets go of it between its axles, and nobody hears that its trailer still weighs. */
  const deaf = () => {
    const lane = letGo()
    lane.weighs(31_000)
    lane.device('scale', false)
    lane.silence(3_400)
    lane.sensor('exit-loop', false)
    lane.sensor('exit-beam', false)
    lane.silence(400)
    return lane
  }

  it('makes no second vehicle of its own trailer', () => {
    const lane = deaf()
    expect(lane.passages()).toEqual([])
    lane.device('scale', true)
    lane.weighs(20_000)
    lane.sensor('exit-beam', true)
    lane.sensor('exit-loop', true)
    lane.wait(1_500)
    lane.weighs(0)
    lane.wait(500)
    lane.sensor('exit-beam', false)
    lane.sensor('exit-loop', false)
    lane.clears()
    expect([kinds(lane), lane.passages().length, lane.state.phase]).toEqual([[], 1, 'idle'])
  })

  it('and stays silent: it has left once loop and beam have been clear for so long', () => {
    const lane = deaf()
    lane.silence(30_000)
    expect(lane.passages()).toEqual([])
    lane.silence(31_000)
    expect(lane.passages()).toMatchObject([{ free: true, body: { visit: 1, zeroAfterKg: null } }])
    expect(lane.state.phase).toBe('clearing')
    lane.device('scale', true)
    lane.weighs(0)
    lane.clears()
    expect([kinds(lane), lane.passages().length, lane.state.phase]).toEqual([[], 1, 'idle'])
  })
})
