import { decimalText } from '#dialects/scale/exact'
import type { Reading, Rejected, WeightUnit } from '#dialects/scale/reading'
import { toKilograms } from '#dialects/scale/to-kilograms'
import type { Clock } from '#edge/clock'
import { type Kilograms, milliseconds } from '#edge/units'
import type { LaneInput } from '#weighing/vocabulary'
import type { Log } from '../log.ts'
import type { SilenceWatch } from './silence-watch.ts'

/** What is believed of what an indicator says. */
export interface Belief {
  /** What the indicator is set to, for dialects whose frames carry no unit or no point. */
  readonly unit: WeightUnit
  readonly decimals?: number | null
  /** Whether an indicator that calls its weights net, and says nothing of a tare, is believed. */
  readonly acceptNet?: boolean
  /** So many readings in a row must say the same before one is told. In motion, when they differ, none is. */
  readonly equalFrames?: number
  /** What the scale can carry; a weight more than a tenth beyond it is a misreading. */
  readonly capacity?: Kilograms | null
}

export interface WeightParts extends Belief {
  /** So many readings after (re)connecting are not believed. */
  readonly distrustFirst: number
  readonly clock: Clock
  readonly log: Log
  count(name: string): void
  onInput(input: LaneInput): void
  /** Asked for when something is heard: it is made after this, because it asks back what was strange. */
  watch(): Pick<SilenceWatch, 'heard' | 'remark'>
}

/** From readings to weights of the lane: what cannot be kilograms is refused, counted by reason and shown. */
export interface Weights {
  onReading(reading: Reading): void
  onRejected(rejected: Rejected): void
  /** A new connection: nothing of the one before counts. */
  begin(): void
  /** What was heard since the last sensible frame that is none, with counts; empty when there was nothing. Forgets it. */
  strange(): string
}

/** A refusal is shown until this long after the last one. */
const SHOW_REFUSAL_FOR = milliseconds(3_000)

export function weightsOf(parts: WeightParts): Weights {
  const {
    unit,
    decimals = null,
    acceptNet = false,
    equalFrames = 1,
    capacity = null,
    distrustFirst,
    clock,
    log,
    count,
    onInput,
    watch,
  } = parts
  let distrust = distrustFirst
  let strange = new Map<string, number>()
  let refusedAt: number | null = null
  let last: Kilograms | null = null
  let equal = 0

  const refuse = (reason: string, reading: Reading): void => {
    count(`refused-${reason}`)
    equal = 0
    if (refusedAt === null) log.warn({ reason, shown: shown(reading) }, 'the weight is refused')
    refusedAt = clock.monotonic()
    watch().remark(`refused: ${reason} (${shown(reading)})`)
  }

  return {
    onReading(reading) {
      count('frames')
      if (distrust > 0) {
        distrust--
        count('distrusted')
        return
      }
      watch().heard()
      strange = new Map()
      if (reading.mode === 'tare') {
        // What was tared, not what stands on the platform.
        count('tares')
        return
      }
      const weight = toKilograms(reading, { unit, decimals, acceptNet })
      if (!weight.ok) return refuse(weight.reason, reading)
      if (capacity !== null && Math.abs(weight.kg) > 1.1 * capacity) return refuse('above-capacity', reading)
      if (refusedAt === null || clock.monotonic() - refusedAt > SHOW_REFUSAL_FOR) {
        refusedAt = null
        watch().remark('')
      }
      equal = weight.kg === last ? equal + 1 : 1
      last = weight.kg
      if (equal < equalFrames) {
        count('unconfirmed')
        return
      }
      count('readings')
      onInput({ kind: 'reading', at: clock.now(), weight: weight.kg, stable: reading.stable })
    },
    onRejected({ reason }) {
      count(`rejected-${reason}`)
      strange.set(reason, (strange.get(reason) ?? 0) + 1)
    },
    begin() {
      distrust = distrustFirst
      equal = 0
    },
    strange() {
      const words = [...strange].map(([what, times]) => `${what} ${times}`).join(', ')
      strange = new Map()
      return words
    },
  }
}

/** The number as it stands on the indicator. */
const shown = ({ digits, decimals, unit }: Reading): string =>
  digits === null ? 'no number' : `${decimalText({ digits, decimals: decimals ?? 0 })}${unit === null ? '' : ` ${unit}`}`
