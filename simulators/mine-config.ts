import Type, { type Static } from 'typebox'
import { BOARD_KINDS } from '#dialects/board/board-dialects'
import { SCALE_DIALECTS } from '#dialects/scale/scale-dialects'
import { LaneIdSchema, oneOf, SiteIdSchema } from '#edge/ids'
import { mistakeFinder, mistakeLines } from '#edge/mistakes'
import { SENSORS } from '#edge/weighing'
import { OUTPUTS } from './truth.ts'

/** The simulated hardware of one site, the other end of the lines an edge agent's configuration names. */
const strict = { additionalProperties: false } as const
const channel = Type.Integer({ minimum: 0, maximum: 7 })
const link = Type.String({ pattern: '^[a-zA-Z0-9][a-zA-Z0-9._-]*$', maxLength: 60 })
const baud = Type.Integer({ minimum: 300, maximum: 115_200 })
const plate = Type.String({ minLength: 5, maxLength: 12 })
const axles = Type.Integer({ minimum: 2, maximum: 12 })

const LaneSchema = Type.Object(
  {
    lane: LaneIdSchema,
    eKg: Type.Integer({ minimum: 1, maximum: 1_000 }),
    scale: Type.Object({ link, baud, dialect: oneOf(Object.keys(SCALE_DIALECTS)), tcpPort: Type.Optional(Type.Integer()) }, strict),
    board: Type.Object(
      {
        link,
        baud,
        /** The make; `waveshare` where nothing is said. */
        kind: Type.Optional(oneOf(BOARD_KINDS)),
        unitAddress: Type.Integer({ minimum: 1, maximum: 255 }),
        outputs: Type.Partial(Type.Object(Object.fromEntries(OUTPUTS.map((name) => [name, channel])), strict)),
        inputs: Type.Partial(
          Type.Object(
            Object.fromEntries(
              SENSORS.map((name) => [name, Type.Object({ input: channel, invert: Type.Optional(Type.Boolean()) }, strict)]),
            ),
            strict,
          ),
        ),
        tcpPort: Type.Optional(Type.Integer()),
      },
      strict,
    ),
    /** Serial numbers. The front camera speaks topic layout A, the rear one B, so that both are in use. */
    cameras: Type.Object({ front: Type.String({ maxLength: 40 }), rear: Type.String({ maxLength: 40 }) }, strict),
    reader: Type.Object({ port: Type.Integer({ minimum: 0, maximum: 65_535 }) }, strict),
    /** The barriers there are; both where nothing is said. */
    gates: Type.Optional(Type.Array(oneOf(['entry', 'exit']), { maxItems: 2 })),
    /** Vehicles come from either end: of the second one the rear camera sees the front. */
    bothWays: Type.Optional(Type.Boolean()),
    /** Inputs of the board a detector of remote controls hangs at. */
    detector: Type.Optional(Type.Object({ signal: channel, life: channel }, strict)),
  },
  strict,
)

export const MineConfigSchema = Type.Object(
  {
    site: SiteIdSchema,
    seed: Type.Integer(),
    /** Where the links to the serial lines are made. */
    folder: Type.String({ minLength: 1 }),
    lanBroker: Type.Object(
      { url: Type.String({ pattern: '^mqtt://' }), user: Type.Optional(Type.String()), password: Type.Optional(Type.String()) },
      strict,
    ),
    cloud: Type.Object(
      {
        url: Type.String({ pattern: '^https?://' }),
        keys: Type.Array(Type.Object({ carrier: Type.String(), key: Type.String() }, strict)),
      },
      strict,
    ),
    lanes: Type.Array(LaneSchema, { minItems: 1 }),
    /** Coal trucks as the register knows them. Those whose carrier has a key above get tickets. */
    trucks: Type.Array(
      Type.Object(
        {
          plate,
          carrier: Type.String(),
          axles,
          drivenAxles: Type.Optional(Type.Integer({ minimum: 1, maximum: 4 })),
          combination: Type.Optional(Type.Boolean()),
          trailer: Type.Optional(Type.Union([plate, Type.Null()])),
        },
        strict,
      ),
    ),
    /** Registered vehicles that carry no coal, and what they weigh. */
    nonCargo: Type.Array(Type.Object({ plate, what: Type.String(), weightKg: Type.Integer({ minimum: 500 }) }, strict)),
  },
  strict,
)
export type MineConfig = Static<typeof MineConfigSchema>
export type LaneConfig = MineConfig['lanes'][number]

const mistakesIn = mistakeFinder(MineConfigSchema)
/** The configuration, or all that is wrong with it, a line each. */
export function checkMineConfig(value: unknown): { readonly config: MineConfig } | { readonly mistakes: string } {
  const mistakes = mistakesIn(value)
  return mistakes.length > 0 ? { mistakes: mistakeLines(mistakes) } : { config: value as MineConfig }
}
