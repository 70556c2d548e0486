import type { Passage } from '#dialects/camera/passage'
import type { Clock } from '#edge/clock'
import { milliseconds, type Span } from '#edge/units'
import { CAMERA_SOUND, type CameraFaults, type FamilyCamera, HEARTBEAT_MS, passages } from './camera-family.ts'
import { cameraPost, type Posted } from './camera-post.ts'
import type { PushFamily, PushRequest } from './camera-push-families.ts'
import { every, inReal } from './clock.ts'

const RETRY_MS = 500
/** A real card keeps about 9000 records. */
const MOST_KEPT = 200

/**
 * A camera of any family that pushes over HTTP: heartbeats, results with pictures, and a memory. What nobody takes is kept and comes
 * again, one record at a time and marked as history where the language has a mark; it is gone only when the answer says so in the
 * maker's own words.
 */
export function pushCamera(options: {
  /** The place it was given, without what its firmware puts behind it. */
  readonly url: string
  readonly family: PushFamily
  readonly device: string
  readonly clock: Clock
  readonly user?: string
  readonly password?: string
  readonly heartbeat?: Span
  readonly pictures?: boolean
}): FamilyCamera {
  const { url, family, device, clock, heartbeat = milliseconds(HEARTBEAT_MS), pictures = true } = options
  const take = passages(device, clock, pictures)
  const memory: Passage[] = []
  let delivered = 0
  let stopped = false
  let cancelRetry = (): void => {}
  let line: Promise<unknown> = Promise.resolve()

  /** One message at a time, as one small processor does it. */
  const inTurn = <T>(job: () => Promise<T>): Promise<T> => {
    const done = line.then(job)
    line = done.catch(() => undefined)
    return done
  }
  async function post(message: PushRequest): Promise<Posted | null> {
    if (stopped || camera.faults.silent) return null
    const answer = await cameraPost(`${url}${message.under ?? ''}`, message, options)
    if (answer?.status !== 401 || family.register === undefined) return answer
    const registering = family.register(device)
    const registered = await cameraPost(`${url}${registering.under ?? ''}`, registering, options)
    return registered?.status === 200 ? cameraPost(`${url}${message.under ?? ''}`, message, options) : answer
  }
  async function result(passage: Passage): Promise<void> {
    const answer = await post(family.plate(passage))
    if (answer !== null && family.delivered(answer)) delivered += 1
    else if (!camera.faults.silent) keep(passage)
  }
  function keep(passage: Passage): void {
    memory.push({ ...passage, backfill: true })
    if (memory.length > MOST_KEPT) memory.shift()
    again()
  }
  function again(): void {
    cancelRetry()
    if (stopped || memory.length === 0) return
    cancelRetry = inReal(clock, RETRY_MS, () => {
      void inTurn(async () => {
        const [oldest] = memory
        const answer = oldest === undefined ? null : await post(family.plate(oldest))
        if (answer !== null && family.delivered(answer)) {
          memory.shift()
          delivered += 1
        }
        again()
      })
    })
  }

  const alive = (): void => {
    const message = family.heartbeat(device, clock.now() + camera.faults.clockOff)
    if (message !== null) void inTurn(() => post(message))
  }
  const stopHeartbeat = every(clock, heartbeat, alive)
  const camera: FamilyCamera & { faults: CameraFaults } = {
    faults: CAMERA_SOUND,
    sees(what) {
      const passage = take(what, camera.faults)
      if (camera.faults.silent) return
      for (let time = 0; time <= camera.faults.repeats; time += 1) void inTurn(() => result(passage))
    },
    delivered: () => delivered,
    kept: () => memory.length,
    async stop() {
      stopped = true
      stopHeartbeat()
      cancelRetry()
      await line
    },
  }
  alive()
  return camera
}
