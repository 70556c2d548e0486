import type { CameraStream } from '#dialects/camera/sighting'
import type { Clock } from '#edge/clock'
import { milliseconds, type Span } from '#edge/units'
import { reasonOf } from '../errors.ts'
import type { Log } from '../log.ts'
import { byteLink } from './byte-link.ts'
import type { OpenCameraWay } from './camera-way.ts'
import { lateness } from './silence-watch.ts'

export interface SerialWayParts {
  readonly address: string
  readonly decoder: CameraStream
  readonly schedule: Iterable<Span>
  readonly clock: Clock
  readonly log: Log
}

/** The maker's gap between frames: what was begun before it is never finished after it. */
const GAP = milliseconds(100)

/** A camera on a serial line (or behind a serial server), answered on the same line. */
export const serialWay =
  ({ address, decoder, schedule, clock, log }: SerialWayParts): OpenCameraWay =>
  (ears) => {
    let cancel = (): void => {}
    const gap = milliseconds(GAP + lateness(clock))
    const hear = (message: Parameters<typeof ears.onMessage>[0]): void => {
      ears.onMessage(message)
      if (!('reply' in message) || message.reply?.as !== 'bytes') return
      link.write(message.reply.bytes).catch((error: unknown) => log.warn({ why: reasonOf(error) }, 'a camera was not answered'))
    }
    const link = byteLink(address, {
      clock,
      log,
      schedule,
      onBytes: (bytes) => {
        cancel()
        decoder.push(bytes, hear)
        cancel = clock.timer(gap, () => decoder.reset(hear))
      },
      onState: (state) => {
        cancel()
        decoder.reset(hear)
        if (state.open) ears.onFound()
        else ears.onLost(state.why)
      },
    })
    return {
      start: () => link.start(),
      stop: async () => {
        await link.stop()
        cancel()
      },
      reopen: (why) => link.reopen(why),
    }
  }
