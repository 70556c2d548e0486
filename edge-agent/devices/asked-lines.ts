import { parseAddress } from './address.ts'
import { type AskedLine, type AskedLineParts, askedLine } from './asked-line.ts'

/** Lines by their address: indicators of several lanes at the same address share one. */
export interface AskedLines {
  at(address: string): AskedLine
}

export function askedLines(parts: AskedLineParts): AskedLines {
  const lines = new Map<string, AskedLine>()
  return {
    at(address) {
      const key = lineKey(address)
      const line = lines.get(key) ?? askedLine(address, parts)
      lines.set(key, line)
      return line
    },
  }
}

/** Two addresses that mean the same port with the same settings have the same key, however they are written. */
export function lineKey(address: string): string {
  const reading = parseAddress(address)
  return reading.ok ? JSON.stringify(reading.address) : address
}
