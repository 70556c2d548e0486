import Type, { type Static } from 'typebox'
import { SIGN_DIALECTS } from '#dialects/sign/sign-dialects'
import { SPEECH_DIALECTS } from '#dialects/speech/speech-dialects'
import { oneOf } from '#edge/ids'
import { AddressSchema, strict } from './common.ts'

/** The way through a Vzenith camera's own RS-485, where the sign hangs on the camera and not on this computer. */
const ThroughSchema = Type.Object(
  {
    serialNumber: Type.String({ minLength: 1, maxLength: 60 }),
    channel: Type.Optional(Type.Integer({ minimum: 0, maximum: 1 })),
  },
  strict,
)
const ReplaceSchema = Type.Record(Type.String({ minLength: 1, maxLength: 20 }), Type.String({ maxLength: 40 }))
const PercentSchema = Type.Integer({ minimum: 0, maximum: 100 })

/** A LED sign for the driver. It has a line of its own (`address`) or hangs on a camera (`through`). */
export const SignConfigSchema = Type.Object(
  {
    address: Type.Optional(AddressSchema),
    through: Type.Optional(ThroughSchema),
    dialect: oneOf(Object.keys(SIGN_DIALECTS)),
    /** At which end it stands: one that waits at the other end of a lane entered from both is told so there, and nowhere else. */
    at: Type.Optional(oneOf(['entry', 'exit'])),
    /** Lines, and half-width characters in each: a sign of 128 × 32 dots has 2 and 16. */
    lines: Type.Optional(Type.Integer({ minimum: 1, maximum: 8 })),
    columns: Type.Optional(Type.Integer({ minimum: 2, maximum: 64 })),
    unitAddress: Type.Optional(Type.Integer({ minimum: 0, maximum: 255 })),
    colour: Type.Optional(oneOf(['red', 'green', 'yellow'])),
    brightness: Type.Optional(PercentSchema),
    volume: Type.Optional(PercentSchema),
    /** It speaks as well as it shows. */
    speaks: Type.Optional(Type.Boolean()),
    replace: Type.Optional(ReplaceSchema),
    defaultText: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
    defaultAfterSeconds: Type.Optional(Type.Number({ minimum: 10, maximum: 86_400 })),
  },
  strict,
)
export type SignConfig = Static<typeof SignConfigSchema>

/** A voice module. */
export const SpeechConfigSchema = Type.Object(
  {
    address: Type.Optional(AddressSchema),
    through: Type.Optional(ThroughSchema),
    dialect: oneOf(Object.keys(SPEECH_DIALECTS)),
    /** What is said in place of what, for what the module says wrong. */
    replace: Type.Optional(ReplaceSchema),
  },
  strict,
)
export type SpeechConfig = Static<typeof SpeechConfigSchema>
