import { closeSync, readSync } from 'node:fs'
import { createRequire } from 'node:module'
import { ReadStream } from 'node:tty'
import type { Clock } from '#edge/clock'
import { inReal } from './clock.ts'
import { makeRaw } from './line-settings.ts'
import type { LineSettings } from './uart.ts'

/**
 * One kernel pty: we hold the master, somebody else opens the slave by its path. We do not keep the slave open ourselves, for two
 * reasons: only so does the kernel tell us that a reader came (reads stop failing with EIO) and went (EIO again), and an exclusive
 * lock (TIOCEXCL) that a killed reader leaves on the tty dies with it when we throw the pair away.
 */
export interface PtyPair {
  readonly slavePath: string
  readonly masterFd: number
  /** Bytes the kernel and we hold that the reader has not taken yet. */
  waiting(): number
  write(bytes: Uint8Array): void
  close(): void
}

/** How often we look whether somebody opened the slave, in the computer's own time. */
const LOOK_EVERY_MS = 15

interface PtyBinding {
  open(columns: number, rows: number): { readonly master: number; readonly slave: number; readonly pty: string }
}

/** node-pty's own `open` reads from the slave as well and so steals the bytes; its binding alone does what we need. */
function binding(): PtyBinding | null {
  if (process.platform === 'win32') return null
  try {
    const { requireBinary } = createRequire(import.meta.url)('@lydell/node-pty/requireBinary.js') as {
      requireBinary: (name: string) => PtyBinding
    }
    return requireBinary('pty.node')
  } catch {
    return null
  }
}
/**
 * Links to slaves that are in use, by the slave's path. The kernel gives a number that has become free to whoever asks next, and it is
 * free before we hear that its reader went: a link that still leads there would lead that reader into another line.
 */
const links = new Map<string, () => void>()
export function linkedTo(slavePath: string, removeLink: () => void): void {
  links.set(slavePath, removeLink)
}
export const unlinked = (slavePath: string): void => void links.delete(slavePath)

export const ptysExist = (): boolean => binding() !== null

/** `onAttended` when a reader has opened the slave, `onGone` when the last one closed it: then this pair is used up. */
export async function openPtyPair(options: {
  readonly clock: Clock
  readonly settings: LineSettings
  readonly onBytes: (bytes: Uint8Array) => void
  readonly onAttended: () => void
  readonly onGone: () => void
}): Promise<PtyPair> {
  const { clock, settings, onBytes, onAttended, onGone } = options
  const ptys = binding()
  if (!ptys) throw new Error('this system has no ptys')
  const { master, slave, pty } = ptys.open(80, 24)
  links.get(pty)?.()
  links.delete(pty)
  await makeRaw(slave, settings)
  closeSync(slave)

  let stream: ReadStream | null = null
  let closed = false
  let stopLooking = (): void => undefined
  const look = (): void => {
    const early = firstBytes(master)
    if (early === null) {
      stopLooking = inReal(clock, LOOK_EVERY_MS, look)
      return
    }
    stream = new ReadStream(master)
    stream.on('data', (bytes) => onBytes(bytes as Uint8Array))
    // EIO is how a pty says that the last reader closed; the stream closes the descriptor after it.
    stream.on('error', () => undefined)
    stream.once('close', () => {
      if (!closed) onGone()
      closed = true
    })
    onAttended()
    if (early.length > 0) onBytes(early)
  }
  look()

  return {
    slavePath: pty,
    masterFd: master,
    waiting: () => stream?.writableLength ?? 0,
    write: (bytes) => {
      if (stream && !closed) stream.write(bytes)
    },
    close() {
      if (closed) return
      closed = true
      stopLooking()
      if (stream) stream.destroy()
      else closeSync(master)
    },
  }
}

/** Null while no slave is open; else what the reader has already written, which may be nothing. */
function firstBytes(master: number): Uint8Array | null {
  const bytes = new Uint8Array(256)
  try {
    const count = readSync(master, bytes)
    return count > 0 ? bytes.subarray(0, count) : null
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EAGAIN' ? new Uint8Array() : null
  }
}
