import type { CameraDialect, CameraMessage, Sighting } from '#dialects/camera/sighting'
import { type Clock, realSpan } from '#edge/clock'
import { milliseconds, type Span, seconds } from '#edge/units'
import { EdgeError, reasonOf } from '../errors.ts'
import type { Log } from '../log.ts'
import type { OpenCameraWay } from './camera-way.ts'
import type { HttpDevice } from './http-device.ts'
import type { Question } from './http-exchange.ts'

/** What to ask a camera that answers only when asked. */
export interface PollPlan {
  /** The camera's own clock, read once before the first question; null where the question names no time. */
  readonly clock: { readonly path: string; read(body: Uint8Array): number | null } | null
  /** `after` is a moment of the camera's clock, milliseconds since 1970. */
  ask(after: number): Question
}

export interface PollWayParts {
  readonly device: HttpDevice
  readonly dialect: CameraDialect
  readonly plan: PollPlan
  readonly every: Span
  readonly schedule: Iterable<Span>
  readonly clock: Clock
  readonly log: Log
}

const WITHIN = seconds(5)
/** What an answer brings happened since the one before; after a longer gap it is history and opens nothing. */
const LIVE_WITHIN = seconds(10)
/** Questions overlap by so much: seconds are rounded, and repeats are told apart by their names. */
const OVERLAP = 2_000
const MOST_RECORDS = 1_024

/**
 * A camera that is asked again and again for what it has seen. An answer tells the same passages more than once; each is told once.
 * The first answer, and the first after an outage, is history.
 */
export function pollWay({ device, dialect, plan, every, schedule, clock, log }: PollWayParts): OpenCameraWay {
  return (ears) => {
    const known = new Set<string>()
    let waits = schedule[Symbol.iterator]()
    let cancel = (): void => {}
    let stopped = false
    let after: number | null = null
    let answeredAt: number | null = null
    let failing = ''

    async function cameraTime(): Promise<number> {
      if (plan.clock === null) return clock.now()
      const answer = await device.request({ method: 'GET', path: plan.clock.path, within: WITHIN })
      return (answer.status === 200 ? plan.clock.read(answer.body) : null) ?? clock.now()
    }

    async function ask(): Promise<void> {
      after ??= await cameraTime()
      const question = plan.ask(after - OVERLAP)
      const { status, headers, body } = await device.request({ ...question, within: WITHIN })
      if (status !== 200) throw new EdgeError('port-lost', { why: `the camera answered ${status}` })
      const gap = answeredAt === null ? null : clock.monotonic() - answeredAt
      answeredAt = clock.monotonic()
      const live = gap !== null && gap <= realSpan(clock, LIVE_WITHIN)
      if (failing !== '' || gap === null) ears.onFound()
      failing = ''
      for (const message of dialect.decode({ place: question.path, headers, body, receivedAt: clock.now() })) hear(message, live)
    }

    function hear(message: CameraMessage, live: boolean): void {
      if (message.kind === 'sighting' && !isNew(message)) ears.onMessage({ kind: 'heartbeat', device: message.device })
      else if (message.kind === 'sighting' && !live) ears.onMessage({ ...message, backfill: true })
      else ears.onMessage(message)
    }

    function isNew({ record, text, deviceTime, clockSuspect }: Sighting): boolean {
      const key = record ?? `${text} ${deviceTime}`
      if (known.has(key)) return false
      known.add(key)
      const [oldest] = known
      if (known.size > MOST_RECORDS && oldest !== undefined) known.delete(oldest)
      if (deviceTime !== null && !clockSuspect) after = Math.max(after ?? 0, deviceTime)
      return true
    }

    function failed(error: unknown): void {
      if (stopped) return
      const why = reasonOf(error)
      if (why !== failing) log.warn({ why }, 'a camera does not answer the question for its plates')
      failing = why
      ears.onLost(why)
    }

    async function run(): Promise<void> {
      let wait: Span = every
      try {
        await ask()
        waits = schedule[Symbol.iterator]()
      } catch (error) {
        failed(error)
        const next = waits.next()
        wait = next.done ? every : milliseconds(Math.max(next.value, every))
      }
      if (!stopped) cancel = clock.timer(realSpan(clock, wait), () => void run())
    }

    return {
      start: () => void run(),
      stop: async () => {
        stopped = true
        cancel()
        device.stop()
      },
      reopen: () => {},
    }
  }
}
