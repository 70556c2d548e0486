import { eventually } from '../support/eventually.ts'
import { benchLane, PLATE_OF, QUICK_RULES } from './bench-lane.ts'
import { shares } from './shares.ts'

/**
 * Gate decision (DESIGN.md section 7): from the last deciding byte read off the tty to the relay request written, through the machine,
 * the checks and the durable commit.
 */
export interface GateFigure {
  readonly waiting: number
  readonly decisions: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly worstMs: number
}

const SPEED = 4

export async function benchGate(trucks = 40): Promise<{ name: string; text: string; figures: readonly GateFigure[] }> {
  const figures = [await measure(trucks, 0), await measure(trucks, 100_000)]
  const text = figures
    .map(
      ({ waiting, decisions, p50Ms, p99Ms, worstMs }) =>
        `  ${waiting.toLocaleString('en')} records waiting: p50 ${p50Ms} ms, p99 ${p99Ms} ms, worst ${worstMs} ms over ${decisions} decisions`,
    )
    .join('\n')
  return { name: 'gate decision', text: `deciding byte read → durable commit → relay bytes written\n${text}`, figures }
}

async function measure(trucks: number, waiting: number): Promise<GateFigure> {
  const taken: number[] = []
  let lastScaleBytes = 0
  let deciding: number | null = null
  const lane = await benchLane({
    speed: SPEED,
    rules: QUICK_RULES,
    tickets: trucks,
    waiting,
    watches: {
      onScaleBytes: () => {
        lastScaleBytes = performance.now()
      },
      onCoil: (output) => {
        if (deciding === null || output !== 'exitOpen') return
        taken.push(performance.now() - deciding)
        deciding = null
      },
    },
  })
  lane.agent.store.onAppended((records) => {
    if (records.some(({ kind }) => kind === 'weighing')) deciding = lastScaleBytes
  })
  await lane.reach('idle')
  for (let pass = 0; pass < trucks * 2; pass += 1) {
    const before = taken.length
    await lane.arrives(PLATE_OF(pass >> 1))
    lane.sensors['entry-loop'] = true
    lane.weight.kg = pass % 2 === 0 ? 15_000 : 46_000
    await eventually(() => (lane.agent.health().lanes[0]?.weightKg ?? 0) > 10_000)
    lane.sensors['entry-loop'] = false
    await lane.reach('released')
    await eventually(() => taken.length > before)
    lane.sensors['exit-loop'] = true
    await eventually(() => lane.agent.health().lanes[0]?.exitGate.sensed === 'open')
    lane.weight.kg = 0
    await eventually(() => lane.agent.health().lanes[0]?.weightKg === 0)
    lane.sensors['exit-loop'] = false
    await lane.reach('idle')
  }
  await lane.stop()
  const { p50, p99, worst } = shares(taken)
  return { waiting, decisions: taken.length, p50Ms: p50, p99Ms: p99, worstMs: worst }
}
