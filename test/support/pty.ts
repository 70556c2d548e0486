import { closeSync, constants, mkdtempSync, openSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ReadStream } from 'node:tty'
import * as nodePty from '@lydell/node-pty'

/** `open` is there and undocumented: a kernel pty without a program behind it. */
interface Opened {
  readonly _pty: string
  readonly _master: ReadStream
  readonly _slave: ReadStream
}
const open = (nodePty as unknown as { open(options: { cols: number; rows: number; encoding: null }): Opened }).open

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
  let pair: { readonly master: ReadStream; readonly held: number } | null = null
  let heard: Uint8Array[] = []
  let listener = (_: Uint8Array): void => {}
  const plug = (): void => {
    const fresh = open({ cols: 80, rows: 25, encoding: null })
    // node-pty reads the slave too and takes bytes from the port under test; yet without any open slave the master fails when the
    // port closes. So its stream goes, and a descriptor nobody reads stays.
    const held = openSync(fresh._pty, constants.O_RDWR | constants.O_NOCTTY)
    fresh._slave.on('error', () => {})
    fresh._slave.destroy()
    heard = []
    fresh._master.on('data', (bytes: Uint8Array) => {
      heard.push(new Uint8Array(bytes))
      listener(bytes)
    })
    fresh._master.on('error', () => {})
    symlinkSync(fresh._pty, `${path}.new`)
    renameSync(`${path}.new`, path)
    pair = { master: fresh._master, held }
  }
  const unplug = (): void => {
    if (pair) {
      pair.master.destroy()
      closeSync(pair.held)
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
