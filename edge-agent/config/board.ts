import Type, { type Static } from 'typebox'
import { AddressSchema, strict } from './common.ts'

const OutputSchema = Type.Integer({ minimum: 0, maximum: 31 })
const InputSchema = Type.Object(
  {
    input: Type.Integer({ minimum: 0, maximum: 31 }),
    invert: Type.Optional(Type.Boolean()),
  },
  strict,
)

/** A lane's relays and sensors. */
export const BoardConfigSchema = Type.Object(
  {
    address: AddressSchema,
    unitAddress: Type.Integer({ minimum: 1, maximum: 247 }),
    outputs: Type.Object(
      {
        entryOpen: OutputSchema,
        entryClose: Type.Optional(OutputSchema),
        exitOpen: OutputSchema,
        exitClose: Type.Optional(OutputSchema),
        entryGreen: OutputSchema,
        exitGreen: OutputSchema,
        siren: OutputSchema,
      },
      strict,
    ),
    inputs: Type.Object(
      {
        'entry-loop': Type.Optional(InputSchema),
        'entry-beam': Type.Optional(InputSchema),
        'exit-beam': Type.Optional(InputSchema),
        // Without it no passage is ever seen, and so no escape.
        'exit-loop': InputSchema,
        'entry-arm-down': Type.Optional(InputSchema),
        'exit-arm-down': Type.Optional(InputSchema),
      },
      strict,
    ),
    pollMilliseconds: Type.Optional(Type.Integer({ minimum: 20, maximum: 2_000 })),
    answerWithinMilliseconds: Type.Optional(Type.Integer({ minimum: 50, maximum: 5_000 })),
  },
  strict,
)
export type BoardConfig = Static<typeof BoardConfigSchema>
