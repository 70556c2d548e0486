import { type Logger, pino, stdTimeFunctions } from 'pino'

/**
 * The agent's log: one JSON line per event on stderr, so that stdout stays for answers (`doctor`, `why`). Bind the lane and the
 * device once with `log.child({ lane, device })`; one failure, one line.
 */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'> & {
  child(bound: Record<string, string>): Log
}
export type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'debug'

/** Times are the computer's own, also in a demo whose clock runs faster: a log is read beside those of other programs. */
export function createLog(name: string, level: LogLevel): Log {
  const destination = pino.destination({ dest: 2, sync: true })
  return pino(
    {
      name,
      level,
      base: { pid: process.pid },
      timestamp: stdTimeFunctions.isoTime,
    },
    destination,
  )
}
