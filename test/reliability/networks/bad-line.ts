import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import type { Random } from '../../../simulators/random.ts'
import { type Lane, lane, type Way } from './lane-of-bytes.ts'

/**
 * A line between an agent and its broker that can be as bad as a mine's: slow, late, cut, deaf, dripping, half dead. TCP's own promise is
 * kept within a connection (no byte is lost or out of place in it); what may be lost is the connection.
 */
export interface BadLine {
  readonly port: number
  /** The weather from now on, for what is open and for what comes. */
  become(weather: Weather): void
  /** Resets every connection. */
  reset(): void
  /** The near ends stay open and will never hear or be heard again; the far ends are gone. */
  orphan(): void
  /** Resets the near ends; what was under way to the broker arrives there all the same, so much later, beside whatever comes anew. */
  straggle(milliseconds: number): void
  stop(): Promise<void>
}

export interface Weather {
  readonly up: Way
  readonly down: Way
  /** New connections are refused. */
  readonly refuses: boolean
}

const OPEN: Way = { delayMs: [0, 0], bytesPerSecond: null, pieces: null, held: false }
export const FAIR: Weather = { up: OPEN, down: OPEN, refuses: false }
/** Weather that is fair but for these. */
export const weather = (up: Partial<Way>, down: Partial<Way> = up): Weather => ({
  up: { ...OPEN, ...up },
  down: { ...OPEN, ...down },
  refuses: false,
})

interface Pair {
  readonly near: Socket
  readonly far: Socket
  readonly lanes: readonly [up: Lane, down: Lane]
}

export async function badLine(brokerPort: number, chance: Random): Promise<BadLine> {
  let now = FAIR
  const pairs = new Set<Pair>()
  const sockets = new Set<Socket>()
  const track = (socket: Socket): Socket => {
    sockets.add(socket)
    return socket
      .setNoDelay(true)
      .on('error', () => undefined)
      .on('close', () => sockets.delete(socket))
  }
  const server = createServer((near) => {
    track(near)
    if (now.refuses) return void near.resetAndDestroy()
    const far = track(connect({ host: '127.0.0.1', port: brokerPort }))
    const pair: Pair = { near, far, lanes: [lane(near, far, () => now.up, chance), lane(far, near, () => now.down, chance)] }
    pairs.add(pair)
    const end = (): void => {
      // Whoever was cut loose is ended by hand.
      if (!pairs.delete(pair)) return
      near.destroy()
      far.destroy()
    }
    near.on('close', end)
    far.on('close', end)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cutLoose = (): Pair[] => {
    const loose = [...pairs]
    pairs.clear()
    return loose
  }
  return {
    port: (server.address() as AddressInfo).port,
    become(weather) {
      now = weather
      for (const { lanes } of pairs) for (const one of lanes) one.look()
    },
    reset() {
      for (const { near, far } of cutLoose()) {
        near.resetAndDestroy()
        far.resetAndDestroy()
      }
    },
    orphan() {
      for (const { near, far, lanes } of cutLoose()) {
        for (const one of lanes) one.forget()
        near.resume()
        far.destroy()
      }
    },
    straggle(milliseconds) {
      for (const { near, far, lanes } of cutLoose()) {
        lanes[0].deliverAfter(milliseconds, () => far.destroy())
        near.resetAndDestroy()
      }
    },
    async stop() {
      for (const socket of sockets) socket.destroy()
      await new Promise((closed) => server.close(closed))
    },
  }
}
