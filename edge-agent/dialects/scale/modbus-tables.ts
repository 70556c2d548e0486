import type { ModbusTable } from './modbus-table.ts'

/**
 * Laumas TLB, TLU and W100, also Bosche WTS and Rice Lake SCT-20; CAS CI-600D keeps its weights at the same places (40006–40014; no
 * more than 32 registers may be asked at once). Weights are magnitudes without a point, their signs are bits of the status. Bits as
 * printed for the LCB, in the same order for the WTS. Bit 12, within a quarter division of zero, is finer than an empty platform, and
 * is left in the status. 40014 holds codes whose table is not verified.
 * Sources: LAUMAS TLU manual page 30, LCB manual page 3, TLB4 register list.
 */
export const LAUMAS: ModbusTable = {
  function: 3,
  from: 6,
  count: 8,
  weight: { at: 7, type: 'u32', negative: 7 },
  net: { at: 9, type: 'u32', negative: 8 },
  mode: 'gross',
  status: { at: 6, type: 'u16', told: true },
  bits: { stable: 11, netShown: 10, overload: [2, 3, 4, 5], invalid: [0, 1] },
}

/**
 * General Measure GM8802F-2: weight and a state of two registers each, the second channel behind the first. The weight's registers
 * hold the words ERR, OFF and OFL instead of a number. Source: GM8802F-2 manual page 20. That high words come first is an assumption.
 */
export const gm8802f = (channel: number): ModbusTable => {
  const from = 4 * (channel - 1)
  return {
    function: 3,
    from,
    count: 4,
    weight: { at: from, type: 'i32', negative: 3 },
    status: { at: from + 2, type: 'u32' },
    bits: { stable: 0, overload: [1], zero: 2, invalid: [4], running: 5 },
    special: { '7F455252': 'invalid', '7F4F4646': 'invalid', '7F4F464C': 'overload' },
  }
}

/** General Measure GMT-H1, manual page 23: the low bits of its flags are cut off in what is published, and so is its stability. */
export const GMT_H1: ModbusTable = {
  function: 3,
  from: 0,
  count: 3,
  weight: { at: 0, type: 'i32' },
  status: { at: 2, type: 'u16' },
  bits: { underload: [5], invalid: [6, 7] },
}

/** General Measure GM9907, manual page 29: flags of another order before the weight. That the weight follows at 40002 is an assumption. */
export const gm9907 = (weightAt: number): ModbusTable => ({
  function: 3,
  from: 0,
  count: weightAt + 2,
  weight: { at: weightAt, type: 'i32', negative: 2 },
  status: { at: 0, type: 'u16' },
  bits: { stable: 0, zero: 1, overload: [3], underload: [4], invalid: [5, 6] },
})

/** Dini Argeo DGT4X, one scale: input registers 30001–30005. Source: DGT4X manual page 57. */
export const DINI: ModbusTable = {
  function: 4,
  from: 0,
  count: 5,
  weight: { at: 0, type: 'i32', negative: 1 },
  net: { at: 2, type: 'i32', negative: 0 },
  mode: 'gross',
  status: { at: 4, type: 'u16' },
  bits: { stable: 2, underload: [3], overload: [4], tareActive: 5, zero: 7 },
}

/**
 * Dini Argeo with several scales: holding registers from 40202, all flags but one place off against the single scale's. That gross,
 * net and status follow each other as there, and one scale the other, is an assumption.
 */
export const diniMulti = (scale: number, from = 201 + 5 * (scale - 1)): ModbusTable => ({
  function: 3,
  from,
  count: 5,
  weight: { at: from, type: 'i32', negative: 0 },
  net: { at: from + 2, type: 'i32', negative: 5 },
  mode: 'gross',
  status: { at: from + 4, type: 'u16' },
  bits: { stable: 1, underload: [2], overload: [3], zero: 4, tareActive: 6 },
})

/** Dingsong (鼎松) DS822: net 4x0202, gross 4x0206, decimals in the low byte of 4x0215; no flags. */
export const DINGSONG: ModbusTable = {
  function: 3,
  from: 201,
  count: 14,
  weight: { at: 205, type: 'i32' },
  net: { at: 201, type: 'i32' },
  mode: 'gross',
  decimalsAt: 214,
}

/** Eagle EI-1000: floats, a block of its own for each unit; gross 1000, net 1008 in pounds, 2000 and 2008 in kilograms. */
export const eagle = (unit: 'kg' | 'lb'): ModbusTable => {
  const from = unit === 'kg' ? 0x2000 : 0x1000
  return {
    function: 3,
    from,
    count: 10,
    weight: { at: from, type: 'f32' },
    net: { at: from + 8, type: 'f32' },
    mode: 'gross',
    unit,
  }
}

/** Supmeter BST106: net at 41209, its byte order a setting of the indicator; what kind of number is not in the source. */
export const supmeter = (type: 'i32' | 'f32'): ModbusTable => ({
  function: 3,
  from: 1208,
  count: 2,
  weight: { at: 1208, type },
  mode: 'net',
})
