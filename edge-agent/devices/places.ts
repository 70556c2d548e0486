import type { Socket } from 'node:net'

/** Connections that cameras may have open at once, and how many of them from one address: nobody alone takes all places. */
export const MOST_CONNECTIONS = 64
export const MOST_FROM_ONE = 16

/** IPv4 as it is written, also where the system says it inside IPv6. */
export const addressOf = (socket: Socket): string => (socket.remoteAddress ?? '').replace(/^::ffff:/, '')

/** Counts open connections by their address. False: there were enough from there, and this one is ended. */
export function places(mostFromOne = MOST_FROM_ONE): { take(socket: Socket): boolean } {
  const taken = new Map<string, number>()
  return {
    take(socket) {
      const from = addressOf(socket)
      const open = (taken.get(from) ?? 0) + 1
      taken.set(from, open)
      socket.on('close', () => {
        const left = (taken.get(from) ?? 1) - 1
        if (left > 0) taken.set(from, left)
        else taken.delete(from)
      })
      if (open <= mostFromOne) return true
      socket.destroy()
      return false
    },
  }
}
