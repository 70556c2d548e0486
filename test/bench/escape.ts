import { io } from 'socket.io-client'
import type { AlarmRow } from '#cloud/api'
import { openHouse } from '../support/house.ts'

/**
 * Escape (DESIGN.md section 7): from the truck's front over the exit loop in the simulated plant to the alarm on a regulator's
 * subscribed socket, through the board's poll, the lane, the durable commit, the express topic, the cloud's transaction and the live
 * feed. Real processes; the wait for the board's next poll is included.
 */
export interface EscapeFigure {
  readonly escapes: number
  readonly speed: number
  readonly p50Ms: number
  readonly p99Ms: number
}

const SPEED = 4

export async function benchEscape(escapes = 12): Promise<{ name: string; text: string; figures: readonly EscapeFigure[] }> {
  const house = await openHouse(SPEED)
  const taken: number[] = []
  try {
    const city = await house.signIn('city')
    const socket = io(house.url, { path: '/live', transports: ['websocket'], extraHeaders: { cookie: city.cookie } })
    await new Promise<void>((done, fail) => socket.once('connect', () => done()).once('connect_error', fail))
    let onLoop: number | null = null
    let heard: ((at: number) => void) | null = null
    socket.on('alarm', (alarm: AlarmRow) => {
      if (alarm.kind === 'escape' || alarm.kind === 'held-vehicle-left') heard?.(performance.now())
    })
    const lane = house.mine.lanes.get('north')
    if (!lane) throw new Error('the house has a north lane')
    const watch = setInterval(() => {
      if (onLoop === null && lane.plant.sensor('exit-loop')) onLoop = performance.now()
    }, 1)
    for (let n = 0; n < escapes; n += 1) {
      onLoop = null
      const told = new Promise<number>((give) => {
        heard = give
      })
      const visit = house.mine.runVisit('escape', 'north')
      const at = await told
      taken.push(at - (onLoop ?? at))
      await visit
    }
    clearInterval(watch)
    socket.close()
  } finally {
    await house.close()
  }
  const sorted = taken.sort((a, b) => a - b)
  const share = (of: number): number => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * of))] ?? Number.NaN)
  const figure = { escapes: sorted.length, speed: SPEED, p50Ms: share(0.5), p99Ms: share(0.99) }
  return {
    name: 'escape to a browser socket',
    text: `exit loop covered → alarm on a subscribed socket: p50 ${figure.p50Ms} ms, p99 ${figure.p99Ms} ms over ${figure.escapes} escapes (mine at ${SPEED}×, board poll included)`,
    figures: [figure],
  }
}
