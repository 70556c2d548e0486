import { createHash } from 'node:crypto'
import { type Clock, realSpan } from '#edge/clock'
import { minutes } from '#edge/units'

/**
 * Carries out what a person wants at most once per `Idempotency-Key`: whose answer was lost on the way asks again and gets it, and nothing
 * is lifted twice. What was refused changed nothing and may be tried again. In memory: a restart forgets, as it forgets who is signed in.
 */
export interface Once<T extends { readonly ok: boolean }> {
  /** `other`: the key was used for something else. */
  run(person: string, key: string | undefined, asked: unknown, work: () => Promise<T>): Promise<T | 'other'>
}

const REMEMBERED = minutes(10)
const MOST = 200

export function onceOnly<T extends { readonly ok: boolean }>(clock: Clock): Once<T> {
  const known = new Map<string, { readonly asked: string; readonly at: number; readonly answer: Promise<T> }>()
  return {
    async run(person, key, asked, work) {
      if (key === undefined || !/^[\x21-\x7e]{1,100}$/.test(key)) return work()
      const name = `${person} ${key}`
      const before = known.get(name)
      const wanted = createHash('sha256').update(JSON.stringify(asked)).digest('base64url')
      if (before !== undefined && clock.monotonic() - before.at <= realSpan(clock, REMEMBERED))
        return before.asked === wanted ? before.answer : 'other'
      const answer = work()
      known.delete(name)
      known.set(name, { asked: wanted, at: clock.monotonic(), answer })
      for (const oldest of known.keys()) if (known.size > MOST) known.delete(oldest)
      const forget = (): void => {
        if (known.get(name)?.answer === answer) known.delete(name)
      }
      answer.then(({ ok }) => ok || forget(), forget)
      return answer
    },
  }
}
