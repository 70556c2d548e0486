import { eventually } from '../support/eventually.ts'
import { benchLane, PLATE_OF } from './bench-lane.ts'
import { shares } from './shares.ts'

/**
 * The cycle's own share: a truck stands still and clear of the entry; from then to the exit's pulse the lane waits for what it must wait
 * for (side clear, position, weight at rest: `clearFor` + `positionedFor` + `settleFor`), and whatever comes on top is ours. Usual times,
 * the mine's own speed.
 */
export interface CycleFigure {
  readonly trucks: number
  readonly neededMs: number
  readonly p50AddedMs: number
  readonly worstAddedMs: number
}

const NEEDED_MS = 1_000 + 2_000 + 2_500

export async function benchCycle(trucks = 6): Promise<{ name: string; text: string; figures: readonly CycleFigure[] }> {
  const added: number[] = []
  let standsAt: number | null = null
  const lane = await benchLane({
    speed: 1,
    rules: { repeatWithinSeconds: 0, emptyForSeconds: 1 },
    tickets: trucks,
    waiting: 0,
    watches: {
      onCoil: (output) => {
        if (standsAt === null || output !== 'exitOpen') return
        added.push(performance.now() - standsAt - NEEDED_MS)
        standsAt = null
      },
    },
  })
  await lane.reach('idle')
  for (let n = 0; n < trucks; n += 1) {
    await lane.arrives(PLATE_OF(n))
    lane.sensors['entry-loop'] = true
    lane.weight.kg = 15_000
    await eventually(() => (lane.agent.health().lanes[0]?.weightKg ?? 0) > 10_000)
    lane.sensors['entry-loop'] = false
    standsAt = performance.now()
    await lane.reach('released')
    await eventually(() => added.length > n)
    lane.sensors['exit-loop'] = true
    await eventually(() => lane.agent.health().lanes[0]?.exitGate.sensed === 'open')
    lane.weight.kg = 0
    await eventually(() => lane.agent.health().lanes[0]?.weightKg === 0)
    lane.sensors['exit-loop'] = false
    await lane.reach('idle')
  }
  await lane.stop()
  const { p50, worst } = shares(added)
  return {
    name: 'cycle',
    text: `standing still → exit pulse: ${NEEDED_MS / 1_000} s that the rules ask for, and ${p50} ms (worst ${worst} ms) on top, over ${trucks} trucks (board polled every 100 ms)`,
    figures: [{ trucks, neededMs: NEEDED_MS, p50AddedMs: p50, worstAddedMs: worst }],
  }
}
