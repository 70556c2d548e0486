import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { agentKey } from '../../edge-agent/keys.ts'
import { AGENT, SITE } from '../edge-agent/store/store-rig.ts'
import { slopeOf } from '../support/slope.ts'
import { benchHouse } from './bench-house.ts'
import type { RetainedPoint, RetainedRun } from './retained-agent.ts'

/**
 * What an agent keeps of the vehicles it has weighed (DESIGN.md section 7): bytes on its heap and in its buffers after forced garbage
 * collections, at even steps of weighings, and the slope of the line through them with its 95 % confidence interval. The agent's lane,
 * store and uplink, a real broker and cloud service; see retained-agent.ts.
 */
export interface RetainedFigure {
  readonly weighings: number
  readonly points: number
  readonly meanRetainedBytes: number
  /** Growth per 10,000 weighings, and its 95 % confidence interval. */
  readonly per10000: number
  readonly low: number
  readonly high: number
  /** Zero lies within the interval. */
  readonly isFlat: boolean
  readonly rssMb: { readonly first: number; readonly last: number }
  readonly retainedBytes: readonly number[]
}

/** Until the compiler has done its work: its code is counted with the rest, and is most of what still grows before. */
const WARM_UP = 6_400
const POINTS = 12
const WEIGHINGS_PER_POINT = 400

export async function benchRetained(): Promise<{ name: string; text: string; figures: RetainedFigure }> {
  const folder = mkdtempSync(join(tmpdir(), 'pitgate-bench-retained-'))
  const agent = { site: SITE, agent: AGENT, key: agentKey(join(folder, 'agent.key')) }
  const house = await benchHouse([agent])
  try {
    await house.cloud()
    const points = await run({
      folder,
      url: house.brokerUrl,
      password: house.passwordOf(agent),
      warmUp: WARM_UP,
      points: POINTS,
      weighingsPerPoint: WEIGHINGS_PER_POINT,
    })
    const figures = figuresOf(points)
    return { name: 'bytes an agent retains', text: textOf(figures), figures }
  } finally {
    await house.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function run(asked: RetainedRun): Promise<RetainedPoint[]> {
  const child = fork(new URL('./retained-agent.ts', import.meta.url), { execArgv: [...process.execArgv, '--expose-gc'] })
  const points: RetainedPoint[] = []
  child.on('message', (point: RetainedPoint) => points.push(point))
  const ended = new Promise<number | null>((then) => child.once('exit', then))
  child.send(asked)
  const code = await ended
  if (code !== 0) throw new Error(`the agent of the bench ended with ${code}`)
  return points
}

function figuresOf(points: readonly RetainedPoint[]): RetainedFigure {
  const retainedBytes = points.map((point) => point.retainedBytes)
  const line = slopeOf(points.map((point) => [point.weighings, point.retainedBytes]))
  const mb = (point: RetainedPoint | undefined): number => Math.round((point?.rssBytes ?? Number.NaN) / 2 ** 20)
  return {
    weighings: points.at(-1)?.weighings ?? 0,
    points: points.length,
    meanRetainedBytes: Math.round(retainedBytes.reduce((sum, bytes) => sum + bytes, 0) / points.length),
    per10000: Math.round(line.slope * 10_000),
    low: Math.round(line.low * 10_000),
    high: Math.round(line.high * 10_000),
    isFlat: line.isFlat,
    rssMb: { first: mb(points[0]), last: mb(points.at(-1)) },
    retainedBytes,
  }
}

const kb = (bytes: number): string => `${(bytes / 1_024).toFixed(1)} kB`
const textOf = (it: RetainedFigure): string =>
  [
    `${kb(it.per10000)} per 10,000 weighings, 95 % interval ${kb(it.low)} to ${kb(it.high)}: ${it.isFlat ? 'not to be told from zero' : 'NOT FLAT'}`,
    `  ${it.weighings} weighings after a warm-up, ${it.points} points of ${(it.meanRetainedBytes / 2 ** 20).toFixed(1)} MB in the mean; RSS ${it.rssMb.first} → ${it.rssMb.last} MB`,
  ].join('\n')
