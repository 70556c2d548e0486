import Type, { type Static } from 'typebox'
import type { PlateColour } from '#edge/plate'

/**
 * A mapping profile: where a camera nobody wrote a dialect for puts things in its JSON. Paths are names with dots and list places in
 * brackets, as in `data.results[0].plate`; `[]` once in `each` means "for every one of the list". A member whose name has a dot in it
 * is written in brackets and quotes: `["a.b"].c`.
 */
const strict = { additionalProperties: false }
const PathSchema = Type.String({ minLength: 1, maxLength: 200, pattern: '^[^\\u0000-\\u001f]+$' })
const COLOURS: readonly PlateColour[] = ['blue', 'yellow', 'white', 'black', 'green', 'yellow-green', 'unknown']
const ColourSchema = Type.Union(COLOURS.map((colour) => Type.Literal(colour)))

/** Met when the value at `path` is one of `is` (as text), or, without `is`, when there is any. */
const ConditionSchema = Type.Object(
  {
    path: PathSchema,
    is: Type.Optional(Type.Array(Type.Union([Type.String(), Type.Number(), Type.Boolean()]), { minItems: 1, maxItems: 50 })),
  },
  strict,
)
export type JsonCondition = Static<typeof ConditionSchema>

export const JsonMappingSchema = Type.Object(
  {
    /** For people: the maker and model this profile is for. */
    about: Type.Optional(Type.String({ maxLength: 200 })),
    /** Which bodies are plates: all of these. Without it, those that have the plate's path. */
    plateWhen: Type.Optional(Type.Array(ConditionSchema, { maxItems: 10 })),
    /** Which are heartbeats: all of these. */
    heartbeatWhen: Type.Optional(Type.Array(ConditionSchema, { minItems: 1, maxItems: 10 })),
    /** The list of vehicles in one body; the paths below begin at one of them, those with a leading `$.` at the body. */
    each: Type.Optional(PathSchema),
    plate: PathSchema,
    /** The plate is base64 of UTF-8 or GBK. */
    plateBase64: Type.Optional(Type.Boolean()),
    device: Type.Optional(PathSchema),
    record: Type.Optional(PathSchema),
    colour: Type.Optional(
      Type.Object({ path: PathSchema, values: Type.Optional(Type.Record(Type.String({ maxLength: 60 }), ColourSchema)) }, strict),
    ),
    plateType: Type.Optional(PathSchema),
    confidence: Type.Optional(Type.Object({ path: PathSchema, most: Type.Union([Type.Literal(1), Type.Literal(100)]) }, strict)),
    direction: Type.Optional(PathSchema),
    lane: Type.Optional(PathSchema),
    time: Type.Optional(
      Type.Object(
        {
          path: PathSchema,
          /** `text`: ISO 8601 or `yyyy-MM-dd HH:mm:ss`; one without zone is local by `utcOffsetMinutes`, or no moment without that. */
          as: Type.Union([Type.Literal('s'), Type.Literal('ms'), Type.Literal('us'), Type.Literal('text')]),
          utcOffsetMinutes: Type.Optional(Type.Integer({ minimum: -720, maximum: 840 })),
        },
        strict,
      ),
    ),
    /** A record of the camera's memory, sent late: met means it is. */
    backfillWhen: Type.Optional(ConditionSchema),
    /** Suspected of being printed or shown on a screen. */
    fakeWhen: Type.Optional(ConditionSchema),
    /** Sent ahead of the result of the same passage. */
    previewWhen: Type.Optional(ConditionSchema),
    /** Base64 pictures. */
    pictures: Type.Optional(Type.Array(PathSchema, { maxItems: 6 })),
    /** Spellings of "no plate" beside those everybody knows. */
    noPlate: Type.Optional(Type.Array(Type.String({ maxLength: 40 }), { maxItems: 30 })),
    /** What the camera waits for. Without it, 200 and an empty body. */
    answer: Type.Optional(
      Type.Object({ json: Type.Unknown(), status: Type.Optional(Type.Integer({ minimum: 200, maximum: 299 })) }, strict),
    ),
  },
  strict,
)
export type JsonMapping = Static<typeof JsonMappingSchema>

export type JsonPath = readonly (string | number)[]

/** The steps of a path, or null for one nobody can follow: `a..b`, `a[x]`, an open bracket. */
export function parseJsonPath(text: string): JsonPath | null {
  const steps: (string | number)[] = []
  const step = /(?:^|\.)([^.[\]"]+)|\[(\d{1,4})\]|(?:^|\.)?\["([^"\]]+)"\]/y
  let at = 0
  while (at < text.length) {
    step.lastIndex = at
    const found = step.exec(text)
    if (found === null) return null
    const [whole, name, place, quoted] = found
    steps.push(place === undefined ? (name ?? quoted ?? '') : Number(place))
    at += whole.length
  }
  return steps.length === 0 ? null : steps
}

/** Every path in a profile that cannot be followed, by where it stands: for the sentences of a configuration check. */
export function mappingMistakes(mapping: JsonMapping): readonly { readonly at: string; readonly path: string }[] {
  const wrong: { at: string; path: string }[] = []
  const look = (value: unknown, at: string): void => {
    if (typeof value === 'string') {
      if (parseJsonPath(value.replace(/^\$\./, '')) === null) wrong.push({ at, path: value })
    } else if (Array.isArray(value)) for (const [place, one] of value.entries()) look(one, `${at}.${place}`)
    else if (typeof value === 'object' && value !== null && 'path' in value) look(value.path, `${at}.path`)
  }
  const { about: _about, noPlate: _noPlate, answer: _answer, ...paths } = mapping
  for (const [name, value] of Object.entries(paths)) look(value, name)
  return wrong
}
