import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { parse } from 'yaml'
import { toIso } from '#edge/units'
import { scaleOf, simulatorClock } from './clock.ts'
import { httpDesk } from './http-desk.ts'
import { startSite } from './mine.ts'
import { checkMineConfig, type MineConfig } from './mine-config.ts'
import { random } from './random.ts'
import { runSchedule } from './schedule.ts'

/** What the command line hands to one of its programs. */
export interface Asked {
  readonly args: readonly string[]
  /** PITGATE_CLOCK. */
  readonly scaleText: string | undefined
  readonly stopped: AbortSignal
}

/**
 * `mine --config FILE`: starts the hardware, prints one JSON line with its addresses on stdout, and plays visits until stopped; what
 * happens is told on stderr. Throws a sentence for a configuration it cannot use.
 */
export async function mineProgram({ args, scaleText, stopped }: Asked): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { config: { type: 'string' } } })
  if (values.config === undefined) throw new Error('Say which mine: --config FILE')
  const config = readMine(values.config)
  const clock = simulatorClock(scaleOf(scaleText))
  const log = (text: string): void => void process.stderr.write(`${toIso(clock.now())} ${text}\n`)
  const keys = new Map(config.cloud.keys.map(({ carrier, key }) => [carrier, key]))
  const site = await startSite(config, {
    clock,
    log,
    tickets: httpDesk({ url: config.cloud.url, site: config.site, keys, clock, log }),
    onTruth: (truth) => {
      if (truth.kind !== 'relay' && truth.kind !== 'arm') log(`${truth.lane}: ${truth.kind} ${truth.plate} ${truth.weightKg} kg`)
    },
  })
  const lanes = Object.fromEntries([...site.lanes].map(([name, { addresses }]) => [name, addresses]))
  process.stdout.write(`${JSON.stringify({ ready: true, lanes })}\n`)
  stopped.addEventListener('abort', () => void site.stop())
  if (stopped.aborted) return site.stop()
  await runSchedule(site, { clock, random: random(`${config.seed}/schedule`), log })
  await site.stop()
}

function readMine(file: string): MineConfig {
  let value: unknown
  try {
    value = parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw new Error(`Cannot read the mine's configuration ${file}: ${(cause as Error).message}`, { cause })
  }
  const checked = checkMineConfig(value)
  if ('mistakes' in checked) throw new Error(`The mine's configuration ${file} has mistakes:\n${checked.mistakes}`)
  return checked.config
}
