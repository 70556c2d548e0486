import Type, { type TObject, type TSchema } from 'typebox'
import { Check } from 'typebox/value'
import { oneOf } from '#edge/ids'
import { decoderOf } from './decoder-of.ts'
import { readRegisters } from './modbus-registers.ts'
import { type ModbusTable, ModbusTableSchema, ORDERS, type Order, outside } from './modbus-table.ts'
import {
  answerTelegram,
  askTelegram,
  heardQuestion,
  modbusFraming,
  type Question,
  refusalTelegram,
  type Wrapping,
} from './modbus-telegram.ts'
import { writeRegisters } from './modbus-write.ts'
import type { DialectSettings, ScaleDialect } from './reading.ts'
import { SettingsRefused } from './settings-refused.ts'

/** One kind of indicator: its name and its table, or how its table follows from the settings that are its own. */
export interface ModbusIndicator {
  readonly name: string
  readonly about: string
  readonly evidence: ScaleDialect['evidence']
  readonly settings?: Readonly<Record<string, TSchema>>
  table(settings: DialectSettings): ModbusTable
  readonly wrapping?: Wrapping
  readonly order?: Order
}

const ILLEGAL_ADDRESS = 2

/**
 * The dialect of a table. `unitId` is the indicator's address: without it unit 1 is asked and an answer of any unit understood, which
 * is for captures; a device always says which unit it means. `framing: tcp` is Modbus TCP; a serial server that only passes the bytes
 * of an RS-485 line on is `rtu`.
 */
export function modbusDialect({
  name,
  about,
  evidence,
  settings = {},
  table,
  wrapping = 'rtu',
  order = 'abcd',
}: ModbusIndicator): ScaleDialect {
  const schema: TObject = Type.Object(
    {
      unitId: Type.Optional(Type.Integer({ minimum: 1, maximum: 247, default: 1 })),
      framing: Type.Optional({ ...oneOf(['rtu', 'tcp']), default: wrapping }),
      order: Type.Optional({ ...oneOf(ORDERS), default: order }),
      ...settings,
    },
    { additionalProperties: false },
  )
  const chosen = (given: DialectSettings = {}) => {
    const { unitId, framing, order: ordered } = given
    const of = table(given)
    const question: Question = { unit: typeof unitId === 'number' ? unitId : null, function: of.function, from: of.from, count: of.count }
    return {
      of,
      question,
      wrapping: framing === 'tcp' || framing === 'rtu' ? framing : wrapping,
      order: ORDERS.find((one) => one === ordered) ?? order,
    }
  }
  return {
    name,
    about,
    evidence,
    distrustFirst: 0,
    longestFrame: 6 + 3 + 2 * table({}).count + 2,
    eightBit: true,
    usual: { baud: 9600, data: 8, parity: 'none', stop: 1 },
    settings: schema,
    asking: {
      answerWithinMs: 300,
      ask: (given) => {
        const { question, wrapping: wrap } = chosen(given)
        return askTelegram(wrap, question)
      },
      answer: (heard, reading, given) => {
        const { of, question, wrapping: wrap, order: ordered } = chosen(given)
        const unit = question.unit ?? 1
        const asked = heardQuestion(wrap, unit, heard)
        if (!asked) return null
        const { from, count, transaction } = asked
        const data = writeRegisters(of, ordered, reading)
        if (data === null) return null
        const inside = asked.function === of.function && from >= of.from && from + count <= of.from + of.count
        return inside
          ? answerTelegram(wrap, unit, asked.function, data.subarray(2 * (from - of.from), 2 * (from - of.from + count)), transaction)
          : refusalTelegram(wrap, unit, asked.function, ILLEGAL_ADDRESS, transaction)
      },
    },
    decoder: (given) => {
      const { of, question, wrapping: wrap, order: ordered } = chosen(given)
      return decoderOf(modbusFraming(wrap, question, (data) => readRegisters(of, ordered, data)))
    },
    encode: (reading, given) => {
      const { of, question, wrapping: wrap, order: ordered } = chosen(given)
      const data = writeRegisters(of, ordered, reading)
      return data === null ? new Uint8Array(0) : answerTelegram(wrap, question.unit ?? 1, of.function, data)
    },
  }
}

/** The table a profile brings; SettingsRefused where it is none, or where it does not read what it names. */
export function tableIn(said: unknown): ModbusTable {
  if (!Check(ModbusTableSchema, said)) throw new SettingsRefused([{ path: 'table', zh: '不是寄存器表', en: 'is no table of registers' }])
  const places = outside(said)
  if (places.length > 0)
    throw new SettingsRefused(
      places.map((place) => ({
        path: `table.${place}`,
        zh: '不在所读寄存器（from、count）之内',
        en: 'is not among the registers that are read (from, count)',
      })),
    )
  return said
}
