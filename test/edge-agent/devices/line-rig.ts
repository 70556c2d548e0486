import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { milliseconds } from '#edge/units'
import { byteLink } from '../../../edge-agent/devices/byte-link.ts'
import { retrySchedule } from '../../../edge-agent/devices/retry-schedule.ts'
import type { OpenWay } from '../../../edge-agent/devices/sign.ts'
import { nodeClock } from '../../../edge-agent/node-clock.ts'
import { type Line, type LineOptions, openLine } from '../../../simulators/line.ts'
import { quietLog } from './quiet-log.ts'

export const quickRetries = retrySchedule({ first: milliseconds(10), growth: 2, most: milliseconds(40), jitter: 0, chance: () => 0 })

/** A simulated line in a folder of its own; gone with `close`. `onBytes` may be set once the simulator on it exists. */
export async function lineRig(options: Partial<LineOptions> = {}): Promise<{
  readonly line: Line
  hears(listener: (bytes: Uint8Array) => void): void
  close(): Promise<void>
}> {
  const folder = mkdtempSync(join(tmpdir(), 'pitgate-line-'))
  let listener = (_: Uint8Array): void => {}
  const line = await openLine({
    name: 'device',
    folder,
    clock: nodeClock(),
    log: () => {},
    onBytes: (bytes) => listener(bytes),
    ...options,
  })
  return {
    line,
    hears: (to) => {
      listener = to
    },
    close: async () => {
      await line.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The way a fitted device opens a line of its own, retrying quickly. */
export const wayTo =
  (address: string): OpenWay =>
  (ears) =>
    byteLink(address, { clock: nodeClock(), log: quietLog, schedule: quickRetries, ...ears })
