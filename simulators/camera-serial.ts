import { SERIAL_8A7F } from '#dialects/camera/serial-8a7f'
import { encodeSerialHeartbeat, encodeSerialPlate, encodeSerialPowerOn } from '#dialects/camera/serial-8a7f-encode'
import type { Clock } from '#edge/clock'
import { milliseconds, type Span } from '#edge/units'
import { CAMERA_SOUND, type CameraFaults, type FamilyCamera, HEARTBEAT_MS } from './camera-family.ts'
import { every, inReal } from './clock.ts'
import { type LineFaults, SOUND, spoil } from './faults.ts'
import { type Line, type LineOptions, openLine } from './line.ts'
import type { Random } from './random.ts'

/** A plate camera on a serial line, frames 8A…7F. */
export interface SerialCamera extends FamilyCamera {
  readonly line: Line
  lineFaults: LineFaults
  /** Heartbeats the host has answered. */
  heartbeatsAnswered(): number
  /** Sightings it gave up after its last try. */
  lost(): number
  /** Anything at all on the line. */
  say(bytes: Uint8Array): void
}

const ANSWER_WITHIN_MS = 400
const TRIES = 5

/** It says a plate again until the host answers with the same number, at most `TRIES` times. */
export async function serialCamera(
  options: Omit<LineOptions, 'onBytes'> & { readonly random: Random; readonly heartbeat?: Span },
): Promise<SerialCamera> {
  const { clock, random, heartbeat = milliseconds(HEARTBEAT_MS) }: { clock: Clock; random: Random; heartbeat?: Span } = options
  let seq = 0
  let delivered = 0
  let lost = 0
  let heartbeats = 0
  let heard: number[] = []
  const waiting = new Map<number, { tries: number; cancel(): void }>()

  const line = await openLine({ ...options, onBytes: (bytes) => hear(bytes) })
  const send = (frame: Uint8Array): void => {
    if (!camera.faults.silent) line.write(spoil(frame, camera.lineFaults, random))
  }
  /** Answers have no data: 15 bytes from 8A to 7F. */
  function hear(bytes: Uint8Array): void {
    heard = [...heard, ...bytes].slice(-64)
    for (let at = heard.indexOf(0x8a); at >= 0 && heard.length - at >= 15; at = heard.indexOf(0x8a)) {
      if (heard[at + 14] !== 0x7f) {
        heard = heard.slice(at + 1)
        continue
      }
      const [command, number] = [heard[at + 9], heard[at + 10]]
      heard = heard.slice(at + 15)
      if (command === SERIAL_8A7F.heartbeatAnswer) heartbeats += 1
      const plate = command === SERIAL_8A7F.plateAnswer && number !== undefined ? waiting.get(number) : undefined
      if (plate === undefined || number === undefined) continue
      plate.cancel()
      waiting.delete(number)
      delivered += 1
    }
  }
  function say(text: string | null, number: number, tries: number): void {
    send(encodeSerialPlate(text, number))
    const cancel = inReal(clock, ANSWER_WITHIN_MS, () => {
      waiting.delete(number)
      if (tries < TRIES) say(text, number, tries + 1)
      else lost += 1
    })
    waiting.set(number, { tries, cancel })
  }
  const nextSeq = (): number => {
    seq = (seq + 1) & 0xff
    return seq
  }
  const stopHeartbeat = every(clock, heartbeat, () => send(encodeSerialHeartbeat(nextSeq())))

  const camera: SerialCamera & { faults: CameraFaults; lineFaults: LineFaults } = {
    faults: CAMERA_SOUND,
    lineFaults: SOUND,
    line,
    sees({ text }) {
      if (!camera.faults.silent) say(text, nextSeq(), 1)
    },
    say: (bytes) => line.write(bytes),
    heartbeatsAnswered: () => heartbeats,
    delivered: () => delivered,
    kept: () => waiting.size + lost,
    lost: () => lost,
    async stop() {
      stopHeartbeat()
      for (const { cancel } of waiting.values()) cancel()
      await line.stop()
    },
  }
  void line.whenAttended().then(() => send(encodeSerialPowerOn()))
  return camera
}
