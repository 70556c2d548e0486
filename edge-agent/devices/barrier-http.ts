import type { Clock } from '#edge/clock'
import { type Span, seconds } from '#edge/units'
import { EdgeError, reasonOf } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Barrier } from './barrier.ts'
import type { PulseOutcome } from './board-parts.ts'
import { counting, type Listeners } from './device.ts'
import type { HttpAsking, HttpDevice } from './http-device.ts'
import { remarks } from './remarks.ts'
import { silenceWatch } from './silence-watch.ts'
import { SUPERVISION } from './supervision.ts'

/** Cameras are busy with pictures: a sign of life is asked for this often, and not while an order is under way. */
const LOOK_EVERY = seconds(5)

/** What differs between makers: the requests, and what their answers mean. */
export interface HttpGate {
  order(move: 'open' | 'close'): HttpAsking
  outcomeOf(status: number, body: string): { readonly outcome: PulseOutcome; readonly why: string }
  look(): HttpAsking
  /** Where the arm is, as far as the camera tells. */
  armIn(body: string): 'open' | 'closed' | null
}

export interface HttpBarrierParts extends Listeners {
  readonly name: string
  readonly gate: HttpGate
  readonly web: HttpDevice
  readonly clock: Clock
  readonly log: Log
}

/** So long after an accepted opening a barrier that tells its position is up. */
const UP_WITHIN = seconds(8)

/**
 * A barrier behind a camera's web server. `accepted` means that the camera took the order; one that is locked takes it too and does
 * nothing, which is told beside the state where the camera knows its arm. What gets no answer is `unknown` and not asked again.
 */
export function httpBarrier(parts: HttpBarrierParts): Barrier {
  const { name, gate, web, clock, log } = parts
  const counts = counting()
  const watch = silenceWatch({ ...parts, device: name, silentAfter: SUPERVISION.camera.ours })
  const words = remarks(watch.remark)
  let running = false
  let ordering = 0
  let openedAt: number | null = null
  let cancel = (): void => {}
  const text = (body: Uint8Array): string => new TextDecoder().decode(body)

  async function look(): Promise<void> {
    if (ordering > 0) return
    try {
      const { status, body } = await web.request(gate.look())
      // A page it has not got is an answer too: somebody is there and let us in.
      if (status < 500) watch.heard()
      judge(gate.armIn(text(body)))
    } catch (error) {
      failed(error)
    }
  }
  function judge(arm: 'open' | 'closed' | null): void {
    if (arm === 'open') openedAt = null
    const stuck = arm === 'closed' && openedAt !== null && clock.monotonic() - openedAt > UP_WITHIN
    words.say('stuck', stuck ? 'opening was accepted and the arm is still down: locked?' : '')
  }
  function failed(error: unknown): void {
    counts.add('unanswered')
    if (error instanceof EdgeError && error.code === 'sign-in-refused') watch.lost(`the camera refuses us: ${String(error.facts.why)}`)
    else if (watch.state().state !== 'ok') watch.lost(reasonOf(error))
  }

  async function pulse(move: 'open' | 'close', _length: Span): Promise<PulseOutcome> {
    ordering++
    const { outcome, why } = await give(move)
    ordering--
    counts.add(`pulses-${outcome}`)
    if (outcome !== 'accepted') log.warn({ move, outcome, why }, 'a barrier order was not accepted')
    openedAt = outcome === 'accepted' && move === 'open' ? clock.monotonic() : null
    if (openedAt !== null) words.say('stuck', '')
    return outcome
  }
  async function give(move: 'open' | 'close'): Promise<{ outcome: PulseOutcome; why: string }> {
    try {
      const { status, body } = await web.request(gate.order(move))
      watch.heard()
      return gate.outcomeOf(status, text(body))
    } catch (error) {
      failed(error)
      const certain = error instanceof EdgeError && (error.code === 'port-unavailable' || error.code === 'sign-in-refused')
      return { outcome: certain ? 'refused' : 'unknown', why: reasonOf(error) }
    }
  }

  async function rounds(): Promise<void> {
    while (running) {
      await look()
      if (!running) return
      await new Promise<void>((done) => {
        const stop = clock.timer(LOOK_EVERY, done)
        cancel = () => {
          stop()
          done()
        }
      })
    }
  }

  let round: Promise<void> = Promise.resolve()
  return {
    name,
    start: async () => {
      running = true
      watch.start()
      round = rounds()
    },
    stop: async () => {
      running = false
      watch.stop()
      web.stop()
      cancel()
      await round
    },
    state: watch.state,
    counters: counts.all,
    pulse,
  }
}
