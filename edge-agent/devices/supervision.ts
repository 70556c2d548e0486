import { type Span, seconds } from '#edge/units'

/**
 * How long a device may be quiet before it counts as silent: the state on the screens, the `device` input to the lane, and, when it
 * stays so, the `device-silent` alarm (`device-alarms.ts`). `field` is what an unattended coal weighbridge in service was seen to
 * allow (its supervision table); `ours` is the default here and never longer.
 *
 * The scale and the board are stricter than the field, because a verdict rests on them: a weight of 4 s ago is not fresh when a truck
 * moves, and an I/O board that misses five polls in a row has missed an arm going up. A site may say otherwise in its configuration.
 */
export const SUPERVISION = {
  scale: { field: seconds(5), ours: seconds(3) },
  /** At least this; five polls with their answers where those take longer, and never more than the field's. */
  board: { field: seconds(8), ours: seconds(1.5) },
  /** The detector of remote controls at the load cells: it blocks weighing when it hears one, and when it is not heard itself. */
  detector: { field: seconds(8), ours: seconds(8) },
  /** Plate cameras: heartbeats come every 5 to 10 s, but every 30 s or so by some firmware. */
  camera: { field: seconds(71), ours: seconds(71) },
  tag: { field: seconds(5), ours: seconds(5) },
} as const satisfies Record<string, { readonly field: Span; readonly ours: Span }>

export type Supervised = keyof typeof SUPERVISION
