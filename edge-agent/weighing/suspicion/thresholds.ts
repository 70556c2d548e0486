import { milliseconds, minutes, seconds } from '#edge/units'

/**
 * Every threshold of the anti-cheating signals with its reason: from e and the laws of trucks, or from the study (`npm run study`: chosen
 * on its even seeds, measured on its odd ones). Weights are kilograms; `weight` is what the vehicle weighs, `e` the scale's division.
 */

/** At rest: readings within 3 e, which is what engine, wind and one division of flicker do together to a standing truck. */
export const restBand = (e: number): number => 3 * e
/** Two swings of a loaded truck on its springs (1.4 to 2.5 Hz): a shorter calm may be the turning point of a sway. */
export const REST_FOR = seconds(1)
/** After the verdict drivers pull away within two seconds; a truck that rolls does not stay within the band for half of one. */
export const REST_AFTER_VERDICT = milliseconds(500)
/** A slow indicator speaks five times a second; fewer readings are no calm but a gap. */
export const REST_READINGS = 4

/**
 * A standing truck gets lighter by the people who climb out of it: a driver with two mates and their bags is 300 kg. Nothing else
 * honest changes a resting weight by more within a visit. Eight divisions where e is coarse.
 */
export const stepLeast = (e: number): number => Math.max(300, 8 * e)

/**
 * A truck weighs the same wherever it stands wholly on: corner error is one division or two, its sway and the people add some. Only when
 * it rolled in between is so small a difference worth a question, for then a wheel may be off.
 */
export const movedLeast = (e: number, weight: number): number => Math.max(200, 8 * e, Math.round(weight / 100))
/** Rolling shakes a truck by far more than this beyond both resting weights; a switch does not shake it. */
export const shakenBy = (e: number, weight: number): number => Math.max(4 * e, Math.round(weight / 150))
/** Where no beams prove that it stood wholly on, a difference as large as an axle (6 % of the lightest truck) is an axle. */
export const axleShare = (weight: number): number => Math.round(weight / 25)

/** Mean weight of a rolling truck that is wholly on: springs swing around the truth, over a second they leave half a percent at most. */
export const rollingLeast = (e: number, weight: number): number => Math.max(300, 10 * e, Math.round((weight * 9) / 1_000))
/** The window for that mean after the beams have cleared: the indicator's filter has forgotten the last axle, sway is not over. */
export const ROLLING_FROM = milliseconds(1_000)
export const ROLLING_UNTIL = milliseconds(2_200)
export const ROLLING_READINGS = 5
/** The front axle stands over a metre behind the bumper, a truck leaves at 3 m/s: told later, the exit beam's edge may come after the axle is off. */
export const EDGE_WITHIN = milliseconds(300)

/** Boarding plus leaving, axle group by axle group, must make the whole truck; braking shifts up to 2 % of it between the groups, once each way. */
export const groupsLeast = (e: number, weight: number): number => Math.max(500, 20 * e, Math.round((weight * 7) / 200))
/** Two boundaries between groups lie an axle apart at least, so a pair that misses by more is none. */
export const pairsWithin = (weight: number): number => Math.round((weight * 12) / 100)
/** A group of axles alone on the platform is there for half a second at walking pace. */
export const PLATEAU_FOR = milliseconds(450)
export const plateauBand = (e: number, weight: number): number => Math.max(3 * e, Math.round(weight / 40))

/** A truck that drives on shakes: all its falls together make at least 1/400 of its weight, whatever the indicator's filter. */
export const smoothLeast = (e: number, weight: number): number => Math.max(e, Math.round(weight / 400))
/** How often the steepness of the curve is looked at; every group of axles is a sweep of its own, with a slower stretch before it. */
export const SWEEP_EVERY = milliseconds(200)
export const sweepRise = (kg: number): number => Math.max(60, Math.round(kg / 50))
/** Divisions: the shaking of a lighter truck is lost in one division. */
export const SMOOTH_FROM = 400
/** So many readings between the first wheel and rest, or nothing can be said of the noise. */
export const SMOOTH_READINGS = 16

/** The gap between tractor and trailer passes the exit beam in less: what weighs on behind a beam clear for longer is another vehicle. */
export const BEHIND_AFTER = milliseconds(1_500)
/** An axle is 6 % of a truck at least; rolling swings, held over three readings, stay under 2 %. */
export const halfOnLeast = (e: number, weight: number): number => Math.max(600, 20 * e, Math.round((weight * 3) / 100))
/** The lightest axle of a second vehicle that matters: an empty light truck's. */
export const SECOND_VEHICLE_KG = 1_200

/** Tares of this truck that are needed before one of them can be unusual. */
export const TARES_NEEDED = 3
/**
 * Fuel is the largest honest part of a tare: up to 600 kg of a combination, so it is up to 300 kg off its own median, of a lighter truck
 * less; mud, snow and people do the rest. The fewer tares are known, the less is known of the median. Where its own scatter is larger, so
 * is its band. A trick at tare makes it heavier; a lighter one is mostly an empty fuel tank, so it may be lighter by more.
 */
export const tareBand = (e: number, weight: number, known: number, scatter: number, lighter: boolean): number =>
  Math.max(10 * e, (lighter ? 400 : 340) + Math.round(weight / 75 + 200 / known), Math.min(900, 3 * scatter))
/** A tractor with a full tank and a mate weighs so much more than with neither; of a difference beyond that the whole tells. */
export const FRONT_WITHIN = 450
/** One tare of the same pair already tells what its trailer's axles carry. */
export const REARS_NEEDED = 1
/**
 * A trailer's axles carry no fuel and nobody: mud makes 50 kg, rolling over the edge 36 (measured in the study), and as much again stands
 * in what is known of it, the more the fewer tares there are.
 */
export const rearBand = (e: number, known: number, scatter: number, lighter: boolean): number =>
  Math.max(10 * e, (lighter ? 300 : 210) + Math.round(300 / known), Math.min(600, 3 * scatter))

/** Nobody tips off a few shovels: repeated weighings closer together than this, after a verdict about weight, are attempts. */
export const fitsBand = (e: number): number => Math.max(300, 10 * e)
export const FITS_TIMES = 3
export const FITS_WITHIN = minutes(60)

/** One vehicle may pass beside a loop or under a beam; two in a row do not. */
export const STUCK_VISITS = 2
/** Of the newest visits of one truck, the camera failed in most although it read those before and after. */
export const BLIND_VISITS = 4
export const BLIND_UNREAD = 3
/** Vehicles in a row unread by a camera: it is blind for everybody, which is another fault. */
export const CAMERA_DEAD = 3

/** A truck leaves mud, coal and water behind: three times what its sweeping is due for. */
export const returnBand = (e: number): number => Math.max(80, 4 * e)
/** A zero that wanders by five divisions within a day was neither swept nor set. */
export const driftBand = (e: number): number => Math.max(100, 5 * e)
export const DRIFT_HOURS = 24
