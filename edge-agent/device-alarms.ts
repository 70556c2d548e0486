import type { Clock } from '#edge/clock'
import type { LaneId } from '#edge/ids'
import type { DeviceState } from '#edge/lane-status'
import { type Span, seconds } from '#edge/units'
import type { Store } from './store/store.ts'

/** A device that stays silent this long is somebody's business; a shorter pause is a state on the screen and no alarm. */
const PATIENCE: Span = seconds(30)
/** After a start: cameras look for a broker that went away about once a minute. */
const PATIENCE_AT_START: Span = seconds(90)

export interface DeviceAlarms {
  /** A device's state, told at the start and whenever it or its words change. */
  heard(lane: LaneId, state: DeviceState): void
  stop(): void
}

/**
 * Raises `device-silent` for a device that does not come back, or never came, and takes the cause away when it does. One alarm per
 * silence: whatever is said in the meantime (it is lost, it is found, it talks nonsense) neither ends it nor begins it anew.
 */
export function deviceAlarms(parts: {
  readonly store: Pick<Store, 'raise' | 'returned' | 'boot'>
  readonly clock: Clock
  onBroken(error: Error): void
}): DeviceAlarms {
  const { store, clock, onBroken } = parts
  /** Silent, with the newest that is known of it. */
  const quiet = new Map<string, { state: DeviceState; readonly cancel: () => void }>()
  const raised = new Map<string, string>()
  let silences = 0

  function raise(lane: LaneId, name: string): void {
    const about = quiet.get(name)?.state
    if (!about) return
    const { device, state, since, detail } = about
    const occurrence = `${name}/${store.boot}-${++silences}`
    raised.set(name, occurrence)
    store.raise({ kind: 'device-silent', severity: 'high', lane, occurrence, facts: { device, state, since, detail } })
  }
  function comesBack(name: string): void {
    quiet.get(name)?.cancel()
    quiet.delete(name)
    const occurrence = raised.get(name)
    raised.delete(name)
    if (occurrence) store.returned({ kind: 'device-silent', occurrence })
  }
  const safely = (work: () => void): void => {
    try {
      work()
    } catch (error) {
      onBroken(error as Error)
    }
  }

  return {
    heard(lane, state) {
      const name = `${lane}/${state.device}`
      const known = quiet.get(name)
      if (state.state === 'ok') safely(() => comesBack(name))
      else if (known) known.state = state
      else {
        const patience = state.state === 'unheard' ? PATIENCE_AT_START : PATIENCE
        quiet.set(name, { state, cancel: clock.timer(patience, () => safely(() => raise(lane, name))) })
      }
    },
    stop() {
      for (const { cancel } of quiet.values()) cancel()
    },
  }
}
