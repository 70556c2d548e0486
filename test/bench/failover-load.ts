import type { SiteId } from '#edge/ids'
import { milliseconds } from '#edge/units'
import type { Store } from '../../edge-agent/store/store.ts'
import { createUplink, type Uplink } from '../../edge-agent/sync/uplink.ts'
import { every, simulatorClock } from '../../simulators/clock.ts'
import { rigIn, weigh } from '../edge-agent/store/store-rig.ts'

/** The agents of the fail-over's bench in a process of their own: each with its real store on disk and its real uplink, weighing at a steady pace. */
export interface FailoverLoad {
  readonly url: string
  readonly agents: readonly { readonly site: string; readonly folder: string; readonly password: string }[]
  /** Of each agent. */
  readonly weighingsPerSecond: number
}
/** `watch`: how long until each site has a record receipted that is written from now on. `drain`: weigh no more, wait for the last receipt, close. */
export type Asked = { readonly load: FailoverLoad } | { readonly ask: 'watch' | 'drain' }
export type Answered =
  | { readonly ready: true }
  | { readonly waited: Readonly<Record<string, number>> }
  | { readonly drained: true; readonly records: number }

interface Running {
  readonly site: string
  readonly store: Store
  readonly uplink: Uplink
}

const clock = simulatorClock()
let running: readonly Running[] = []
let stopWeighing: () => void = () => {}
const answer = (said: Answered): void => void process.send?.(said)

function run({ url, agents, weighingsPerSecond }: FailoverLoad): void {
  running = agents.map(({ site, folder, password }) => {
    const rig = rigIn(folder, { site: site as SiteId })
    const { parts } = rig
    const store = rig.open()
    const uplink = createUplink({ ...parts, url, password, ca: null, store, chance: Math.random })
    store.start()
    uplink.start()
    return { site, store, uplink }
  })
  let visit = 0
  stopWeighing = every(clock, milliseconds(1_000 / weighingsPerSecond), () => {
    visit += 1
    for (const { store } of running) weigh(store, visit, { netKg: 20_000 + (visit % 15_000) })
  })
  answer({ ready: true })
}

async function watch(): Promise<void> {
  const from = performance.now()
  const waited = await Promise.all(
    running.map(({ site, store, uplink }) => {
      const { epoch, seq } = store.head()
      return new Promise<[string, number]>((done) => {
        let seen = false
        uplink.onDelivered(() => {
          const upto = store.ledger.epochs().find((one) => one.epoch === epoch)?.receipted.upto ?? 0
          if (seen || upto <= seq) return
          seen = true
          done([site, performance.now() - from])
        })
      })
    }),
  )
  answer({ waited: Object.fromEntries(waited) })
}

async function drain(): Promise<void> {
  stopWeighing()
  await Promise.all(
    running.map(
      ({ store, uplink }) =>
        new Promise<void>((done) => {
          const look = (): void => {
            if (store.backlog().records === 0) done()
          }
          uplink.onDelivered(look)
          look()
        }),
    ),
  )
  const records = running.reduce((sum, { store }) => sum + store.head().seq, 0)
  for (const { store, uplink } of running) {
    await uplink.stop()
    await store.close()
  }
  answer({ drained: true, records })
}

process.on('disconnect', () => process.exit(0))
process.on('message', (said: Asked) => {
  if ('load' in said) run(said.load)
  else void (said.ask === 'watch' ? watch() : drain())
})
