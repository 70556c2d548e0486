import { join } from 'node:path'
import { random } from '../../../simulators/random.ts'
import { eventually } from '../../support/eventually.ts'
import type { Bundle } from '../bundle.ts'
import { brokenLines, check } from '../checker/check.ts'
import { forMilliseconds } from '../life.ts'
import { wholeRoad } from '../whole-road.ts'
import { type AlarmTimes, alarmTimes, noteAlarms } from './alarm-times.ts'
import { badLine, FAIR } from './bad-line.ts'
import type { Profile } from './profiles.ts'

/**
 * T08: a real agent with a backlog, which goes on weighing (five acts a second, an escape in every ten), a bad line, a real broker, the
 * real ingest over a real PostgreSQL. Then the line is fair again, everything drains, and the history is checked on both sides.
 */
export interface Drilled extends AlarmTimes {
  readonly profile: string
  readonly records: number
  /** Records that had arrived when the line became fair again. */
  readonly arrivedMeanwhile: number
  /** From there until everything was receipted. */
  readonly drainedMs: number
  /** Lines of the checker, and what else was not as it must be; empty when all was. */
  readonly broken: readonly string[]
}

export interface Drill {
  readonly seconds: number
  readonly backlog: number
  readonly seed: number
  /** A file for samples of what the agent's process holds. */
  readonly samples?: string
}

const ACTS_A_SECOND = 5
/** Far beyond what a line of 64 kbit/s needs for its first records and alarms, also on a busy machine. */
const PATIENCE = 120_000

export async function drill(agentProgram: Bundle, profile: Profile, { seconds, backlog, seed, samples }: Drill): Promise<Drilled> {
  const chance = random(`networks/${profile.name}/${seed}`)
  const road = await wholeRoad(agentProgram, chance)
  await noteAlarms(road.databaseUrl)
  const line = await badLine(Number(new URL(road.pipe.url).port), chance.fork('line'))
  const told = join(road.folder, 'escapes')
  const broken: string[] = []
  let over = false
  const play = (): Promise<void> => profile.play(line, chance, () => over)
  try {
    const inbox = await road.openCloud()
    const arrived = (): number => inbox.counts().records
    const early = profile.begins === 'at-once' ? play() : null
    const life = road.begin(
      'store',
      [
        ...['--backlog', String(backlog), '--acts', String(seconds * ACTS_A_SECOND), '--every', String(1_000 / ACTS_A_SECOND)],
        ...['--seed', String(seed), '--escapes', told, ...(samples === undefined ? [] : ['--samples', samples])],
      ],
      `mqtt://127.0.0.1:${line.port}`,
    )
    await life.says('ready')
    if (early === null) await eventually(() => arrived() > 0, { within: PATIENCE })
    const playing = early ?? play()
    await forMilliseconds(seconds * 1_000)
    if (profile.passes) {
      await eventually(() => arrived() > 0, { within: PATIENCE }).catch(() =>
        broken.push(`broken I18 nothing arrives over "${profile.name}"`),
      )
      const ahead = async (): Promise<boolean> => arrived() >= backlog || (await alarmTimes(road.databaseUrl, told)).ahead > 0
      await eventually(ahead, { within: PATIENCE }).catch(() =>
        broken.push(`broken I12 no alarm passes the backlog over "${profile.name}"`),
      )
    }
    const arrivedMeanwhile = arrived()
    const healedAt = Date.now()
    over = true
    await playing
    line.become(FAIR)
    const drained = life.says('drained').then(() => true)
    if (!(await Promise.race([drained, forMilliseconds(PATIENCE).then(() => false)])))
      broken.push(`broken I18 not drained in ${PATIENCE} ms`)
    const drainedMs = Date.now() - healedAt
    const times = await alarmTimes(road.databaseUrl, told, profile.passes ? healedAt : undefined)
    const history = await road.history('store')
    broken.push(...brokenLines(check(history)))
    return { profile: profile.name, records: history.cloud.ledger.length, arrivedMeanwhile, drainedMs, ...times, broken }
  } finally {
    over = true
    await road.end()
    await line.stop()
  }
}
