import Type, { type Static } from 'typebox'
import { oneOf } from '#edge/ids'

/**
 * What an indicator keeps where in its Modbus registers. A new indicator is such a table in a profile, not code. Places are offsets
 * counted from 0: "40001" of a manual is offset 0 with function 3, "30001" is offset 0 with function 4.
 */
const Offset = Type.Integer({ minimum: 0, maximum: 65_535 })
const Bit = Type.Integer({ minimum: 0, maximum: 31 })
const Bits = Type.Array(Bit, { maxItems: 16 })
const strict = { additionalProperties: false }

/** In the order their four bytes come, a = most significant: whole words swapped is `cdab`. Single registers are always high byte first. */
export const ORDERS = ['abcd', 'cdab', 'badc', 'dcba'] as const
export type Order = (typeof ORDERS)[number]

const ValueSchema = Type.Object(
  {
    at: Offset,
    /** `u` unsigned, `i` signed in two's complement, `f` floating point; bits. */
    type: oneOf(['i16', 'u16', 'i32', 'u32', 'f32']),
    /** The status bit that says the number is negative. A number that is negative already stays so. */
    negative: Type.Optional(Bit),
  },
  strict,
)
export type Value = Static<typeof ValueSchema>

export const ModbusTableSchema = Type.Object(
  {
    /** 3 reads holding registers (4xxxx), 4 input registers (3xxxx). */
    function: Type.Unsafe<3 | 4>({ type: 'integer', enum: [3, 4] }),
    /** What is read with one question: everything named below must lie inside. */
    from: Offset,
    count: Type.Integer({ minimum: 1, maximum: 125 }),
    /** The weight that is told. */
    weight: ValueSchema,
    mode: Type.Optional(oneOf(['gross', 'net'])),
    /** Told beside a gross weight, and in its place where `netShown` says that the display shows it. */
    net: Type.Optional(ValueSchema),
    unit: Type.Optional(oneOf(['kg', 't', 'lb', 'g', 'tn'])),
    /** The register whose low byte is the number of decimals. Without one they are configuration. */
    decimalsAt: Type.Optional(Offset),
    status: Type.Optional(
      Type.Object(
        {
          at: Offset,
          type: oneOf(['u16', 'u32']),
          /** The whole status word is told beside the weight. */
          told: Type.Optional(Type.Boolean()),
        },
        strict,
      ),
    ),
    /** Bits of the status, bit 0 the lowest. Where several are listed one is enough. */
    bits: Type.Optional(
      Type.Object(
        {
          stable: Type.Optional(Bit),
          moving: Type.Optional(Bit),
          zero: Type.Optional(Bit),
          netShown: Type.Optional(Bit),
          tareActive: Type.Optional(Bit),
          overload: Type.Optional(Bits),
          underload: Type.Optional(Bits),
          /** A fault of cell or converter: no number may be used. */
          invalid: Type.Optional(Bits),
          /** Numbers may be used only while this is set. */
          running: Type.Optional(Bit),
        },
        strict,
      ),
    ),
    /** Values of the weight's registers that are words, as eight hexadecimal digits. */
    special: Type.Optional(Type.Record(Type.String({ pattern: '^[0-9A-F]{8}$' }), oneOf(['overload', 'underload', 'invalid']))),
  },
  strict,
)
export type ModbusTable = Static<typeof ModbusTableSchema>

const widthOf = ({ type }: Pick<Value, 'type'> | { readonly type: 'u16' | 'u32' }): number => (type.endsWith('16') ? 1 : 2)

/** What a schema cannot say: that all places lie inside what is read. The places that do not, by name. */
export function outside(table: ModbusTable): string[] {
  const places: readonly (readonly [string, number, number] | null)[] = [
    ['weight', table.weight.at, widthOf(table.weight)],
    table.net ? ['net', table.net.at, widthOf(table.net)] : null,
    table.status ? ['status', table.status.at, widthOf(table.status)] : null,
    table.decimalsAt === undefined ? null : ['decimalsAt', table.decimalsAt, 1],
  ]
  return places.flatMap((place) =>
    place !== null && (place[1] < table.from || place[1] + place[2] > table.from + table.count) ? [place[0]] : [],
  )
}
