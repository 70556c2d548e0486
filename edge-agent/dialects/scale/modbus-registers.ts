import { NOTHING_SAID } from './characters.ts'
import type { ModbusTable, Order, Value } from './modbus-table.ts'
import type { Beside, Exact, Reading, RejectReason } from './reading.ts'

/** Two registers as the manual counts their bytes: most significant first. Each order is its own inverse. */
export const PLACES: Readonly<Record<Order, readonly [number, number, number, number]>> = {
  abcd: [0, 1, 2, 3],
  cdab: [2, 3, 0, 1],
  badc: [1, 0, 3, 2],
  dcba: [3, 2, 1, 0],
}
const MOST_DECIMALS = 6

export type Kind = Value['type']
export const isWide = (type: Kind): boolean => !type.endsWith('16')

function viewOf(data: Uint8Array, at: number, type: Kind, order: Order): DataView {
  const start = 2 * at
  const four = isWide(type) ? PLACES[order].map((place) => data[start + place] ?? 0) : [data[start] ?? 0, data[start + 1] ?? 0]
  return new DataView(Uint8Array.from(four).buffer)
}

/**
 * A floating-point number as the shortest decimal that is stored the same way: an indicator that shows 45.68 sends the nearest float,
 * 45.6800003. Null for what is no weight: not a number, infinite, beyond what a float counts in ones.
 */
function exactOf(float: number): Exact | null {
  if (!Number.isFinite(float) || Math.abs(float) > 0xff_ffff) return null
  for (let decimals = 0; decimals <= MOST_DECIMALS; decimals++) {
    const digits = Math.round(float * 10 ** decimals)
    if (Math.fround(digits / 10 ** decimals) === float) return { digits: digits + 0, decimals }
  }
  return null
}

/** What the registers of one answer say (`data` begins with register `table.from`), or why they can say nothing. */
export function readRegisters(table: ModbusTable, order: Order, data: Uint8Array): Reading | RejectReason {
  const { from, bits = {}, special } = table
  const status = table.status ? unsigned(viewOf(data, table.status.at - from, table.status.type, order)) : 0
  const isOn = (bit: number): boolean => Math.floor(status / 2 ** bit) % 2 === 1
  const flag = (bit: number | undefined): boolean | null => (bit === undefined ? null : isOn(bit))
  const any = (list: readonly number[] | undefined): boolean | null => (list === undefined ? null : list.some(isOn))
  const stable = bits.stable === undefined ? (bits.moving === undefined ? null : !isOn(bits.moving)) : isOn(bits.stable)
  const told: Beside = table.status?.told ? { status } : {}
  const without = (over: Partial<Reading>, beside: Beside): Reading =>
    withBeside({ ...NOTHING_SAID, stable, ...over }, { ...beside, ...told })

  const word = special?.[hexOf(viewOf(data, table.weight.at - from, table.weight.type, order))]
  if (word === 'invalid' || any(bits.invalid) === true || (bits.running !== undefined && !isOn(bits.running)))
    return without({}, { valid: false })
  if (word !== undefined) return without({ [word]: true }, {})

  const fixed = decimalsIn(table, data)
  if (fixed === 'out') return 'decimal-position-out-of-range'
  const weight = numberIn(table.weight, data, from, order, fixed, isOn)
  const net = table.net ? numberIn(table.net, data, from, order, fixed, isOn) : null
  if (weight === null || (table.net && net === null)) return 'bad-number'
  const netShown = net !== null && flag(bits.netShown) === true
  const shown = netShown ? net : weight
  const overload = any(bits.overload)
  const underload = any(bits.underload)
  const usable = overload !== true && underload !== true
  const tareActive = flag(bits.tareActive)
  return withBeside(
    {
      digits: usable ? shown.digits : null,
      decimals: usable ? shown.decimals : null,
      unit: table.unit ?? null,
      stable,
      mode: netShown ? 'net' : (table.mode ?? null),
      overload,
      underload,
      zero: flag(bits.zero),
      tare: null,
    },
    {
      ...(usable ? {} : { frameValue: plain(shown) }),
      ...(net === null ? {} : { net: plain(net) }),
      ...(netShown ? { gross: plain(weight) } : {}),
      ...(tareActive === null ? {} : { tareActive }),
      ...told,
    },
  )
}

const withBeside = (reading: Reading, beside: Beside): Reading => (Object.keys(beside).length > 0 ? { ...reading, beside } : reading)
const unsigned = (view: DataView): number => (view.byteLength === 2 ? view.getUint16(0) : view.getUint32(0))
const hexOf = (view: DataView): string =>
  unsigned(view)
    .toString(16)
    .toUpperCase()
    .padStart(2 * view.byteLength, '0')
/** Beside a weight whose point is configuration the digits stand as they are. */
const plain = ({ digits, decimals }: { readonly digits: number; readonly decimals: number | null }): Exact => ({
  digits,
  decimals: decimals ?? 0,
})

function decimalsIn({ decimalsAt, from }: ModbusTable, data: Uint8Array): number | null | 'out' {
  if (decimalsAt === undefined) return null
  const decimals = data[2 * (decimalsAt - from) + 1] ?? 0
  return decimals > MOST_DECIMALS ? 'out' : decimals
}

function numberIn(
  { at, type, negative }: Value,
  data: Uint8Array,
  from: number,
  order: Order,
  decimals: number | null,
  isOn: (bit: number) => boolean,
): { readonly digits: number; readonly decimals: number | null } | null {
  const view = viewOf(data, at - from, type, order)
  const said = type === 'f32' ? exactOf(view.getFloat32(0)) : { digits: whole(view, type), decimals }
  if (said === null) return null
  return negative !== undefined && isOn(negative) && said.digits > 0 ? { ...said, digits: -said.digits } : said
}

function whole(view: DataView, type: Exclude<Kind, 'f32'>): number {
  switch (type) {
    case 'i16':
      return view.getInt16(0)
    case 'u16':
      return view.getUint16(0)
    case 'i32':
      return view.getInt32(0)
    case 'u32':
      return view.getUint32(0)
  }
}
