import type { Clock } from '#edge/clock'
import type { ActRequest, ConsoleLane, ConsoleSnapshot } from '#edge/console'
import { type Instant, seconds } from '#edge/units'
import { inReal } from '../clock.ts'
import type { Seeded } from '../demo-setup.ts'
import { type DayKind, HONEST_KINDS } from './kinds.ts'

/** What the script's operator did at the console, and before whom. */
export interface OperatorAnswer {
  readonly at: Instant
  readonly lane: string
  readonly act: string
  readonly reason: string
  readonly kind: DayKind | null
  readonly plate: string | null
  /** What the console answered: the sealed record, or why not. */
  readonly answer: string
}
export interface ScriptOperator {
  readonly answers: readonly OperatorAnswer[]
  /** Who stands where, as his own eyes tell him. */
  readonly onThere: (lane: string, kind: DayKind | null, plate: string | null) => void
  stop(): Promise<void>
}

const LOOKS_EVERY_MS = 250
const LETS_HIM_TYPE = seconds(40)
/** A lane that does nothing by itself gets a visit after so long: he has other things to do as well. */
const LETS_IT_WAIT = seconds(90)

/**
 * An honest operator at the real console: he answers what the lane asks by what he sees outside, and sets a lane going again that
 * waits for a person. He signs in anew when the agent has forgotten him. Everything he does is a hand, and is counted as one.
 */
export function operatorAtTheConsole(parts: {
  readonly url: string
  readonly people: Pick<Seeded, 'operators'>
  readonly clock: Clock
  readonly log: (text: string) => void
}): ScriptOperator {
  const { url, people, clock, log } = parts
  const answers: OperatorAnswer[] = []
  const there = new Map<string, { readonly kind: DayKind; readonly plate: string }>()
  const stuckSince = new Map<string, Instant>()
  const person = people.operators.find(({ site, role }) => site === 'hongliu' && role === 'operator')
  let cookie = ''
  let stopped = false
  let round: Promise<void> = Promise.resolve()
  let cancel = (): void => undefined

  async function ask(method: string, path: string, body?: object): Promise<Response | null> {
    try {
      return await fetch(`${url}${path}`, {
        method,
        signal: AbortSignal.timeout(10_000),
        headers: { cookie, ...(body ? { 'content-type': 'application/json' } : {}) },
        ...(body ? { body: JSON.stringify(body) } : {}),
      })
    } catch {
      return null
    }
  }
  async function signIn(): Promise<boolean> {
    if (!person) return false
    const answer = await ask('POST', '/api/console/session', { id: person.id, secret: person.pin })
    if (!answer?.ok) return false
    cookie = (answer.headers.getSetCookie()[0] ?? '').split(';')[0] ?? ''
    return true
  }
  async function act(
    lane: ConsoleLane,
    what: ActRequest['act'],
    reason: ActRequest['reason'],
    plate?: string,
    again = true,
  ): Promise<void> {
    const { status, visit } = lane
    const typed = plate === undefined ? {} : { plate }
    const answer = await ask('POST', '/api/console/acts', { lane: status.lane, act: what, reason, note: '', visit, ...typed })
    if (answer?.status === 401 && again && (await signIn())) return act(lane, what, reason, plate, false)
    const said = ((await answer?.json().catch(() => null)) ?? {}) as { record?: string; title?: string; type?: string }
    const seen = there.get(status.lane)
    const words = answer === null ? 'no answer' : answer.ok ? (said.record ?? '') : `${answer.status} ${said.type ?? said.title ?? ''}`
    answers.push({
      at: clock.now(),
      lane: status.lane,
      act: what,
      reason,
      kind: seen?.kind ?? null,
      plate: seen?.plate ?? null,
      answer: words,
    })
    log(`operator ${status.lane}: ${what} (${reason}) before ${seen?.kind ?? 'nobody'} ${seen?.plate ?? ''}: ${words}`)
  }
  /** The arm that was hit lies in its socket again: the lane may work by itself once more. */
  async function hasBeenMended(lane: ConsoleLane): Promise<boolean> {
    const { status, attended } = lane
    if (attended === null || !lane.acts.includes('attended-off')) return false
    const since = Date.parse(attended.since)
    if (clock.now() - since < LETS_IT_WAIT || status.phase === 'asking' || status.exitGate.sensed === 'unknown') return false
    await act(lane, 'attended-off', 'maintenance')
    return true
  }
  async function lookAt(lane: ConsoleLane): Promise<void> {
    const { status, acts, attended } = lane
    const seen = there.get(status.lane)
    if (attended !== null && (await hasBeenMended(lane))) return
    if (status.phase === 'asking') {
      const honest = seen !== undefined && HONEST_KINDS.includes(seen.kind)
      const unread = status.findings.some(({ code }) => code === 'no-plate')
      // He gives the driver a while to help himself with the code on the sign.
      const since = stuckSince.get(status.lane) ?? clock.now()
      stuckSince.set(status.lane, since)
      if (honest && unread && clock.now() - since < LETS_HIM_TYPE) return
      stuckSince.delete(status.lane)
      if (honest && unread) return act(lane, 'plate', 'plate-unreadable', seen.plate)
      return honest ? act(lane, 'release', 'checked-by-eye') : act(lane, 'refuse', 'papers-checked')
    }
    if (status.phase !== 'blocked' || !acts.includes('resume')) {
      stuckSince.delete(status.lane)
      return
    }
    const since = stuckSince.get(status.lane) ?? clock.now()
    stuckSince.set(status.lane, since)
    if (clock.now() - since < LETS_IT_WAIT) return
    stuckSince.delete(status.lane)
    await act(lane, 'resume', 'checked-by-eye')
  }
  async function look(): Promise<void> {
    const answer = await ask('GET', '/api/console')
    if (!answer?.ok) return
    const { lanes } = (await answer.json()) as ConsoleSnapshot
    for (const lane of lanes) await lookAt(lane)
  }
  const again = (): void => {
    cancel = inReal(clock, LOOKS_EVERY_MS, () => {
      round = look()
        .catch((error: Error) => log(`operator: ${error.message}`))
        .finally(() => {
          if (!stopped) again()
        })
    })
  }
  again()
  return {
    answers,
    onThere(lane, kind, plate) {
      if (kind === null || plate === null) there.delete(lane)
      else there.set(lane, { kind, plate })
    },
    async stop() {
      stopped = true
      cancel()
      await round
    },
  }
}
