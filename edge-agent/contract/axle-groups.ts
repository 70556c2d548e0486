import Type from 'typebox'
import { KilogramsSchema } from './ids.ts'

/**
 * A vehicle's weight in groups of axles, in the order they came on, kilograms: what stood on the platform while it rolled furthest without
 * another axle, and the rest. Of a combination: the tractor with what the trailer rests on it, and the trailer's axles.
 */
export const GroupsSchema = Type.Array(KilogramsSchema, { minItems: 2, maxItems: 4 })
