import { expect, it } from 'vitest'
import type { LaneId, TicketNumber } from '#edge/ids'
import type { Claim } from '#edge/orders'
import { Instant } from '#edge/units'
import type { LaneInput, LaneState } from '#weighing/vocabulary'
import { giveClaims } from '../../edge-agent/give-claims.ts'
import { someRules } from '../builders/lane.ts'

const NUMBER = '610881-261121-00000001X' as TicketNumber
const aClaim = (lane: string | null, code: string): Claim => ({
  lane: lane as LaneId | null,
  code,
  number: NUMBER,
  at: '2026-11-21T08:00:00Z',
})

/** Lanes whose signs show these codes, and what each of them was told. */
function lanesShowing(codes: Readonly<Record<string, string | null>>) {
  const told: Record<string, LaneInput[]> = {}
  const lanes = Object.entries(codes).map(([lane, code]) => {
    const heard: LaneInput[] = []
    told[lane] = heard
    const state = { phase: 'asking', visit: { number: 1, code: code === null ? null : { value: code, until: Instant(9) } } }
    return {
      rules: someRules({ lane: lane as LaneId }),
      state: () => state as unknown as LaneState,
      tell: (input: LaneInput) => void heard.push(input),
    }
  })
  return { lanes, told }
}

it.each<[string, Claim, Record<string, number>]>([
  ['names its lane', aClaim('south', '246813'), { north: 0, south: 1, west: 0 }],
  ['names its lane with a wrong code', aClaim('north', '000000'), { north: 1, south: 0, west: 0 }],
  ['names no lane', aClaim(null, '135791'), { north: 0, south: 1, west: 0 }],
  ['names no lane, with a code no sign shows', aClaim(null, '999999'), { north: 0, south: 0, west: 0 }],
  ['names a lane that is none', aClaim('east', '246813'), { north: 0, south: 0, west: 0 }],
])('a claim that %s', (_, claim, hears) => {
  const { lanes, told } = lanesShowing({ north: '246813', south: '135791', west: null })
  giveClaims([claim], lanes, () => Instant(5))
  expect(Object.fromEntries(Object.entries(told).map(([lane, heard]) => [lane, heard.length]))).toEqual(hears)
})
