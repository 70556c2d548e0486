import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { Aedes } from 'aedes'
import { readTopic } from '#edge/messages'
import type { Random } from '../../../simulators/random.ts'

/**
 * A real broker that is as bad as brokers may be: it acknowledges everything at once and forgets some of it, and it dies and comes back
 * remembering nothing (measured of real ones: 50 of 50 acknowledged messages gone after a kill).
 */
export interface Pipe {
  readonly url: string
  /** The share of messages acknowledged and lost from now on. */
  loses(share: number): void
  die(): Promise<void>
  comeBack(): Promise<void>
}

type Heard = (message: string, payload: string) => void

/** `heard` is told of every message that came in, in order, before anybody else has it. */
export async function lossyPipe(chance: Random, heard: Heard): Promise<Pipe> {
  let port = 0
  let share = 0
  let die = async (): Promise<void> => {}
  const comeBack = async (): Promise<void> => {
    const broker = await Aedes.createBroker({ concurrency: 200, queueLimit: 1_000 })
    broker.authorizePublish = (_client, packet, done) => {
      const to = readTopic(packet.topic)
      if (to) heard(to.message, packet.payload.toString())
      done(null)
    }
    broker.authorizeForward = (_client, packet) => (chance.chance(share) ? null : packet)
    const sockets = new Set<Socket>()
    const server = createServer((socket) => {
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
      socket.on('error', () => undefined)
      broker.handle(socket)
    })
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port
    die = async () => {
      server.close()
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((closed) => broker.close(() => closed()))
    }
  }
  await comeBack()
  return {
    url: `mqtt://127.0.0.1:${port}`,
    loses: (now) => {
      share = now
    },
    die: () => die(),
    comeBack,
  }
}
