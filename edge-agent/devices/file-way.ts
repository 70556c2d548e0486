import { constants } from 'node:fs'
import { access, open } from 'node:fs/promises'
import { type Clock, realSpan } from '#edge/clock'
import { milliseconds, seconds } from '#edge/units'
import { EdgeError } from '../errors.ts'
import type { OpenWay } from './sign.ts'

const LOOK_EVERY = seconds(5)
const AGAIN_AFTER = milliseconds(50)
/** A printer that takes nothing for so long is out of paper or switched off. */
const GIVE_UP_AFTER = seconds(10)

/** The path of `file:///dev/usb/lp0`, or null for another kind of address. */
export const filePath = (address: string): string | null => (address.startsWith('file:///') ? address.slice('file://'.length) : null)

/**
 * Bytes into a file of the system: a printer's device file, or an ordinary file that somebody else prints. A device must be there
 * already; an ordinary file is made, and written at its end. Nothing is ever read back.
 */
export function fileWay(path: string, clock: Clock): OpenWay {
  const isDevice = path.startsWith('/dev/')
  const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_NONBLOCK | (isDevice ? 0 : constants.O_CREAT)
  const pause = (): Promise<void> => new Promise((over) => clock.timer(realSpan(clock, AGAIN_AFTER), over))

  return ({ onState }) => {
    let cancel = (): void => {}
    let stopped = false
    let there: boolean | null = null
    const tell = (now: boolean, why: string): void => {
      if (stopped || now === there) return
      there = now
      onState(now ? { open: true } : { open: false, why })
    }
    async function look(): Promise<void> {
      try {
        if (isDevice) await access(path, constants.W_OK)
        else await (await open(path, flags, 0o640)).close()
        tell(true, '')
      } catch (error) {
        tell(false, (error as Error).message)
      }
      if (!stopped) cancel = clock.timer(realSpan(clock, LOOK_EVERY), () => void look())
    }

    async function write(bytes: Uint8Array): Promise<void> {
      const from = clock.monotonic()
      const file = await open(path, flags, 0o640).catch((cause: unknown) => {
        throw new EdgeError('port-unavailable', { path, cause })
      })
      try {
        for (let done = 0; done < bytes.length; ) {
          try {
            done += (await file.write(bytes.subarray(done))).bytesWritten
          } catch (cause) {
            if ((cause as NodeJS.ErrnoException).code !== 'EAGAIN') throw new EdgeError('port-lost', { path, cause })
            if (clock.monotonic() - from > realSpan(clock, GIVE_UP_AFTER)) throw new EdgeError('write-timeout', { path, done })
            await pause()
          }
        }
      } finally {
        await file.close()
      }
    }

    return {
      start: () => void look(),
      stop: async () => {
        stopped = true
        cancel()
      },
      write,
    }
  }
}
