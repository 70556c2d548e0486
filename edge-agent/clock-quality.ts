import { existsSync } from 'node:fs'
import type { Clock } from '#edge/clock'
import type { ClockQuality } from '#edge/records'
import { fromIso } from '#edge/units'

/** No computer that runs this was switched on earlier: its battery is dead. */
const SURELY_LATER_THAN = fromIso('2026-01-01T00:00:00Z') as number
/** Made by systemd-timesyncd and by chrony's wait service once the clock follows a server. */
const SYNCHRONISED = ['/run/systemd/timesync/synchronized', '/run/chrony/synchronized']

/** How far this computer's clock can be believed. Without a witness it runs freely; a demo's accelerated clock always does. */
export function clockQuality(clock: Clock): ClockQuality {
  if (clock.now() < SURELY_LATER_THAN) return 'untrusted'
  return clock.speed === 1 && SYNCHRONISED.some((file) => existsSync(file)) ? 'synchronised' : 'free-running'
}
