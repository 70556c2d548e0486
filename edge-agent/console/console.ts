import type { Clock } from '#edge/clock'
import type { DeviceState } from '#edge/lane-status'
import type { Verifier } from '#edge/seal'
import type { Software } from '#edge/weighing'
import type { Language } from '#edge/words/words'
import { actsNow } from '#weighing/step'
import type { BookletDesk } from '../booklets.ts'
import type { ConsolePlace } from '../config/console.ts'
import { findRecord } from '../found-record.ts'
import type { Lane } from '../lane.ts'
import type { Log } from '../log.ts'
import type { Store } from '../store/store.ts'
import { sayWhy } from '../why.ts'
import { consoleFolder, pagesIn } from './pages.ts'
import { type PeopleDoor, peopleDoor } from './people-door.ts'
import { quietMoments } from './quiet-moment.ts'
import { recentWeighings } from './recent-weighings.ts'
import { consoleRoutes } from './routes.ts'
import { scaleCheckOf } from './scale-check.ts'
import { consoleServer } from './server.ts'
import { type SiteParts, siteView } from './site-view.ts'
import { consoleStream } from './stream.ts'
import type { ShownLane } from './view.ts'

/** The console of one agent: people, pages, API and stream, composed. */
export interface AgentConsole {
  readonly people: PeopleDoor
  start(): Promise<number>
  stop(): Promise<void>
}

export interface AgentConsoleParts extends Omit<SiteParts, 'store'> {
  readonly place: ConsolePlace
  readonly displayKey: string | null
  readonly store: Store
  readonly lanes: readonly { readonly lane: Lane; devices(): readonly DeviceState[] }[]
  readonly booklets: BookletDesk
  /** Knows this agent's own key. */
  readonly keys: Verifier
  readonly software: Software
  readonly clock: Clock
  readonly log: Log
}

export function agentConsole(parts: AgentConsoleParts): AgentConsole {
  const { place, displayKey, store, clock, log, software, keys } = parts
  const lanes = parts.lanes.map(
    ({ lane, devices }): ShownLane => ({
      lane,
      devices,
      scaleState: () => store.scales.state(lane.rules.lane),
      acts: () => actsNow(lane.state(), lane.rules),
    }),
  )
  const site = siteView(parts)
  // A store in doubt is asked nothing more: the lanes are shown without their tickets until the agent ends.
  const book: Pick<Store['book'], 'get'> = { get: (number) => (store.broken() ? null : store.book.get(number)) }
  const secure = place.tls !== null
  const people = peopleDoor({ store, lanes: lanes.map(({ lane }) => lane), clock, log, secure })
  const stream = consoleStream({ lanes, site, book, clock, log })
  const weighings = recentWeighings(store, parts)
  const atRest = quietMoments(
    lanes.map(({ lane }) => lane),
    clock,
  )
  const why = (id: string, language: Language): Promise<readonly string[] | null> =>
    atRest(() => {
      const found = findRecord(store, id)
      return found && sayWhy(id, found, language, { software, keys })
    })
  const routes = consoleRoutes({
    clock,
    lanes,
    displayKey,
    site,
    people,
    stream,
    weighings,
    book,
    photo: store.evidence.photo,
    why,
    scaleCheck: scaleCheckOf({ lanes: lanes.map(({ lane }) => lane), store, clock }),
    booklets: () => (store.broken() ? null : parts.booklets),
  })
  const server = consoleServer({ place, pages: pagesIn(consoleFolder(), clock), routes, clock, log })
  return {
    people,
    start: server.start,
    async stop() {
      stream.stop()
      weighings.stop()
      await server.stop()
    },
  }
}
