import type { AddressInfo } from 'node:net'
import { connect, createServer, type Server, type Socket } from 'node:net'

/** The cable between a site and the world: one TCP port per service behind it, and a plug that can be pulled. */
export interface Network {
  /** Port on this side for each service, in the order given. */
  readonly ports: readonly number[]
  /** Nothing passes any more: what is open ends, what is tried is refused. */
  cut(): void
  mend(): void
  stop(): Promise<void>
}

/** `behind`: loopback ports of the services. Bytes pass as they come, whoever sends more than is read waits. */
export async function network(behind: readonly number[]): Promise<Network> {
  const open = new Set<Socket>()
  let isCut = false
  const track = (socket: Socket): Socket => {
    open.add(socket)
    return socket.on('error', () => undefined).on('close', () => open.delete(socket))
  }
  const serve = (port: number): Promise<Server> =>
    new Promise((ready, refuse) => {
      const server = createServer((near) => {
        track(near)
        if (isCut) return void near.resetAndDestroy()
        const far = track(connect({ host: '127.0.0.1', port }))
        near.pipe(far).pipe(near)
        near.on('close', () => far.destroy())
        far.on('close', () => near.destroy())
      })
      server.once('error', refuse).listen(0, '127.0.0.1', () => ready(server))
    })
  const servers = await Promise.all(behind.map(serve))
  return {
    ports: servers.map((server) => (server.address() as AddressInfo).port),
    cut() {
      isCut = true
      for (const socket of open) socket.destroy()
    },
    mend() {
      isCut = false
    },
    async stop() {
      for (const socket of open) socket.destroy()
      await Promise.all(servers.map((server) => new Promise((done) => server.close(done))))
    },
  }
}
