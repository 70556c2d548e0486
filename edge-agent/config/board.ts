import Type, { type Static } from 'typebox'
import { BOARD_KINDS } from '#dialects/board/board-dialects'
import { oneOf } from '#edge/ids'
import { AddressSchema, strict } from './common.ts'

const OutputSchema = Type.Integer({ minimum: 0, maximum: 31 })
const InputSchema = Type.Object(
  {
    input: Type.Integer({ minimum: 0, maximum: 31 }),
    invert: Type.Optional(Type.Boolean()),
  },
  strict,
)

/** What a board is: `board-mistakes.ts` says which of it a kind has, and the kind what is usual. */
const make = {
  kind: Type.Optional(oneOf(BOARD_KINDS)),
  address: AddressSchema,
  unitAddress: Type.Optional(Type.Integer({ minimum: 1, maximum: 255 })),
  outputChannels: Type.Optional(Type.Integer({ minimum: 1, maximum: 32 })),
  inputChannels: Type.Optional(Type.Integer({ minimum: 1, maximum: 32 })),
  framing: Type.Optional(oneOf(['rtu', 'tcp'])),
  checksum: Type.Optional(Type.Boolean()),
  inBoardPulse: Type.Optional(Type.Boolean()),
  statusQuery: Type.Optional(Type.Boolean()),
  linkageAllowed: Type.Optional(Type.Boolean()),
  pollMilliseconds: Type.Optional(Type.Integer({ minimum: 20, maximum: 2_000 })),
  answerWithinMilliseconds: Type.Optional(Type.Integer({ minimum: 50, maximum: 5_000 })),
}

/** A board of relays only, beside the one the sensors are on. */
export const RelaysConfigSchema = Type.Object(make, strict)
export type RelaysConfig = Static<typeof RelaysConfigSchema>

/** A lane's relays and sensors. */
export const BoardConfigSchema = Type.Object(
  {
    ...make,
    outputs: Type.Object(
      {
        // Without these two the barrier is opened by a camera (`barriers`), or there is none.
        entryOpen: Type.Optional(OutputSchema),
        entryClose: Type.Optional(OutputSchema),
        exitOpen: Type.Optional(OutputSchema),
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
        // A lane without it says so in its layout.
        'exit-loop': Type.Optional(InputSchema),
        'entry-arm-down': Type.Optional(InputSchema),
        'exit-arm-down': Type.Optional(InputSchema),
      },
      strict,
    ),
    /** The outputs are on this board instead. */
    relays: Type.Optional(RelaysConfigSchema),
  },
  strict,
)
export type BoardConfig = Static<typeof BoardConfigSchema>

/** A detector of remote controls at the load cells, wired to two inputs of the board. */
export const DetectorConfigSchema = Type.Object(
  {
    kind: Type.Optional(oneOf(['contact'])),
    /** On while a remote control is heard. */
    signal: InputSchema,
    /** Changes all the time while the detector is alive. */
    life: InputSchema,
    silentAfterSeconds: Type.Optional(Type.Number({ minimum: 1, maximum: 60 })),
  },
  strict,
)
export type DetectorConfig = Static<typeof DetectorConfigSchema>
