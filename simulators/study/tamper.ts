import type { Random } from '../random.ts'
import type { Story } from './kinds.ts'

/** When things happened to the vehicle of this visit, milliseconds; Infinity while they have not. */
export interface Marks {
  onAt: number
  whollyAt: number
  stoppedAt: number
  judgedAt: number
  goAt: number
  offAt: number
}
export const noMarks = (): Marks => {
  const never = Number.POSITIVE_INFINITY
  return { onAt: never, whollyAt: never, stoppedAt: never, judgedAt: never, goAt: never, offAt: never }
}

/** What arrives at the indicator in place of what the cells feel. */
export type Tamper = (at: number, kg: number, marks: Marks) => number

const untouched: Tamper = (_at, kg) => kg
/** Reed relays and transistors switch at once; the indicator's filter smears it. */
const between = (from: number, at: number, to: number): boolean => at >= from && at < to

export function tamperOf(story: Story, size: number, trueKg: number, chance: Random): Tamper {
  const [early, late] = [chance.between(500, 4_000), chance.between(0, 2_500)]
  // Most forget the switch until they roll; some switch back at once on green, some when they are gone.
  const off = chance.pick(['green', 'rolling', 'rolling', 'gone'] as const)
  const until = (marks: Marks): number =>
    off === 'green' ? marks.judgedAt + 1_500 : off === 'rolling' ? marks.goAt + late : marks.offAt + late - 500
  switch (story) {
    case 'chip-at-rest':
      return (at, kg, marks) => kg + (between(marks.stoppedAt + early, at, until(marks)) ? size : 0)
    case 'chip-ramp': {
      const perMs = chance.between(0.02, 0.2)
      return (at, kg, marks) => {
        const from = marks.stoppedAt + early / 2
        if (!between(from, at, until(marks))) return kg
        return kg + Math.sign(size) * Math.min(Math.abs(size), (at - from) * perMs)
      }
    }
    case 'chip-after-verdict':
      return (at, kg, marks) => kg + (between(marks.onAt, at, marks.judgedAt + 1_200) && kg > 200 ? size : 0)
    case 'chip-rolling':
      return (at, kg, marks) => kg + (between(marks.whollyAt + late / 2, at, until(marks)) ? size : 0)
    case 'chip-boarding':
      return (at, kg, marks) => kg + (between(marks.onAt + 700 + late, at, until(marks)) && kg > 200 ? size : 0)
    case 'chip-left-on':
      return (at, kg, marks) => kg + (between(marks.onAt, at, marks.offAt + 8_000 + late) ? size : 0)
    case 'chip-constant':
      return (_at, kg) => (kg > 1_500 ? kg + size : kg)
    case 'chip-scale':
      return (_at, kg) => (kg > 1_500 ? kg * (1 + size / trueKg) : kg)
    case 'drawn-curve': {
      const takes = chance.between(4_000, 7_000)
      return (at, kg, marks) => {
        if (!between(marks.onAt, at, marks.goAt)) return kg
        const part = Math.min(1, (at - marks.onAt) / takes)
        return trueKg * (3 * part * part - 2 * part * part * part)
      }
    }
    case 'zeroed': {
      const zeroAt = chance.between(1_500, 3_000)
      return (at, kg, marks) => (at >= marks.stoppedAt + zeroAt && at < marks.offAt + 20_000 ? kg - trueKg : kg)
    }
    case 'power-cycled':
      // Comes back with another zero: half of the time the load of somebody's foot, half of the time nothing has changed.
      return size === 0 ? untouched : (at, kg, marks) => (at >= marks.stoppedAt + 1_000 ? kg + size : kg)
    default:
      return untouched
  }
}
