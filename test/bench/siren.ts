import { eventually } from '../support/eventually.ts'
import { benchLane } from './bench-lane.ts'
import { shares } from './shares.ts'

/**
 * Siren: a held truck without a ticket drives off; from the edge of the exit loop at the relay board's input to the relay request for the
 * siren written, through the board's poll, the machine and the durable commit. At the mine's own speed, with the lane's usual times.
 */
export interface SirenFigure {
  readonly escapes: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly worstMs: number
}

export async function benchSiren(escapes = 12): Promise<{ name: string; text: string; figures: readonly SirenFigure[] }> {
  const taken: number[] = []
  let onLoop: number | null = null
  const lane = await benchLane({
    speed: 1,
    rules: { emptyForSeconds: 1, settleForSeconds: 1, positionedForSeconds: 0.2, repeatWithinSeconds: 0 },
    tickets: 0,
    waiting: 0,
    watches: {
      onCoil: (output) => {
        if (onLoop === null || output !== 'siren') return
        taken.push(performance.now() - onLoop)
        onLoop = null
      },
    },
  })
  await lane.reach('idle')
  for (let n = 0; n < escapes; n += 1) {
    await lane.arrives(`陕K${40_000 + n}`)
    lane.sensors['entry-loop'] = true
    lane.weight.kg = 46_000
    await eventually(() => (lane.agent.health().lanes[0]?.weightKg ?? 0) > 10_000)
    lane.sensors['entry-loop'] = false
    await lane.reach('held')
    lane.sensors['exit-loop'] = true
    onLoop = performance.now()
    await eventually(() => taken.length > n, { within: 10_000 })
    lane.weight.kg = 0
    await eventually(() => lane.agent.health().lanes[0]?.weightKg === 0)
    lane.sensors['exit-loop'] = false
    await lane.reach('idle')
  }
  await lane.stop()
  const { p50, p99, worst } = shares(taken)
  return {
    name: 'siren',
    text: `exit loop covered → siren relay ordered: p50 ${p50} ms, p99 ${p99} ms, worst ${worst} ms over ${escapes} escapes (board polled every 100 ms)`,
    figures: [{ escapes, p50Ms: p50, p99Ms: p99, worstMs: worst }],
  }
}
