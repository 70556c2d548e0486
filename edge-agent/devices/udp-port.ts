import { createSocket } from 'node:dgram'
import { isIP } from 'node:net'
import { EdgeError } from '../errors.ts'
import type { UdpAddress } from './address.ts'
import type { Ears, Port } from './open-port.ts'

/**
 * Datagrams to and from one device. A socket of its own per device, and only what comes from that device is heard. There is no
 * connection: the port counts as open even while nobody is there ("unreachable" comes and goes), so the device's own silence tells.
 */
export async function openUdp({ host, port }: UdpAddress, ears: Ears): Promise<Port> {
  const socket = createSocket(isIP(host) === 6 ? 'udp6' : 'udp4')
  let closed = false
  await new Promise<void>((connected, failed) => {
    const refuse = (cause: Error): void => {
      socket.close()
      failed(new EdgeError('port-unavailable', { host, port, cause }))
    }
    socket.once('error', refuse)
    socket.connect(port, host, () => {
      socket.off('error', refuse)
      connected()
    })
  })
  // A datagram that nobody took comes back as an error of the next call: it is the device's silence, not the end of the way.
  socket.on('error', () => {})
  socket.on('close', () => {
    if (!closed) ears.onGone('closed')
  })
  socket.on('message', (bytes) => ears.onBytes(bytes))
  return {
    write: (bytes) =>
      new Promise((written, failed) =>
        socket.send(bytes, (error) => (error === null || ('code' in error && error.code === 'ECONNREFUSED') ? written() : failed(error))),
      ),
    close: () =>
      new Promise((done) => {
        closed = true
        socket.close(() => done())
      }),
  }
}
