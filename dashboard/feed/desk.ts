import { type InjectionKey, inject, type ShallowRef, shallowRef } from 'vue'
import type { Person, Problem } from '#cloud/api'
import type { Clock } from '#edge/clock'
import { createSpeech, type Speech } from '../words/speech.ts'
import { connectFeed } from './connect.ts'
import { type Answer, createHttp, type Http } from './http.ts'
import { type LiveEvent, type LiveState, live, NOTHING_YET } from './live-state.ts'
import { type ServerTime, serverTime } from './server-time.ts'

/** What one person at one screen works with: who they are, what is live, in which language. Made once, handed to every screen. */
export interface Desk extends Speech {
  readonly clock: Clock
  readonly time: ServerTime
  readonly http: Http
  readonly person: Readonly<ShallowRef<Person | null>>
  /** The session ended by itself or by somebody else, and the person has not yet been told. */
  readonly sessionLost: ShallowRef<boolean>
  readonly live: Readonly<ShallowRef<LiveState>>
  /** Why the ground could not be read, while it could not. */
  readonly readProblem: Readonly<ShallowRef<Problem | null>>
  tell(event: LiveEvent): void
  /** Asks whether an earlier session still stands. */
  resume(): Promise<void>
  signIn(name: string, password: string): Promise<Answer<Person>>
  signOut(): Promise<void>
}

const DESK: InjectionKey<Desk> = Symbol('desk')
export const deskKey = DESK
export function useDesk(): Desk {
  const desk = inject(DESK)
  if (!desk) throw new Error('no desk was provided above this component')
  return desk
}

export function createDesk(clock: Clock): Desk {
  const { language, words } = createSpeech()
  const time = serverTime(clock)
  const person = shallowRef<Person | null>(null)
  const sessionLost = shallowRef(false)
  const state = shallowRef<LiveState>(NOTHING_YET)
  const readProblem = shallowRef<Problem | null>(null)
  let feed: { stop: () => void } | null = null

  const leave = (): void => {
    feed?.stop()
    feed = null
    person.value = null
    state.value = NOTHING_YET
    readProblem.value = null
  }
  const lose = (): void => {
    if (!person.value) return
    leave()
    sessionLost.value = true
  }
  const http = createHttp({ language: () => (language.value === 'zh' ? 'zh-CN' : 'en'), heardAt: time.heard, sessionLost: lose })
  const tell = (event: LiveEvent): void => {
    state.value = live(state.value, event)
  }
  const enter = (who: Person): void => {
    leave()
    person.value = who
    sessionLost.value = false
    feed = connectFeed({
      http,
      clock,
      time,
      role: who.role,
      tell,
      readFailed: (problem) => {
        readProblem.value = problem
      },
      signedOut: lose,
    })
  }

  return {
    clock,
    time,
    http,
    language,
    words,
    person,
    sessionLost,
    live: state,
    readProblem,
    tell,
    async resume() {
      const answer = await http.get<Person>('/api/session')
      if (answer.ok) enter(answer.body)
    },
    async signIn(name, password) {
      const answer = await http.post<Person>('/api/session', { name, password })
      if (answer.ok) enter(answer.body)
      return answer
    },
    async signOut() {
      await http.remove('/api/session')
      leave()
    },
  }
}
