import { type ShallowRef, shallowRef } from 'vue'
import type { Clock } from '#edge/clock'
import type { ConsoleLane, ConsolePerson, ConsoleSite, ConsoleSnapshot, WeightTick } from '#edge/console'
import { milliseconds, seconds } from '#edge/units'
import type { Answer, Http } from '../feed/http.ts'
import { eventStream } from './event-stream.ts'
import { type ConsoleEvent, type ConsoleState, consoleLive, NOTHING_HEARD } from './live.ts'

/** Words and digits are rewritten at most so often; the curve is drawn from `current()` with every reading. */
const SHOW_EVERY = milliseconds(100)
/** The snapshot again, now and then: who is signed in, lanes that were added, whatever the stream did not say. */
const READ_EVERY = seconds(15)
const RETRY = seconds(2)

export interface ConsoleFeed {
  readonly shown: Readonly<ShallowRef<ConsoleState>>
  /** As of this moment, not only as of the last painting. */
  current(): ConsoleState
  /** Reading wants a sign-in: this is not the agent's own computer. */
  readonly closed: Readonly<ShallowRef<boolean>>
  /** Called with every reading; the answer ends it. */
  onWeight(then: () => void): () => void
  tellPerson(person: ConsolePerson | null): void
  /** Reads the snapshot now. */
  read(): Promise<void>
  stop(): void
}

export function consoleFeed({ http, clock }: { readonly http: Http; readonly clock: Clock }): ConsoleFeed {
  let state = NOTHING_HEARD
  const shown = shallowRef<ConsoleState>(state)
  const closed = shallowRef(false)
  const listeners = new Set<() => void>()
  /** Events that came before the snapshot they stand on. */
  let early: ConsoleEvent[] | null = []
  let reading = 0
  let cancelShow: (() => void) | null = null
  let cancelRead = (): void => {}

  const show = (): void => {
    cancelShow ??= clock.timer(SHOW_EVERY, () => {
      cancelShow = null
      shown.value = state
    })
  }
  const tell = (event: ConsoleEvent): void => {
    state = consoleLive(state, event)
    show()
    if (event.kind === 'weight') for (const then of listeners) then()
  }
  const hear = (event: ConsoleEvent): void => {
    if (early === null) tell(event)
    // A snapshot that does not come must not let them pile up: of each kind only what is newest counts anyway.
    else early = [...early.slice(-200), event]
  }

  async function read(): Promise<void> {
    reading += 1
    const mine = reading
    cancelRead()
    const answer: Answer<ConsoleSnapshot> = await http.get<ConsoleSnapshot>('/api/console')
    if (mine !== reading) return
    closed.value = !answer.ok && answer.problem.status === 401
    cancelRead = clock.timer(answer.ok ? READ_EVERY : RETRY, () => void read())
    if (!answer.ok) return
    tell({ kind: 'ground', heardAt: clock.monotonic(), snapshot: answer.body })
    const waited = early ?? []
    early = null
    for (const event of waited) tell(event)
  }

  const stream = eventStream({
    url: '/api/console/stream',
    names: ['lane', 'weight', 'site'],
    clock,
    opened() {
      tell({ kind: 'link', link: 'live' })
      early ??= []
      void read()
    },
    lost: () => tell({ kind: 'link', link: 'lost' }),
    heard(name, data) {
      const heardAt = clock.monotonic()
      if (name === 'weight') hear({ kind: 'weight', heardAt, tick: data as WeightTick })
      if (name === 'lane') hear({ kind: 'lane', heardAt, lane: data as ConsoleLane })
      if (name === 'site') hear({ kind: 'site', heardAt, site: data as ConsoleSite })
    },
  })
  void read()

  return {
    shown,
    current: () => state,
    closed,
    onWeight(then) {
      listeners.add(then)
      return () => listeners.delete(then)
    },
    tellPerson: (person) => tell({ kind: 'person', person }),
    read,
    stop() {
      reading += 1
      cancelRead()
      cancelShow?.()
      stream.stop()
    },
  }
}
