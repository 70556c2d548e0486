import { type InjectionKey, inject, onScopeDispose, type Ref, type ShallowRef, shallowRef } from 'vue'
import type { Clock } from '#edge/clock'
import type { ConsolePerson } from '#edge/console'
import { milliseconds } from '#edge/units'
import { type Answer, createHttp, type Http } from '../feed/http.ts'
import { createSpeech, type Speech } from '../words/speech.ts'
import { choice, darkChoice } from './choices.ts'
import { type ConsoleFeed, consoleFeed } from './feed.ts'

/** What the people at one console work with: what is live, who is signed in, how this screen is set. Made once, handed to every part. */
export interface ConsoleDesk {
  readonly clock: Clock
  readonly http: Http
  readonly speech: Speech
  readonly feed: ConsoleFeed
  readonly dark: Ref<boolean>
  readonly sound: Ref<boolean>
  /** Single keys do something (WCAG 2.1.4: they can be turned off). */
  readonly digits: Ref<boolean>
  signIn(id: string, secret: string): Promise<Answer<ConsolePerson>>
  signOut(): Promise<void>
}

export const consoleDeskKey: InjectionKey<ConsoleDesk> = Symbol('console desk')
export function useConsoleDesk(): ConsoleDesk {
  const desk = inject(consoleDeskKey)
  if (!desk) throw new Error('no console desk was provided above this component')
  return desk
}

export function createConsoleDesk(clock: Clock): ConsoleDesk {
  const speech = createSpeech()
  const http = createHttp({
    language: () => (speech.language.value === 'zh' ? 'zh-CN' : 'en'),
    heardAt: () => {},
    sessionLost: () => feed.tellPerson(null),
  })
  const feed = consoleFeed({ http, clock })
  return {
    clock,
    http,
    speech,
    feed,
    dark: darkChoice(),
    sound: choice('sound', false),
    digits: choice('digits', true),
    async signIn(id, secret) {
      const answer = await http.post<ConsolePerson>('/api/console/session', { id, secret })
      if (answer.ok) {
        feed.tellPerson(answer.body)
        await feed.read()
      }
      return answer
    },
    async signOut() {
      await http.remove('/api/console/session')
      feed.tellPerson(null)
    },
  }
}

/** The browser's steady time, four times a second: so that silence shows without anything having to happen. */
export function useSteadyNow(clock: Clock): Readonly<ShallowRef<number>> {
  const now = shallowRef(clock.monotonic())
  const tick = (): (() => void) =>
    clock.timer(milliseconds(250), () => {
      now.value = clock.monotonic()
      cancel = tick()
    })
  let cancel = tick()
  onScopeDispose(() => cancel())
  return now
}
