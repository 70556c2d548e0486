import { spawn } from 'node:child_process'
import type { LineSettings } from './uart.ts'

/** What a pty's termios tells of the other side's settings. */
export interface SeenSettings {
  readonly baud: number
  readonly stopBits: 1 | 2
  readonly odd: boolean
}

/** Reads `stty -a` (GNU and BSD print the same words); null when it says no speed. */
export function settingsIn(text: string): SeenSettings | null {
  const baud = /(?:speed (\d+)|(\d+) baud)/.exec(text)
  const speed = Number(baud?.[1] ?? baud?.[2])
  if (!(speed > 0)) return null
  return {
    baud: speed,
    stopBits: /(^|\s)cstopb\b/m.test(text) ? 2 : 1,
    odd: /(^|\s)parodd\b/m.test(text),
  }
}

/**
 * The reader's settings as far as they can be seen. Linux ptys keep speed, stop bits and "odd", but force 8 data bits and forget that
 * parity was wanted at all (drivers/tty/pty.c, pty_set_termios; seen on 6.x): what cannot be seen is taken to agree with `ours`.
 */
export function readerOf(seen: SeenSettings, ours: LineSettings): LineSettings {
  const parity = seen.odd ? 'odd' : ours.parity === 'odd' ? 'none' : ours.parity
  return {
    baud: seen.baud,
    dataBits: ours.dataBits,
    parity,
    stopBits: seen.stopBits,
  }
}

/** The termios of a tty by its descriptor (master or slave). Null where there is no `stty`. */
export async function readTermios(fd: number): Promise<SeenSettings | null> {
  const said = await stty(fd, ['-a'])
  return said === null ? null : settingsIn(said)
}

/** A fresh tty as a cable: no echo, no line editing, our own speed until a reader chooses his. */
export async function makeRaw(fd: number, ours: LineSettings): Promise<void> {
  await stty(fd, [
    String(ours.baud),
    'raw',
    '-echo',
    ours.stopBits === 2 ? 'cstopb' : '-cstopb',
    ours.parity === 'odd' ? 'parodd' : '-parodd',
  ])
}

// Node has no ioctl; `stty` reads the tty that is its standard input, the same way on every system that has ptys. The descriptor is
// handed over as number 3: what becomes a child's standard input libuv sets to blocking, for us as well, and the next read of a
// master that a reader has just flushed would stop the whole process.
function stty(fd: number, args: readonly string[]): Promise<string | null> {
  return new Promise((answer) => {
    const child = spawn('sh', ['-c', 'exec stty "$@" <&3', 'stty', ...args], {
      stdio: ['ignore', 'pipe', 'ignore', fd],
      env: { ...process.env, LC_ALL: 'C' },
    })
    let said = ''
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    child.once('error', () => answer(null)).once('close', (code) => answer(code === 0 ? said : null))
  })
}
