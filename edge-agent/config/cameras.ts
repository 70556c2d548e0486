import Type, { type Static } from 'typebox'
import { oneOf } from '#edge/ids'
import { CameraSideSchema } from '#edge/weighing'
import { CAMERA_KINDS } from '../devices/camera-kinds.ts'
import { AddressSchema, strict } from './common.ts'

/** Where cameras that push over HTTP knock; it listens only when a lane has such a camera. */
export const CameraListenerSchema = Type.Object(
  {
    host: Type.String(),
    port: Type.Integer({ minimum: 0, maximum: 65_535 }),
    mostBytes: Type.Optional(Type.Integer({ minimum: 65_536, maximum: 16_777_216 })),
  },
  strict,
)

const SecretSchema = Type.String({ minLength: 1, maxLength: 100 })

/** One plate camera of a lane. Which of the optional keys a kind needs, and which have no meaning for it: `config-mistakes.ts`. */
export const CameraConfigSchema = Type.Object(
  {
    side: CameraSideSchema,
    kind: Type.Optional(oneOf(Object.keys(CAMERA_KINDS))),
    /** As in its messages. */
    serialNumber: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
    /** Of a camera that pushes: the path it posts to. */
    path: Type.Optional(Type.String({ maxLength: 100, pattern: '^(/[A-Za-z0-9._~-]+)+$' })),
    /** Of a camera that pushes: the only address it may come from. */
    from: Type.Optional(Type.String({ minLength: 2, maxLength: 45 })),
    /** Of a camera we ask: `http://192.168.1.64`; of a serial one: its line. */
    address: Type.Optional(AddressSchema),
    user: Type.Optional(SecretSchema),
    password: Type.Optional(SecretSchema),
    passwordFile: Type.Optional(Type.String({ minLength: 1 })),
    signIn: Type.Optional(oneOf(['basic', 'digest', 'token'])),
    /** By how much the camera's times are ahead of UTC: of firmware that counts local time as UTC, or names no zone (+08:00 if left out). */
    utcOffsetMinutes: Type.Optional(Type.Integer({ minimum: -720, maximum: 840 })),
    /** File with the mapping profile of a `mapped-json` camera. */
    mapping: Type.Optional(Type.String({ minLength: 1 })),
    /** Of a camera that is asked for its plates: how often. */
    pollSeconds: Type.Optional(Type.Number({ minimum: 0.2, maximum: 10 })),
    /** Where it answers with a picture of this moment, if not where its kind has it; with a sign-in of its own. */
    snapshot: Type.Optional(
      Type.Object(
        {
          url: Type.String({ minLength: 8, maxLength: 200 }),
          user: Type.Optional(SecretSchema),
          password: Type.Optional(SecretSchema),
          passwordFile: Type.Optional(Type.String({ minLength: 1 })),
        },
        strict,
      ),
    ),
    silentAfterSeconds: Type.Optional(Type.Number({ minimum: 5, maximum: 600 })),
  },
  strict,
)
export type CameraConfig = Static<typeof CameraConfigSchema>
