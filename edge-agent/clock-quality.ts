import { existsSync } from 'node:fs'
import type { Clock } from '#edge/clock'
import type { ClockQuality } from '#edge/records'

/** Made by systemd-timesyncd and by chrony's wait service once the clock follows a server. */
const SYNCHRONISED = ['/run/systemd/timesync/synchronized', '/run/chrony/synchronized']

/** What the operating system says of its clock; whether that is believed is another question (clock-trust.ts). A demo's clock runs freely. */
export const clockQuality = (clock: Pick<Clock, 'speed'>): ClockQuality =>
  clock.speed === 1 && SYNCHRONISED.some((file) => existsSync(file)) ? 'synchronised' : 'free-running'
