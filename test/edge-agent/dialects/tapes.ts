import { readFileSync } from 'node:fs'

/** A recorded or constructed piece of a line, where it was published, and what must come out of it. */
export interface TapeFrame {
  readonly id: string
  readonly about: string
  readonly origin: 'captured' | 'documented' | 'derived'
  readonly source: string
  readonly hex: string
  readonly readings: readonly { readonly digits: number; readonly decimals: number }[]
  readonly rejected: readonly string[]
}

export function readTape<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../tapes/${name}.json`, import.meta.url), 'utf8')) as T
}

export const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from(
    hex.split(' ').filter((pair) => pair !== ''),
    (pair) => Number.parseInt(pair, 16),
  )

export const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(' ')

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
