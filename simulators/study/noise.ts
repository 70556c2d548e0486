import type { Random } from '../random.ts'

/**
 * What shakes an honest weighing, with a figure and its reason for each. Meant to be realistic rather than kind; where a figure is a
 * range, every visit draws its own. Nothing here was chosen after looking at a hit or a false-alarm rate.
 */
export const NOISE = {
  /** Dynamic load coefficient of a truck at walking pace on a deck: low-speed weighing in motion is good to 1–2 % an axle. */
  bounceShare: [0.006, 0.02],
  /** Body bounce, hertz: an empty truck on its stiff springs is quicker than a loaded one. */
  bounceHz: { empty: [2.4, 3.4], loaded: [1.5, 2.3] },
  /** Tyres, joints and deck plates: what is left beside the bounce, share of the load. */
  roughShare: [0.002, 0.005],
  /** An axle over the edge of the deck kicks, share of its load, and how soon that is over. */
  kickShare: [0.01, 0.05],
  kickFadeS: 0.25,
  /** Height of the centre of gravity over wheelbase: braking at 0.9 m/s² moves 0.09 × this share of the weight to the front axle. */
  pitchLever: [0.1, 0.2],
  /** Sway after a stop, share of the weight, hertz and seconds to fade (a loaded semi rocks for two or three seconds). */
  swayShare: [0.002, 0.01],
  swayHz: [1.2, 1.9],
  swayFadeS: [0.4, 0.9],
  /** Three engines in ten run on although the sign asks to switch off: kilograms, aliased into slow flicker by the sampling. */
  engineRuns: 0.3,
  engineKg: [4, 18],
  /** Gusts of 10–15 m/s lift a roof of 40 m² by 35–60 kg; with a turbulence of a fifth that wanders by 6–20 kg. One visit in ten is windy. */
  windy: 0.1,
  windKg: { calm: [0, 5], windy: [6, 20] },
  windFadeS: 2.5,
  /** Load cells and converter. */
  converterKg: [1, 4],
  /** Weight by place on the deck (corner error), share of the weight at one end: half of what verification allows. */
  cornerShare: [0, 0.0006],
  /** Somebody climbs out while it stands, each so heavy; seldom two, hardly ever three. */
  climbsOut: 0.04,
  secondToo: 0.2,
  thirdToo: 0.1,
  personKg: [55, 110],
  /** The zero before it: spilled coal, mud and warmth since the last sweeping. A loaded truck drops some more, seldom a lot. */
  zeroKg: [-15, 60],
  drops: 0.08,
  dropsKg: [5, 45],
  dropsMuch: 0.003,
  dropsMuchKg: [60, 200],
  /** Tare: fuel between a tenth and all of the tank, mud by the weather, people, spare wheels and chains that come and go. */
  tankKg: [340, 600],
  fuelFrom: 0.1,
  wet: 0.2,
  mudKg: { dry: 40, wet: 130, most: 300 },
  mate: 0.2,
  gearKg: 25,
  /** An owner changes something for good (a new body floor, bigger tanks): within ten weighings of one truck in twenty. */
  rebuilt: 0.05,
  rebuiltKg: [-250, 350],
  /**
   * Which axles carry it: the part on those behind the widest gap. A tractor's fuel hangs between its own axles, a single truck's between
   * cab and body; people sit over the first axle; mud is thrown everywhere, more of it behind.
   */
  fuelOnRear: [0.3, 0.6],
  mudOnRear: [0.3, 0.7],
  /**
   * A hidden tank of half a tonne is put where there is room: three of four under or in the trailer, between its landing gear and its last
   * axle (the kingpin takes the rest); one of four beside the tractor's fuel tank. A single truck has it under or in its body.
   */
  tankOnTractor: 0.25,
  tankOnTrailer: [0.4, 1],
  tankOnBody: [0.5, 1],
} as const

/**
 * How well a past visit saw the axles of its trailer. Not invented: what the machine's own `axleGroups` made of 922 even honest tares of
 * this study (11 without a landing, 20 where the driver had halted on other axles, a deviation of 35 kg), rounded against us; a past tare
 * is not played again for every visit.
 */
export const LANDINGS = { unseen: 0.02, elsewhere: 0.03, errorKg: 36 } as const

/** Drivers differ: share of visits, metres, metres a second. */
export const DRIVERS = {
  speed: [1.2, 3.4],
  stopsOff: 0.35,
  /** Stops short with its tail in the entry beam, or runs over into the exit beam, and is told to correct it. */
  stopsShort: 0.04,
  overshoots: 0.03,
  /** Comes to a halt half-way on, for no reason. */
  halts: 0.06,
  /** Releases the brake and rolls a little once it stood. */
  rollsOn: 0.02,
  /** Gap between tractor and trailer that a light barrier sees through; loops drop high trailers for a moment. */
  gapSeen: 0.15,
  loopDrops: 0.1,
  reactionS: [0.6, 3],
} as const

/** Cameras: share of messages that are a misread by one letter, or no plate at all. */
export const CAMERAS = { misread: 0.015, unread: 0.025, rearUnread: 0.06 } as const

export const draw = (chance: Random, [least, most]: readonly [number, number]): number => chance.between(least, most)
/** Normal with this deviation. */
export function normal(chance: Random, deviation: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - chance.next()))
  return deviation * radius * Math.cos(2 * Math.PI * chance.next())
}
