import Type, { type Static } from 'typebox'
import { SCALE_DIALECTS } from '#dialects/scale/scale-dialects'
import { oneOf } from '#edge/ids'
import { AddressSchema, strict } from './common.ts'

/** A lane's indicator. */
export const ScaleConfigSchema = Type.Object(
  {
    address: AddressSchema,
    dialect: oneOf(Object.keys(SCALE_DIALECTS)),
    unit: oneOf(['kg', 't']),
    silentAfterSeconds: Type.Optional(Type.Number({ minimum: 0.5, maximum: 60 })),
  },
  strict,
)
export type ScaleConfig = Static<typeof ScaleConfigSchema>
