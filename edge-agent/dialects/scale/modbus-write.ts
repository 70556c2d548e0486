import { isWide, type Kind, PLACES } from './modbus-registers.ts'
import type { ModbusTable, Order, Value } from './modbus-table.ts'
import type { Reading } from './reading.ts'

/**
 * The registers of an indicator that shows this reading; null where they cannot say "no number". A RangeError for a number that does
 * not fit. Without a tare net and gross are the same.
 */
export function writeRegisters(
  table: ModbusTable,
  order: Order,
  reading: Pick<Reading, 'digits' | 'decimals'> & Partial<Reading>,
): Uint8Array | null {
  const { from, count, bits = {}, special = {} } = table
  const data = new Uint8Array(2 * count)
  const { digits, beside = {} } = reading
  const decimals = reading.decimals ?? 0
  const put = (at: number, type: Kind, fill: (view: DataView) => void): void => {
    const view = new DataView(new ArrayBuffer(isWide(type) ? 4 : 2))
    fill(view)
    const places = isWide(type) ? PLACES[order] : [0, 1]
    places.forEach((place, i) => {
      data[2 * (at - from) + place] = view.getUint8(i)
    })
  }
  let status = 0
  const set = (bit: number | undefined, on: boolean | null | undefined): void => {
    if (bit !== undefined && on === true) status += 2 ** bit
  }
  const putNumber = ({ at, type, negative }: Value, value: number): void => {
    set(negative, value < 0)
    const bare = negative !== undefined && type.startsWith('u') ? Math.abs(value) : value
    put(at, type, (view) => store(view, type, bare, decimals))
  }

  const failing = beside.valid === false ? 'invalid' : reading.overload ? 'overload' : reading.underload ? 'underload' : null
  if (failing === null && digits === null) return null
  const wordFor = Object.entries(special).find(([, meaning]) => meaning === failing)?.[0]
  const bit = failing === null ? undefined : bits[failing]?.[0]
  if (failing !== null && wordFor === undefined && bit === undefined) return null
  const shown = digits ?? beside.frameValue?.digits ?? 0
  const netShown = reading.mode === 'net' && table.net !== undefined
  if (wordFor !== undefined) put(table.weight.at, table.weight.type, (view) => view.setUint32(0, Number.parseInt(wordFor, 16)))
  else putNumber(table.weight, netShown ? (beside.gross?.digits ?? shown) : shown)
  if (table.net) putNumber(table.net, netShown ? shown : (beside.net?.digits ?? shown))
  set(bit, true)
  set(bits.stable, reading.stable ?? false)
  set(bits.moving, reading.stable === false)
  set(bits.zero, reading.zero)
  set(bits.netShown, netShown)
  set(bits.tareActive, beside.tareActive)
  set(bits.running, true)
  const word = table.status
  if (word) put(word.at, word.type, (view) => store(view, word.type, status, 0))
  if (table.decimalsAt !== undefined) put(table.decimalsAt, 'u16', (view) => view.setUint16(0, decimals))
  return data
}

const FITS: Readonly<Record<Exclude<Kind, 'f32'>, readonly [least: number, most: number]>> = {
  i16: [-0x8000, 0x7fff],
  u16: [0, 0xffff],
  i32: [-0x8000_0000, 0x7fff_ffff],
  u32: [0, 0xffff_ffff],
}

function store(view: DataView, type: Kind, value: number, decimals: number): void {
  if (type === 'f32') {
    view.setFloat32(0, value / 10 ** decimals)
    return
  }
  const [least, most] = FITS[type]
  if (!Number.isInteger(value) || value < least || value > most) throw new RangeError(`${value} does not fit a register of kind ${type}`)
  if (view.byteLength === 2) view.setUint16(0, value & 0xffff)
  else view.setUint32(0, value >>> 0)
}
