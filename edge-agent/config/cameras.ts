import Type, { type Static } from 'typebox'
import { CameraSideSchema } from '#edge/weighing'
import { strict } from './common.ts'

/** One plate camera of a lane. */
export const CameraConfigSchema = Type.Object(
  {
    side: CameraSideSchema,
    serialNumber: Type.String({ minLength: 1, maxLength: 60 }),
    silentAfterSeconds: Type.Optional(Type.Number({ minimum: 5, maximum: 600 })),
  },
  strict,
)
export type CameraConfig = Static<typeof CameraConfigSchema>
