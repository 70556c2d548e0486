import type { Log } from '../log.ts'
import type { Standing } from './standing.ts'

const MEGABYTE = 1024 * 1024
/** A log that is put into the file every fifteen seconds never comes near this: something keeps it from being put there (rule R4, fault F6). */
export const LOG_TOO_LONG = 64 * MEGABYTE
/** Short again: half of it, so that it is one alarm while it goes up and down. */
const SHORT_AGAIN = LOG_TOO_LONG / 2

/**
 * Watches how long the write-ahead log is. Nothing is lost in a long one; but every start reads it, it takes the disk's room, and whatever
 * holds it (a backup onto a drive that hangs) holds it for ever.
 */
export function logGrows({ standing, log }: { readonly standing: Standing; readonly log: Log }): (logBytes: number) => void {
  let long = false
  return (logBytes) => {
    const before = long
    long = logBytes > (long ? SHORT_AGAIN : LOG_TOO_LONG)
    if (long !== before) log.warn({ logBytes, long }, long ? 'the write-ahead log grows' : 'the write-ahead log is short again')
    standing.settle({ kind: 'store', name: 'log-grows', place: 'log' }, long, () => ({
      why: 'log-grows',
      logMegabytes: Math.ceil(logBytes / MEGABYTE),
    }))
  }
}
