import type { DialectSettings } from './reading.ts'

/** The registers of the status and of the displayed weight. */
export const STATUS = '0021'
export const SHOWN = '0025'

/** Bits of the status, as they are printed: highest first. */
export const FLAGS = [
  ['overload', 0x20000],
  ['underload', 0x10000],
  ['error', 0x8000],
  ['setup', 0x4000],
  ['calibration', 0x2000],
  ['motion', 0x1000],
  ['centre-of-zero', 0x800],
  ['zero', 0x400],
  ['net', 0x200],
] as const
export type Flag = (typeof FLAGS)[number][0]

/** The instrument's number as it is set; 0 is any. */
export const numberIn = (settings: DialectSettings | undefined): number => (typeof settings?.address === 'number' ? settings.address : 0)
export const textOf = (bytes: Uint8Array, from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to))
export const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0))
