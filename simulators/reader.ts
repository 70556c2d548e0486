import { type AddressInfo, createServer, type Socket } from 'node:net'

/** A code reader behind a serial server: what is held in front of it goes to whoever is connected, as a line. */
export interface ReaderSimulator {
  readonly address: string
  connected(): number
  /** A driver shows a code or a number. */
  show(text: string): void
  stop(): Promise<void>
}

export async function readerSimulator(port = 0): Promise<ReaderSimulator> {
  const listeners = new Set<Socket>()
  const server = createServer((socket) => {
    listeners.add(socket)
    socket.on('error', () => undefined).once('close', () => listeners.delete(socket))
    socket.resume()
  })
  await new Promise<void>((listening, refuse) => {
    server.once('error', (cause) => refuse(new Error(`the code reader cannot have port ${port}: ${cause.message}`, { cause })))
    server.listen(port, '127.0.0.1', listening)
  })
  return {
    address: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connected: () => listeners.size,
    show: (text) => {
      for (const listener of listeners) listener.write(`${text}\r\n`)
    },
    async stop() {
      for (const listener of listeners) listener.destroy()
      await new Promise((done) => server.close(done))
    },
  }
}
