import { closeSync, mkdtempSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ReadStream } from 'node:tty'

interface PtyBinding {
  open(columns: number, rows: number): { readonly master: number; readonly slave: number; readonly pty: string }
}
/** node-pty's own `open` also reads the slave, which takes bytes from the port under test; what it is built on does not. */
const { requireBinary } = createRequire(import.meta.url)('@lydell/node-pty/requireBinary.js') as { requireBinary(name: string): PtyBinding }

/** The far end of a cable: what a device would say and hear. */
export interface PtyCable {
  /** The path a port is opened at. It stays while pairs come and go, as an adapter keeps its name. */
  readonly path: string
  say(bytes: Uint8Array): void
  /** Everything heard since it was plugged in. */
  heard(): Uint8Array
  onHeard(listener: (bytes: Uint8Array) => void): void
  unplug(): void
  /** A new kernel pty under the same path. */
  plug(): void
  close(): void
}

/** A bare pty without pace or parity, plugged in. Where there is no pty (Windows) it throws. */
export function ptyCable(): PtyCable {
  const folder = mkdtempSync(join(tmpdir(), 'pitgate-pty-'))
  const path = join(folder, 'tty')
  let pair: { readonly master: ReadStream; readonly slave: number } | null = null
  let heard: Uint8Array[] = []
  let listener = (_: Uint8Array): void => {}
  const plug = (): void => {
    const opened = requireBinary('pty.node').open(80, 25)
    const master = new ReadStream(opened.master)
    heard = []
    master.on('data', (bytes: Uint8Array) => {
      heard.push(new Uint8Array(bytes))
      listener(bytes)
    })
    master.on('error', () => {})
    symlinkSync(opened.pty, `${path}.new`)
    renameSync(`${path}.new`, path)
    // The slave stays open here, unread: without any open slave the master fails when the port under test closes.
    pair = { master, slave: opened.slave }
  }
  const unplug = (): void => {
    if (pair) {
      pair.master.destroy()
      closeSync(pair.slave)
    }
    pair = null
    rmSync(path, { force: true })
  }
  plug()
  return {
    path,
    say: (bytes) => {
      if (!pair) throw new Error('the cable is unplugged')
      pair.master.write(bytes)
    },
    heard: () => Buffer.concat(heard),
    onHeard: (to) => {
      listener = to
    },
    unplug,
    plug,
    close: () => {
      unplug()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
