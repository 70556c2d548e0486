import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Clock } from '#edge/clock'
import { isLoopback } from '../config/console.ts'
import { addressOf, places } from '../devices/places.ts'
import { requestBudget } from './request-budget.ts'

/**
 * What keeps one client of the site's network from holding up the lanes, whose decisions come from the same process: places, no heap of
 * requests on one connection, and a budget of them. The screens of this computer itself are asked for nothing and have places kept.
 */
export interface Guard {
  /** False: nothing is to be answered, the connection is over. */
  admits(request: IncomingMessage, response: ServerResponse): boolean
}

const MOST_CONNECTIONS = 128
/** The rest is for this computer's own screens. */
const MOST_FROM_OUTSIDE = 96
/** A browser has six at most; nobody on the site's network takes all places. */
const MOST_FROM_ONE = 24
/** Browsers never ask again on a connection before they have their answer; its last bytes and the next request may cross. */
const MOST_UNDER_WAY = 2

export function guardOf(server: Server, clock: Clock): Guard {
  const seats = places(MOST_FROM_ONE)
  const budget = requestBudget(clock)
  const underWay = new WeakMap<Socket, number>()
  let fromOutside = 0
  server.maxConnections = MOST_CONNECTIONS
  server.on('connection', (socket) => {
    const from = addressOf(socket)
    if (isLoopback(from)) return
    if (fromOutside >= MOST_FROM_OUTSIDE || budget.spent(from)) return void socket.destroy()
    fromOutside += 1
    socket.on('close', () => {
      fromOutside -= 1
    })
    seats.take(socket)
  })
  return {
    admits({ socket }, response) {
      const from = addressOf(socket)
      const within = isLoopback(from) || budget.spend(from)
      const now = (underWay.get(socket) ?? 0) + 1
      if (!within || now > MOST_UNDER_WAY) socket.destroy()
      if (socket.destroyed) return false
      underWay.set(socket, now)
      response.on('close', () => underWay.set(socket, (underWay.get(socket) ?? 1) - 1))
      return true
    },
  }
}
