import { describe, expect, it } from 'vitest'
import type { WeightTick } from '#edge/console'
import type { LaneId } from '#edge/ids'
import { type ConsoleEvent, type ConsoleState, consoleLive, NOTHING_HEARD } from '../../../dashboard/console/live.ts'
import { TRACE_MS, TRACE_POINTS } from '../../../dashboard/console/trace.ts'
import { AT, aConsoleLane, aSite, aSnapshot } from './builders.ts'

const at = Date.parse(AT)
const iso = (ms: number): string => new Date(at + ms).toISOString()
const told = (...events: ConsoleEvent[]): ConsoleState => events.reduce(consoleLive, NOTHING_HEARD)
const ground: ConsoleEvent = { kind: 'ground', heardAt: 100, snapshot: aSnapshot() }
const tick = (ms: number, kg: number, flag: boolean | null = true): WeightTick => ['north' as LaneId, at + ms, kg, flag]
const weight = (ms: number, kg: number, heardAt = 100 + ms, flag: boolean | null = true): ConsoleEvent => ({
  kind: 'weight',
  heardAt,
  tick: tick(ms, kg, flag),
})
const north = (state: ConsoleState) => state.lanes[0]

describe('what the console knows', () => {
  it('stands on the snapshot', () => {
    const state = told(ground)
    expect(state).toMatchObject({ reads: 1, heardAt: 100, agentAt: at, secondPerson: ['lift', 'void'] })
    expect(north(state)?.weight).toEqual({ kg: 0, stable: true, at, heardAt: 100 })
  })

  it('takes each reading as the weight, with the indicator’s own flag where it has one', () => {
    expect(north(told(ground, weight(50, 14_300, 150, false)))?.weight).toEqual({ kg: 14_300, stable: false, at: at + 50, heardAt: 150 })
    expect(north(told(ground, weight(50, 14_300, 150, null)))?.weight?.stable).toBe(true)
  })

  it('does not grow younger by hearing the same reading again', () => {
    const state = told(ground, weight(50, 14_300, 150), weight(50, 14_300, 1_150))
    expect(north(state)?.weight?.heardAt).toBe(150)
    expect(north(state)?.trace).toHaveLength(1)
  })

  it('keeps the last weight when the lane has none any more, so that it can be crossed out', () => {
    const silent = aConsoleLane({ status: { weightKg: null, at: iso(3_000) } })
    const state = told(ground, weight(50, 14_300, 150), { kind: 'lane', heardAt: 3_100, lane: silent })
    expect(north(state)?.weight).toMatchObject({ kg: 14_300, heardAt: 150 })
    expect(north(state)?.lane.status.weightKg).toBeNull()
  })

  it('lets no status made earlier put an older weight back', () => {
    const earlier = aConsoleLane({ status: { weightKg: 0, at: iso(20) } })
    const state = told(ground, weight(50, 14_300, 150), { kind: 'lane', heardAt: 160, lane: earlier })
    expect(north(state)?.weight?.kg).toBe(14_300)
  })

  it('ignores a lane it does not have, until the next snapshot brings it', () => {
    const south = aConsoleLane({ name: '南磅', status: { lane: 'south' as LaneId } })
    expect(told(ground, { kind: 'lane', heardAt: 200, lane: south }).lanes).toHaveLength(1)
    const state = told(ground, { kind: 'ground', heardAt: 300, snapshot: aSnapshot({ lanes: [aConsoleLane(), south] }) })
    expect(state.lanes.map(({ lane }) => lane.name)).toEqual(['北磅', '南磅'])
  })

  it('keeps curve and weight over a new snapshot', () => {
    const state = told(ground, weight(50, 14_300, 150), { ...ground, heardAt: 15_100 })
    expect(north(state)?.trace).toHaveLength(1)
  })

  it('fills an empty curve from the status', () => {
    const lane = aConsoleLane({
      status: {
        trace: [
          [1_000, 0],
          [0, 14_300],
        ],
      },
    })
    const state = told({ kind: 'ground', heardAt: 100, snapshot: aSnapshot({ lanes: [lane] }) })
    expect(north(state)?.trace.map(([ms, kg]) => [ms - at, kg])).toEqual([
      [-1_000, 0],
      [0, 14_300],
    ])
  })

  it('hears the site as a sign of life and knows the agent’s time by it', () => {
    const state = told(ground, {
      kind: 'site',
      heardAt: 1_100,
      site: aSite({ at: iso(1_000), backlog: { records: 0, oldestAt: null, photos: 0 } }),
    })
    expect(state).toMatchObject({ heardAt: 1_100, agentAt: at + 1_000, site: { backlog: { records: 0 } } })
  })

  it('holds twenty seconds and no more, however long it is open', () => {
    const readings = Array.from({ length: 5_000 }, (_, n) => weight((n + 1) * 20, n))
    const trace = north(told(ground, ...readings))?.trace ?? []
    expect(trace.length).toBeLessThanOrEqual(TRACE_POINTS)
    expect((trace.at(-1)?.[0] ?? 0) - (trace[0]?.[0] ?? 0)).toBeLessThanOrEqual(TRACE_MS)
    expect(trace.at(-1)?.[1]).toBe(4_999)
  })

  it('begins the curve anew when the agent’s clock was set back', () => {
    const state = told(ground, weight(60_000, 14_300), weight(50, 0))
    expect(north(state)?.trace).toHaveLength(1)
  })
})
