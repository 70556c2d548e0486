import Type, { type Static } from 'typebox'
import { oneOf } from '#edge/ids'
import type { Layout } from '#weighing/vocabulary'
import { strict } from './common.ts'

/** What kind of lane it is; what is left out is a lane with two barriers, one way, for empty and loaded trucks. */
export const LayoutSchema = Type.Object(
  {
    gates: Type.Optional(oneOf(['both', 'exit', 'entry', 'none'])),
    bothWays: Type.Optional(Type.Boolean()),
    /** What tells that a vehicle leaves. Without a loop an escape is known only when the weight is gone. */
    exitSeenBy: Type.Optional(oneOf(['loop', 'beam', 'weight'])),
    serves: Type.Optional(oneOf(['both', 'tare', 'gross'])),
    storedTare: Type.Optional(Type.Boolean()),
    /** Categories of a ticket's product that are loaded here; without it all. */
    products: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 16 }), { maxItems: 20 })),
  },
  strict,
)
export type LayoutConfig = Static<typeof LayoutSchema>

export function layoutOf({ layout = {} }: { readonly layout?: LayoutConfig }): Layout {
  const { gates = 'both', bothWays = false, serves = 'both', storedTare = false, products = [] } = layout
  return {
    gates: { entry: gates === 'both' || gates === 'entry', exit: gates === 'both' || gates === 'exit' },
    bothWays,
    serves,
    storedTare,
    products,
  }
}
