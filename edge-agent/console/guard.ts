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
  const names = new WeakMap<Socket, string>()
  /** Open connections of the network, by address. */
  const open = new Map<string, Set<Socket>>()
  let fromOutside = 0
  server.maxConnections = MOST_CONNECTIONS
  server.on('connection', (socket) => {
    const from = addressOf(socket)
    if (isLoopback(from)) return
    if (fromOutside >= MOST_FROM_OUTSIDE || budget.spent(from)) return void socket.destroy()
    fromOutside += 1
    const alike = open.get(from) ?? new Set()
    open.set(from, alike.add(socket))
    socket.on('close', () => {
      fromOutside -= 1
      alike.delete(socket)
      if (alike.size === 0) open.delete(from)
    })
    seats.take(socket)
  })
  return {
    admits({ socket }, response) {
      // A connection that is over has no address any more, and what it sent before still counts.
      const from = names.get(socket) ?? addressOf(socket)
      names.set(socket, from)
      const within = isLoopback(from) || budget.spend(from)
      const now = (underWay.get(socket) ?? 0) + 1
      if (now > MOST_UNDER_WAY) socket.destroy()
      // All of its connections: what waits in the others is not even read.
      if (!within) for (const one of open.get(from) ?? []) one.destroy()
      if (socket.destroyed) return false
      underWay.set(socket, now)
      response.on('close', () => underWay.set(socket, (underWay.get(socket) ?? 1) - 1))
      return true
    },
  }
}
