import type { Clock } from '#edge/clock'
import type { LaneId } from '#edge/ids'
import { hours, type Instant, type Kilograms, minutes } from '#edge/units'
import { drifting } from '#weighing/suspicion/zero'
import { restIn } from './at-rest.ts'
import type { Lane } from './lane.ts'
import { alarmOf } from './store/alarms.ts'
import type { Store } from './store/store.ts'

/**
 * Watches each scale while nobody is on it: keeps the zero of its empty platform once an hour, and raises what a person must see to: one
 * alarm per certificate that ran out, one per drift of the zero, taken back when the zero is back.
 */
export interface ScaleWatch {
  /** The lane looks different now. Costs two comparisons while nothing is due. */
  changed(lane: Lane): void
  start(): void
  stop(): void
}

export interface ScaleWatchParts {
  readonly lanes: readonly Lane[]
  readonly store: Pick<Store, 'scales' | 'raise' | 'returned' | 'broken'>
  readonly clock: Clock
  onBroken(error: Error): void
}

const HOUR = hours(1)
/** A zero that is not at rest now will be in a minute: wind, a bird, somebody with a broom. */
const TRIED_AGAIN_AFTER = minutes(1)
/** Certificates run out at midnight; nobody minds ten minutes. */
const CERTIFICATES_EVERY = minutes(10)

export function scaleWatch({ lanes, store, clock, onBroken }: ScaleWatchParts): ScaleWatch {
  const seen = new Map<LaneId, { hour: number; notBefore: number }>()
  let cancel: (() => void) | null = null
  const safely = (work: () => void): void => {
    if (store.broken()) return
    try {
      work()
    } catch (error) {
      onBroken(error as Error)
    }
  }

  function zeroSeen(lane: Lane, at: Instant, zero: Kilograms): void {
    const { scales } = store
    scales.sawZero(lane.rules.lane, at, zero)
    const { zeros } = scales.state(lane.rules.lane)
    const [drift] = drifting(at, zero, scales.state(lane.rules.lane), lane.rules)
    const raised = scales.alarmed('zero-drift', lane.rules.lane)
    if (drift && raised === null) {
      const occurrence = `${lane.rules.lane}/drift-${zeros[0]?.[0] ?? ''}`
      store.raise(alarmOf('zero-drift', occurrence, drift.facts, lane.rules.lane))
      scales.noteAlarm('zero-drift', lane.rules.lane, occurrence)
    } else if (!drift && raised !== null) {
      store.returned({ kind: 'zero-drift', occurrence: raised })
      scales.noteAlarm('zero-drift', lane.rules.lane, null)
    }
  }

  function certificateOf({ rules: { lane, scale } }: Lane): void {
    const occurrence = `${lane}/${scale.certificate}`
    const raised = store.scales.alarmed('scale-certificate', lane)
    const expired = clock.now() > Date.parse(scale.certificateUntil)
    if (raised !== null && (raised !== occurrence || !expired)) {
      store.returned({ kind: 'scale-certificate', occurrence: raised })
      store.scales.noteAlarm('scale-certificate', lane, null)
    }
    if (!expired || raised === occurrence) return
    store.raise(alarmOf('scale-certificate', occurrence, { certificate: scale.certificate, until: scale.certificateUntil }, lane))
    store.scales.noteAlarm('scale-certificate', lane, occurrence)
  }

  function certificates(): void {
    for (const lane of lanes) safely(() => certificateOf(lane))
    cancel = clock.timer(CERTIFICATES_EVERY, certificates)
  }

  return {
    changed(lane) {
      if (lane.state().phase !== 'idle') return
      const { lane: name } = lane.rules
      const now = clock.now()
      const hour = Math.floor(now / HOUR)
      const last = seen.get(name)
      if (last && (last.hour === hour || now < last.notBefore)) return
      const zero = zeroNow(lane, now)
      seen.set(name, { hour: zero === null ? -1 : hour, notBefore: now + TRIED_AGAIN_AFTER })
      if (zero !== null) safely(() => zeroSeen(lane, now, zero))
    },
    start: certificates,
    stop: () => cancel?.(),
  }
}

/** At rest, empty and with nobody near it; null where it is not. */
function zeroNow(lane: Lane, now: Instant): Kilograms | null {
  const { sensors } = lane.state()
  if (['entry-loop', 'entry-beam', 'exit-beam', 'exit-loop'].some((sensor) => sensors[sensor as keyof typeof sensors] === true)) return null
  const weight = restIn(lane, now)
  return weight === null || Math.abs(weight) >= lane.rules.emptyBelow ? null : weight
}
