import Type, { type Static } from 'typebox'
import type { DialectSettings, ScaleDecoder, ScaleDialect } from '#dialects/scale/reading'
import { SCALE_DIALECTS, scaleDialect } from '#dialects/scale/scale-dialects'
import { SettingsRefused } from '#dialects/scale/settings-refused'
import { dialectDecoder, type SevenBit } from '#dialects/scale/seven-bit'
import { oneOf, SLUG } from '#edge/ids'
import { type Mistake, mistakeFinder } from '#edge/mistakes'
import { strict } from './common.ts'

/** What can be set of an indicator, in a profile or in place in a lane's `scale`: there it goes before the profile's. */
export const SCALE_SETTINGS = {
  /** What the indicator is set to. The frame's own unit goes before it. */
  unit: Type.Optional(oneOf(['kg', 't', 'lb', 'g', 'tn'])),
  /** Where the point stands, for dialects whose frames do not say it. */
  decimals: Type.Optional(Type.Integer({ minimum: 0, maximum: 6 })),
  /**
   * For an indicator that calls every weight net (Bilanciai Cb), whose tare keys are locked. A net weight is otherwise refused: a tare
   * set at the indicator would be missing from every truck. One whose frame itself says that a tare is set is refused in any case.
   */
  acceptNet: Type.Optional(Type.Boolean()),
  /** Whether bit 7 is a parity bit to be taken off: a 7E1 indicator read with 8N1. */
  sevenBit: Type.Optional(oneOf(['auto', 'always', 'never'])),
  /** The dialect's own settings; each dialect has a schema of them. */
  settings: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  filter: Type.Optional(
    Type.Object(
      {
        /** So many frames in a row must say the same before a weight is told: an XOR does not notice exchanged digits. */
        equalFrames: Type.Optional(Type.Integer({ minimum: 1, maximum: 5 })),
        /** What the scale can carry. A weight further off than a tenth above it, either way, is a misreading. */
        capacityKg: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
      },
      strict,
    ),
  ),
  /** For indicators that speak only when asked. */
  poll: Type.Optional(
    Type.Object(
      {
        everyMilliseconds: Type.Optional(Type.Integer({ minimum: 20, maximum: 10_000 })),
        answerWithinMilliseconds: Type.Optional(Type.Integer({ minimum: 20, maximum: 10_000 })),
      },
      strict,
    ),
  ),
}

/** How the line is set; an address that says it otherwise goes before it. */
const LineSchema = Type.Object(
  {
    baud: Type.Optional(Type.Integer({ minimum: 50, maximum: 1_000_000 })),
    data: Type.Optional(Type.Unsafe<7 | 8>({ type: 'integer', enum: [7, 8] })),
    parity: Type.Optional(oneOf(['none', 'even', 'odd'])),
    stop: Type.Optional(Type.Unsafe<1 | 2>({ type: 'integer', enum: [1, 2] })),
    dtr: Type.Optional(oneOf(['low', 'high'])),
    rts: Type.Optional(oneOf(['low', 'high'])),
  },
  strict,
)
export type ProfileLine = Static<typeof LineSchema>

/**
 * One kind of indicator as sites own it: which dialect it speaks, how its line and its menu are set. A new variant of a known family
 * is such a file, not code. Shipped ones are in `edge-agent/profiles`.
 */
export const ScaleProfileSchema = Type.Object(
  {
    profile: Type.String({ pattern: SLUG }),
    /** Makers and models, for people. */
    about: Type.String({ minLength: 1, maxLength: 200 }),
    /** Where this is printed, or on which indicator it was seen. */
    source: Type.Optional(Type.String({ maxLength: 500 })),
    dialect: oneOf(Object.keys(SCALE_DIALECTS)),
    line: Type.Optional(LineSchema),
    ...SCALE_SETTINGS,
  },
  strict,
)
export type ScaleProfile = Static<typeof ScaleProfileSchema>

const findMistakes = mistakeFinder(ScaleProfileSchema)

/** Every mistake of a profile at once, those of its dialect's settings too. */
export const profileMistakes = (value: unknown): Mistake[] => {
  const group = typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
  return [...findMistakes(value), ...settingMistakes('', group.dialect, group)]
}

/** What the dialect itself says of `settings` and `poll` under `path`. Of what has the wrong kind already the schema speaks. */
export function settingMistakes(path: string, name: unknown, { settings, poll }: Readonly<Record<string, unknown>>): Mistake[] {
  const dialect = typeof name === 'string' ? scaleDialect(name) : null
  if (!dialect) return []
  const under = (key: string): string => (path === '' ? key : `${path}.${key}`)
  const silent: Mistake[] =
    poll !== undefined && dialect.asking === null
      ? [
          {
            path: under('poll'),
            zh: `${dialect.name} 不用询问，仪表自己发送`,
            en: `${dialect.name} is not asked: its indicator speaks by itself`,
          },
        ]
      : []
  if (settings !== undefined && (typeof settings !== 'object' || settings === null)) return silent
  const found = finderOf(dialect)(settings ?? {})
  return [
    ...silent,
    ...(found.length > 0 ? found : refusedBy(dialect, (settings ?? {}) as DialectSettings)).map((mistake) => ({
      ...mistake,
      path: under(mistake.path === '' ? 'settings' : `settings.${mistake.path}`),
    })),
  ]
}

/** A schema is compiled once. */
const finders = new Map<string, ReturnType<typeof mistakeFinder>>()
function finderOf({ name, settings }: ScaleDialect): ReturnType<typeof mistakeFinder> {
  const finder = finders.get(name) ?? mistakeFinder(settings)
  finders.set(name, finder)
  return finder
}

/** What no schema can say the dialect says itself when it is made. */
function refusedBy(dialect: ScaleDialect, settings: DialectSettings): readonly Mistake[] {
  try {
    dialect.decoder(settings)
    dialect.asking?.ask(settings)
    return []
  } catch (error) {
    if (!(error instanceof SettingsRefused)) throw error
    return error.mistakes
  }
}

/** A dialect with everything that was set of it, its own defaults filled in. */
export interface SetDialect {
  readonly dialect: ScaleDialect
  readonly settings: DialectSettings
  readonly sevenBit: SevenBit
  decoder(): ScaleDecoder
}

/** Null for a name that no dialect has; a checked profile has one. */
export function dialectOf({
  dialect: name,
  settings,
  sevenBit = 'auto',
}: Pick<ScaleProfile, 'dialect' | 'settings' | 'sevenBit'>): SetDialect | null {
  const dialect = scaleDialect(name)
  if (!dialect) return null
  const all = { ...defaultsOf(dialect), ...settings }
  return { dialect, settings: all, sevenBit, decoder: () => dialectDecoder(dialect, { settings: all, sevenBit }) }
}

/** Whether this indicator speaks only when asked: some families do either, as their `ask` is set. */
export const isAsked = ({ dialect, settings }: Pick<SetDialect, 'dialect' | 'settings'>): boolean =>
  dialect.asking !== null && (settings.ask ?? dialect.asksByDefault ?? true) !== false

const defaultsOf = ({ settings }: ScaleDialect): DialectSettings =>
  Object.fromEntries(
    Object.entries(settings.properties as Readonly<Record<string, { readonly default?: unknown }>>).flatMap(([name, { default: value }]) =>
      value === undefined ? [] : [[name, value]],
    ),
  )
