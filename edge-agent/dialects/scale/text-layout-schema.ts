import Type, { type Static } from 'typebox'

const strict = { additionalProperties: false }

/** What a word, a flag or a whole line can say, in a profile's words. */
export const FACT_WORDS = [
  'stable',
  'moving',
  'gross',
  'net',
  'tare',
  'overload',
  'underload',
  'in-range',
  'zero',
  'not-zero',
  'invalid',
  'negative',
  'positive',
  'kg',
  't',
  'lb',
  'g',
  'tn',
] as const
export type FactWord = (typeof FACT_WORDS)[number]

const Says = Type.Array(Type.Enum([...FACT_WORDS]), { maxItems: 6 })
const saysBy = (keys: string) => Type.Record(Type.String({ pattern: keys }), Says, strict)
const width = (most: number) => Type.Integer({ minimum: 1, maximum: most })

/** The members that say what a field is; each field has exactly one of them. */
export const KINDS = ['text', 'words', 'number', 'tare', 'unit', 'flags', 'skip', 'address', 'check'] as const
export type FieldKind = (typeof KINDS)[number]

/** The members that say more, and of which fields they may. */
export const BELONGS_TO: Readonly<Record<string, readonly FieldKind[]>> = {
  sign: ['number'],
  order: ['number'],
  blanks: ['number', 'tare'],
  mark: ['number', 'tare'],
  filledWith: ['number', 'tare'],
  messages: ['number'],
  align: ['unit'],
  bits: ['flags'],
}

export const FieldSchema = Type.Object(
  {
    text: Type.Optional(Type.String({ minLength: 1, maxLength: 40, description: 'These very characters; "\\x02" is a byte' })),
    words: Type.Optional(saysBy('^.{1,6}$')),
    number: Type.Optional(width(15)),
    tare: Type.Optional(width(15)),
    unit: Type.Optional(width(4)),
    flags: Type.Optional(
      Type.Enum(['hex', 'byte'], { description: 'One character of bits: a hexadecimal digit, or a byte with its top bit set' }),
    ),
    skip: Type.Optional(width(40)),
    address: Type.Optional(Type.Integer({ minimum: 2, maximum: 2, description: 'Two digits' })),
    check: Type.Optional(Type.Enum(['xor'], { description: 'XOR of all before it, two capital hexadecimal characters' })),
    sign: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 4,
        description: 'A column for the sign in front of the number: the characters for plus; - is minus',
      }),
    ),
    order: Type.Optional(Type.Enum(['forward', 'reversed'])),
    blanks: Type.Optional(Type.Enum(['none', 'leading', 'around', 'inside'])),
    mark: Type.Optional(Type.Enum(['point', 'comma', 'either', 'none'])),
    filledWith: Type.Optional(Type.Enum(['zeros', 'blanks'], { description: 'What a simulated indicator sends' })),
    messages: Type.Optional(saysBy('^.$')),
    align: Type.Optional(Type.Enum(['left', 'right'])),
    bits: Type.Optional(saysBy('^(1|2|4|8|16|32|64)$')),
  },
  strict,
)
export type LayoutField = Static<typeof FieldSchema>

export const LayoutSettings = Type.Object(
  {
    ends: Type.Optional(
      Type.Array(Type.Enum(['cr-lf', 'cr', 'lf', 'etx', 'nothing']), { minItems: 1, maxItems: 3, description: 'What may end a line' }),
    ),
    lines: Type.Optional(
      Type.Array(
        Type.Object(
          {
            says: Type.Optional(Says),
            fields: Type.Array(FieldSchema, { minItems: 1, maxItems: 30 }),
          },
          strict,
        ),
        { minItems: 1, maxItems: 8 },
      ),
    ),
    address: Type.Optional(Type.String({ pattern: '^[0-9]{2}$', description: 'Only lines with this address are read' })),
  },
  strict,
)
export type Layout = Static<typeof LayoutSettings>
