import { VZENITH_PULSE_MS, vzenithGpioOut } from '#dialects/camera/vzenith-command'
import { decodeVzenith } from '#dialects/camera/vzenith-mqtt'
import { readVzenithTopic, type VzenithLayout } from '#dialects/camera/vzenith-topics'
import { type Clock, realSpan } from '#edge/clock'
import { seconds } from '#edge/units'
import { reasonOf } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Barrier } from './barrier.ts'
import type { PulseOutcome } from './board-parts.ts'
import { counting, type Listeners } from './device.ts'
import type { Connection, LanBroker } from './lan-broker.ts'
import { silenceWatch } from './silence-watch.ts'
import { SUPERVISION } from './supervision.ts'

/** A client in the field takes an opening for uncertain after this, and does not repeat it. */
const ANSWER_WITHIN = seconds(10)

export interface VzenithBarrierParts extends Listeners {
  readonly name: string
  readonly serialNumber: string
  readonly openOutput: number
  /** Undefined: the arm comes down by itself. */
  readonly closeOutput: number | undefined
  readonly broker: Pick<LanBroker, 'hear' | 'publish'>
  readonly clock: Clock
  readonly log: Log
  /** Unique in the life of the broker; a reply carries it back. */
  newId(): string
}

/**
 * A barrier on the output of a Vzenith camera that is connected to the agent's broker. Commands go to the layout the camera was heard
 * in and to no other: some obey both and pulse twice. Reply 200 is `accepted` (a locked output answers so too), any other `refused`,
 * none within 10 s `unknown`; a camera that is not connected, or was never heard, is told nothing.
 */
export function vzenithBarrier(parts: VzenithBarrierParts): Barrier {
  const { name, serialNumber, openOutput, closeOutput, broker, clock, log, newId } = parts
  const counts = counting()
  const wanted = serialNumber.toLowerCase()
  const watch = silenceWatch({ ...parts, device: name, silentAfter: SUPERVISION.camera.ours })
  let heardAs: { readonly layout: VzenithLayout; readonly device: string; readonly connection: Connection } | null = null
  const awaited = new Map<string, (outcome: PulseOutcome) => void>()
  let stopHearing = (): void => {}

  function onMessage(topic: string, payload: Uint8Array, connection: Connection): boolean {
    const address = readVzenithTopic(topic)
    if (address?.device.toLowerCase() !== wanted) return false
    if (address.kind === 'up') {
      heardAs = { layout: address.layout, device: address.device, connection }
      watch.heard()
    }
    if (address.kind !== 'reply') return true
    const message = decodeVzenith(topic, payload)
    if (message.kind !== 'command-reply') return true
    // Who hears the command could also answer it; only the camera that was told can vouch for it.
    const settle = connection === heardAs?.connection ? awaited.get(message.id) : undefined
    // The camera's own ear asks it for pictures; those answers are not ours.
    if (settle === undefined && message.id.startsWith('photo-')) return true
    if (settle === undefined) counts.add(connection === heardAs?.connection ? 'replies-late' : 'replies-foreign')
    settle?.(message.ok ? 'accepted' : 'refused')
    return true
  }

  async function pulse(move: 'open' | 'close', length: number): Promise<PulseOutcome> {
    const io = move === 'open' ? openOutput : closeOutput
    if (io === undefined || heardAs === null) {
      counts.add('pulses-refused')
      log.warn(
        { move, why: io === undefined ? 'no output is wired for it' : 'the camera is not connected' },
        'a barrier order was not sent',
      )
      return 'refused'
    }
    const pulseMs = Math.round(Math.min(VZENITH_PULSE_MS.most, Math.max(VZENITH_PULSE_MS.least, length)))
    const { layout, device } = heardAs
    const command = vzenithGpioOut({ layout, device, id: newId(), at: clock.now() }, { io, value: 'pulse', pulseMs })
    const outcome = await new Promise<PulseOutcome>((settled) => {
      const settle = (of: PulseOutcome): void => {
        giveUp()
        awaited.delete(command.id)
        settled(of)
      }
      const giveUp = clock.timer(realSpan(clock, ANSWER_WITHIN), () => settle('unknown'))
      awaited.set(command.id, settle)
      broker.publish(command.topic, command.payload).catch((error: unknown) => {
        log.warn({ why: reasonOf(error) }, 'a command to a camera was not handed on')
        settle('unknown')
      })
    })
    counts.add(`pulses-${outcome}`)
    if (outcome !== 'accepted') log.warn({ move, outcome }, 'a barrier order was not accepted')
    return outcome
  }

  return {
    name,
    start: async () => {
      watch.start()
      stopHearing = broker.hear({
        onMessage,
        onGone: (gone) => {
          if (gone !== heardAs?.connection) return
          heardAs = null
          watch.lost('the camera closed its connection')
          for (const settle of [...awaited.values()]) settle('unknown')
        },
      })
    },
    stop: async () => {
      stopHearing()
      watch.stop()
      for (const settle of [...awaited.values()]) settle('unknown')
    },
    state: watch.state,
    counters: counts.all,
    pulse,
  }
}
