import { confusableKey, isTrailer, Plate, readPlate } from '#edge/plate'
import { plateDistance } from '#edge/plate-distance'
import type { DemoLane } from '../demo-site.ts'
import type { Random } from '../random.ts'
import type { PassWish } from '../visits.ts'
import type { DayKind } from './kinds.ts'

/**
 * A four-lane mine for a whole day: two lanes for everything (one with a detector of remote controls), one for empty trucks, one without
 * a barrier at its entry for loaded ones; and trucks enough that each comes a few times and not forty.
 */
export const DAY_LANES: readonly DemoLane[] = [
  {
    lane: 'north',
    name: '北磅',
    serial: 'XK3190-DEMO-01',
    cameras: { front: '3a1c7f20-00000011', rear: '3a1c7f20-00000012' },
    detector: true,
  },
  { lane: 'south', name: '南磅', serial: 'XK3190-DEMO-02', cameras: { front: '3a1c7f20-00000021', rear: '3a1c7f20-00000022' } },
  {
    lane: 'east',
    name: '东磅(空车)',
    serial: 'XK3190-DEMO-04',
    cameras: { front: '3a1c7f20-00000041', rear: '3a1c7f20-00000042' },
    more: { layout: { serves: 'tare' } },
  },
  {
    lane: 'west',
    name: '西磅(重车)',
    serial: 'XK3190-DEMO-05',
    cameras: { front: '3a1c7f20-00000051', rear: '3a1c7f20-00000052' },
    gates: 'exit',
    more: { layout: { serves: 'gross', gates: 'exit' } },
  },
]

const BOTH = ['north', 'south']
const ALL = DAY_LANES.map(({ lane }) => lane)
const WITH_DETECTOR = DAY_LANES.filter(({ detector }) => detector).map(({ lane }) => lane)
/** Lanes by what is weighed there, as the configuration declares it. */
const SERVING = { tare: ALL.filter((lane) => lane !== 'west'), gross: ALL.filter((lane) => lane !== 'east') }

/** Where this drive may go. Who stays or turns on the platform needs a lane with a free way back, a detector has to hang there. */
export function lanesFor({ what }: Pick<PassWish, 'what'>, kind: DayKind): readonly string[] {
  if (kind === 'wrong-lane') return ['west']
  if ((kind === 'reverses-off' || kind === 'tailgate') && what === 'gross') return ['west']
  if (kind === 'remote-heard' && what === 'gross') return WITH_DETECTOR
  return what === 'tare' ? SERVING.tare : what === 'gross' ? SERVING.gross : BOTH
}

export interface DayTruck {
  readonly plate: string
  readonly carrier: string
  readonly axles: number
  readonly drivenAxles: number
  readonly combination: boolean
  readonly trailer: string | null
}

/** So far apart, weighed by what a camera mistakes, that one plate read wrong never looks like another truck of ours. */
const APART = 6
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ'
const CARRIERS = ['tuoyun', 'beiyuan', 'shunda']

/** `count` trucks: nine in ten with six axles and a trailer, as coal roads have them. `taken` plates are somebody's already. */
export function dayFleet(count: number, random: Random, taken: readonly string[]): DayTruck[] {
  const plates = [...taken]
  const keys = new Set(taken.map(confusableKey))
  const fresh = (make: () => string): string => {
    for (let tries = 0; tries < 20_000; tries += 1) {
      const text = make()
      if (readPlate(text).kind !== 'plate' || keys.has(confusableKey(text))) continue
      if (!isTrailer(Plate(text)) && plates.some((other) => plateDistance(other, text) < APART)) continue
      if (!isTrailer(Plate(text))) plates.push(text)
      keys.add(confusableKey(text))
      return text
    }
    throw new Error(`no room for ${count} trucks whose plates cannot be mistaken for one another`)
  }
  const digits = (many: number): string => Array.from({ length: many }, () => String(random.whole(0, 9))).join('')
  const tractor = (): string => {
    const serial = [...digits(5)]
    if (random.chance(0.7)) serial[random.whole(0, 2)] = random.pick([...LETTERS])
    return `${random.pick(['陕K', '陕K', '陕J', '蒙K', '晋J', '晋H', '宁A', '甘M'])}${serial.join('')}`
  }
  return Array.from({ length: count }, (_, at) => {
    const carrier = CARRIERS[at % CARRIERS.length] as string
    const plate = fresh(tractor)
    if (random.chance(0.9))
      return { plate, carrier, axles: 6, drivenAxles: 2, combination: true, trailer: fresh(() => `${plate.slice(0, 2)}${digits(4)}挂`) }
    const axles = random.pick([3, 4])
    return { plate, carrier, axles, drivenAxles: axles === 4 ? 2 : 1, combination: false, trailer: null }
  })
}

/** The file `seed --registers` reads: what of this mine the demo does not have. */
export const dayRegisters = (trucks: readonly DayTruck[]): object => ({
  lanes: DAY_LANES.slice(2).map(({ lane, name, serial }, at) => ({
    site: 'hongliu',
    lane,
    name,
    scale: {
      eKg: 20,
      maxKg: 120_000,
      minKg: 400,
      serial,
      certificate: `YL-JD-DEMO-0${at + 3}`,
      certificateUntil: '2036-12-31T00:00:00Z',
    },
  })),
  trucks,
})
