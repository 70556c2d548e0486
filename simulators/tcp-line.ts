import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import type { ChosenOptions, Line } from './line.ts'
import { paced } from './paced.ts'
import { byteTime } from './uart.ts'

/** A serial server's TCP port: paced like the line behind it, readable by one or more, with no settings to get wrong. */
export async function openTcpLine(options: ChosenOptions): Promise<Line> {
  const { clock, settings, unpaced, onBytes } = options
  const readers = new Set<Socket>()
  let waiters: (() => void)[] = []
  let port = options.tcpPort
  let server: Server | null = null
  const send = (bytes: Uint8Array): void => {
    for (const reader of readers) if (reader.writableLength < 4_096) reader.write(bytes)
  }
  const toReader = unpaced ? { put: send, waiting: () => 0, clear: () => undefined } : paced(clock, byteTime(settings), send)

  async function replug(): Promise<void> {
    if (server) return
    const fresh = createServer((socket) => {
      readers.add(socket)
      socket.setNoDelay(true)
      socket.on('data', (bytes) => onBytes(bytes as Uint8Array))
      socket.on('error', () => undefined).once('close', () => readers.delete(socket))
      for (const wake of waiters.splice(0)) wake()
    })
    server = fresh
    await new Promise<void>((listening, refuse) => fresh.once('error', refuse).listen(port, '127.0.0.1', listening))
    port = (fresh.address() as AddressInfo).port
  }
  function unplug(): void {
    for (const reader of readers) reader.destroy()
    server?.close()
    server = null
    toReader.clear()
  }

  await replug()
  return {
    get address() {
      return `tcp://127.0.0.1:${port}`
    },
    write: (bytes) => {
      if (readers.size > 0) toReader.put(bytes)
    },
    waiting: () => toReader.waiting() + [...readers].reduce((sum, reader) => sum + reader.writableLength, 0),
    attended: () => readers.size > 0,
    whenAttended: () => (readers.size > 0 ? Promise.resolve() : new Promise((wake) => waiters.push(wake))),
    unplug,
    replug,
    async stop() {
      unplug()
      waiters = []
    },
  }
}
