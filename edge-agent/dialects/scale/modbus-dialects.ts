import Type from 'typebox'
import { oneOf } from '#edge/ids'
import { modbusDialect, tableIn } from './modbus-dialect.ts'
import { ModbusTableSchema } from './modbus-table.ts'
import { DINGSONG, DINI, diniMulti, eagle, GMT_H1, gm8802f, gm9907, LAUMAS, supmeter } from './modbus-tables.ts'
import type { DialectSettings, ScaleDialect } from './reading.ts'

const whole = (said: unknown, otherwise: number): number => (typeof said === 'number' ? said : otherwise)

/** The tables by name, as `modbus-tcp` takes them. */
const NAMED = {
  laumas: () => LAUMAS,
  gm8802f: (set: DialectSettings) => gm8802f(whole(set.channel, 1)),
  'gmt-h1': () => GMT_H1,
  gm9907: (set: DialectSettings) => gm9907(whole(set.weightAt, 1)),
  dini: () => DINI,
  'dini-multi': (set: DialectSettings) => diniMulti(whole(set.scale, 1)),
  dingsong: () => DINGSONG,
  eagle: (set: DialectSettings) => eagle(set.unit === 'lb' ? 'lb' : 'kg'),
  supmeter: (set: DialectSettings) => supmeter(set.type === 'i32' ? 'i32' : 'f32'),
} as const
const isNamed = (said: unknown): said is keyof typeof NAMED => typeof said === 'string' && Object.hasOwn(NAMED, said)

const CHANNEL = { channel: Type.Optional(Type.Integer({ minimum: 1, maximum: 2, default: 1 })) }
const WEIGHT_AT = { weightAt: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 1 })) }
const SCALE = { scale: Type.Optional(Type.Integer({ minimum: 1, maximum: 16, default: 1 })) }
const UNIT = { unit: Type.Optional({ ...oneOf(['kg', 'lb']), default: 'kg' }) }
const TYPE = { type: Type.Optional({ ...oneOf(['i32', 'f32']), default: 'f32' }) }

/** Indicators read over Modbus: one table each, and two dialects for tables that a profile names or brings. */
export const MODBUS_DIALECTS: readonly ScaleDialect[] = [
  modbusDialect({
    name: 'modbus-laumas',
    about: 'Laumas TLB, TLU, W100; Bosche WTS; Rice Lake SCT-20; CAS CI-600D, over Modbus',
    evidence: 'solid',
    table: NAMED.laumas,
  }),
  modbusDialect({
    name: 'modbus-gm8802f',
    about: '杰曼 GM8802F-2 / General Measure GM8802F-2 over Modbus',
    evidence: 'fair',
    settings: CHANNEL,
    table: NAMED.gm8802f,
  }),
  modbusDialect({
    name: 'modbus-gmt-h1',
    about: '杰曼 GMT-H1 / General Measure GMT-H1 over Modbus',
    evidence: 'shaky',
    table: NAMED['gmt-h1'],
  }),
  modbusDialect({
    name: 'modbus-gm9907',
    about: '杰曼 GM9907 / General Measure GM9907 over Modbus',
    evidence: 'shaky',
    settings: WEIGHT_AT,
    table: NAMED.gm9907,
  }),
  modbusDialect({
    name: 'modbus-dini',
    about: 'Dini Argeo DGT4X over Modbus, one scale (30001)',
    evidence: 'fair',
    table: NAMED.dini,
  }),
  modbusDialect({
    name: 'modbus-dini-multi',
    about: 'Dini Argeo over Modbus, several scales (40202)',
    evidence: 'shaky',
    settings: SCALE,
    table: NAMED['dini-multi'],
  }),
  modbusDialect({
    name: 'modbus-dingsong',
    about: '鼎松 DS822 / Dingsong DS822 over Modbus',
    evidence: 'fair',
    table: NAMED.dingsong,
  }),
  modbusDialect({
    name: 'modbus-eagle',
    about: 'Eagle EI-1000 over Modbus',
    evidence: 'fair',
    settings: UNIT,
    table: NAMED.eagle,
  }),
  modbusDialect({
    name: 'modbus-supmeter',
    about: 'Supmeter BST106 over Modbus',
    evidence: 'shaky',
    settings: TYPE,
    table: NAMED.supmeter,
  }),
  modbusDialect({
    name: 'modbus-table',
    about: 'any indicator over Modbus whose registers a profile lists / 由配置文件给出寄存器表的任何 Modbus 仪表',
    evidence: 'shaky',
    settings: { table: Type.Optional({ ...ModbusTableSchema, default: LAUMAS }) },
    table: ({ table = LAUMAS }) => tableIn(table),
  }),
  modbusDialect({
    name: 'modbus-tcp',
    about: 'any of these over Modbus TCP / 以上任何一种，经 Modbus TCP',
    evidence: 'fair',
    wrapping: 'tcp',
    settings: {
      table: Type.Optional(
        Type.Union(
          [oneOf(['laumas', 'gm8802f', 'gmt-h1', 'gm9907', 'dini', 'dini-multi', 'dingsong', 'eagle', 'supmeter']), ModbusTableSchema],
          { default: 'laumas' },
        ),
      ),
      ...CHANNEL,
      ...WEIGHT_AT,
      ...SCALE,
      ...UNIT,
      ...TYPE,
    },
    table: (set) => (isNamed(set.table ?? 'laumas') ? NAMED[isNamed(set.table) ? set.table : 'laumas'](set) : tableIn(set.table)),
  }),
]
