import type { Clock } from '#edge/clock'
import { milliseconds } from '#edge/units'
import { every } from '../../simulators/clock.ts'
import type { LanePlant } from '../../simulators/lane-plant.ts'

/**
 * A gatekeeper of twenty lines for a simulated plant, so that drivers and stories can be tried without an agent: lifts the entry for
 * whoever comes, lowers it behind him, and releases or holds as the test's `allows` says of plate and settled weight.
 */
export function gatekeeper(plant: LanePlant, clock: Clock, allows: (plate: string, weightKg: number) => boolean): () => void {
  let phase: 'idle' | 'boarding' | 'weighing' | 'released' | 'held' = 'idle'
  let restSince: number | null = null
  const pulse = (output: 'entryOpen' | 'entryClose' | 'exitOpen' | 'exitClose'): void => {
    plant.setOutput(output, true)
    plant.setOutput(output, false)
  }
  const entryClear = (): boolean => !plant.sensor('entry-loop') && !plant.sensor('entry-beam')
  const exitClear = (): boolean => !plant.sensor('exit-loop') && !plant.sensor('exit-beam')
  return every(clock, milliseconds(100), () => {
    const weight = plant.weight()
    if (phase === 'idle' && plant.sensor('entry-loop')) {
      pulse('entryOpen')
      phase = 'boarding'
    } else if (phase === 'boarding' && weight > 1_000 && entryClear()) {
      pulse('entryClose')
      phase = 'weighing'
      restSince = null
    } else if (phase === 'weighing') {
      restSince = plant.rolling() ? null : (restSince ?? clock.monotonic())
      if (restSince !== null && clock.monotonic() - restSince > 4_000) {
        const free = allows(plant.vehicle()?.plate ?? '', weight)
        pulse(free ? 'exitOpen' : 'entryOpen')
        phase = free ? 'released' : 'held'
      }
      if (weight === 0 && exitClear()) phase = 'idle'
    } else if ((phase === 'released' || phase === 'held') && weight < 200 && entryClear() && exitClear()) {
      pulse(phase === 'released' ? 'exitClose' : 'entryClose')
      phase = 'idle'
    }
  })
}
