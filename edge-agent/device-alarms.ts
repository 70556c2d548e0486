import type { Clock } from '#edge/clock'
import type { LaneId } from '#edge/ids'
import type { DeviceState } from '#edge/lane-status'
import { type Span, seconds } from '#edge/units'
import type { Store } from './store/store.ts'

/** A device that stays silent this long is somebody's business; a shorter pause is a state on the screen and no alarm. */
const PATIENCE: Span = seconds(30)

/** Raises `device-silent` for a device that does not come back, and takes the cause away when it does. One alarm per silence. */
export function deviceAlarms(
  store: Pick<Store, 'raise' | 'returned' | 'boot'>,
  clock: Clock,
): { heard(lane: LaneId, state: DeviceState): void; stop(): void } {
  const waiting = new Map<string, () => void>()
  const raised = new Map<string, string>()
  let silences = 0
  return {
    heard(lane, { device, state, since, detail }) {
      const name = `${lane}/${device}`
      waiting.get(name)?.()
      waiting.delete(name)
      if (state === 'silent' || state === 'lost') {
        if (raised.has(name)) return
        const raise = (): void => {
          waiting.delete(name)
          const occurrence = `${name}/${store.boot}-${++silences}`
          raised.set(name, occurrence)
          store.raise({ kind: 'device-silent', severity: 'high', lane, occurrence, facts: { device, state, since, detail } })
        }
        waiting.set(name, clock.timer(PATIENCE, raise))
      } else {
        const occurrence = raised.get(name)
        raised.delete(name)
        if (occurrence) store.returned({ kind: 'device-silent', occurrence })
      }
    },
    stop() {
      for (const cancel of waiting.values()) cancel()
    },
  }
}
