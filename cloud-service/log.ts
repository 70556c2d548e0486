import { type Logger, pino, stdTimeFunctions } from 'pino'

/** The cloud's log: one JSON line per event on stderr. Bind the site and the agent once with `log.child({ site, agent })`; one failure, one line. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'> & {
  child(bound: Record<string, string>): Log
}
export type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'debug'

export function createLog(name: string, level: LogLevel): Log {
  return pino(
    {
      name,
      level,
      base: { pid: process.pid },
      timestamp: stdTimeFunctions.isoTime,
    },
    pino.destination({ dest: 2, sync: true }),
  )
}
