import type { CameraStream } from '#dialects/camera/sighting'
import type { Clock } from '#edge/clock'
import type { Span } from '#edge/units'
import { type EdgeError, reasonOf } from '../errors.ts'
import type { Log } from '../log.ts'
import type { OpenCameraWay } from './camera-way.ts'
import type { HttpDevice } from './http-device.ts'

export interface StreamWayParts {
  readonly device: HttpDevice
  readonly path: string
  readonly decoder: CameraStream
  readonly schedule: Iterable<Span>
  readonly clock: Clock
  readonly log: Log
}

/**
 * A camera that tells on a connection we open and it never ends. Gone, it is opened again along the schedule, which begins anew
 * once the stream has brought a message: a camera that accepts and hangs up at once must not be knocked at without pause.
 */
export const streamWay =
  ({ device, path, decoder, schedule, clock, log }: StreamWayParts): OpenCameraWay =>
  (ears) => {
    let waits = schedule[Symbol.iterator]()
    let close = (): void => {}
    let cancel = (): void => {}
    let stopped = false
    let last = ''

    function open(): void {
      let spoke = false
      const gone = (error: EdgeError): void => {
        decoder.reset(ears.onMessage)
        if (stopped) return
        if (error.message !== last) log.warn({ path: path.split('?')[0], why: reasonOf(error) }, 'the stream of a camera is gone')
        last = error.message
        ears.onLost(reasonOf(error))
        if (spoke) waits = schedule[Symbol.iterator]()
        const next = waits.next()
        if (!next.done) cancel = clock.timer(next.value, open)
      }
      close = device.stream({
        path,
        onOpen: () => {
          last = ''
          ears.onFound()
        },
        onBytes: (bytes) =>
          decoder.push(bytes, (message) => {
            spoke ||= message.kind !== 'error'
            ears.onMessage(message)
          }),
        onGone: gone,
      })
    }

    return {
      start: open,
      stop: async () => {
        stopped = true
        cancel()
        close()
        device.stop()
      },
      reopen: (why) => {
        close()
        cancel()
        decoder.reset(ears.onMessage)
        ears.onLost(why)
        if (!stopped) open()
      },
    }
  }
