import { createSocket, type RemoteInfo } from 'node:dgram'
import { once } from 'node:events'

/** A device's end of a network over which datagrams go: it answers whoever asked last. */
export interface UdpLine {
  /** What an agent's configuration writes to reach it. */
  readonly address: string
  write(bytes: Uint8Array): void
  stop(): Promise<void>
}

export async function openUdpLine(onBytes: (bytes: Uint8Array) => void, port = 0): Promise<UdpLine> {
  const socket = createSocket('udp4')
  let asker: RemoteInfo | null = null
  socket.on('error', () => undefined)
  socket.on('message', (bytes, from) => {
    asker = from
    onBytes(bytes)
  })
  socket.bind(port, '127.0.0.1')
  await once(socket, 'listening')
  return {
    address: `udp://127.0.0.1:${socket.address().port}`,
    write: (bytes) => {
      if (asker) socket.send(bytes, asker.port, asker.address)
    },
    stop: () => new Promise((done) => socket.close(done)),
  }
}
