import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hours, seconds } from '#edge/units'
import { sleepCount } from '../../edge-agent/sleep-count.ts'

/** A computer whose uptime is told in hundredths of a second, and a process that is paused by others. */
function aComputer() {
  let awake = 5_000
  let asleep = 0
  /** Passes after each reading of a clock. */
  let pause = 0
  let looks = 0
  const parts = {
    awake: () => {
      const read = awake
      awake += pause
      return read
    },
    wall: () => awake + asleep,
    uptime: () => {
      looks += 1
      const read = Math.floor((awake + asleep) / 10) * 10 + 777_000
      awake += pause
      return read
    },
  }
  return {
    parts,
    looks: () => looks,
    runs: (milliseconds: number) => {
      awake += milliseconds
    },
    sleeps: (milliseconds: number) => {
      asleep += milliseconds
    },
    paused: (milliseconds: number) => {
      pause = milliseconds
    },
  }
}

describe('a computer', () => {
  it('that never slept slept for nothing', () => {
    const computer = aComputer()
    const slept = sleepCount(computer.parts)
    computer.runs(hours(1_000))
    expect(slept()).toBe(0)
  })

  it('that slept did so for as long as it did, twice', () => {
    const computer = aComputer()
    const slept = sleepCount(computer.parts)
    computer.runs(hours(3))
    computer.sleeps(hours(24))
    computer.runs(seconds(0.1))
    expect(Math.abs(slept() - hours(24))).toBeLessThan(20)
    computer.sleeps(hours(8))
    computer.runs(seconds(0.1))
    expect(Math.abs(slept() - hours(32))).toBeLessThan(40)
  })

  it('whose process stood still between two looks did not sleep', () => {
    const computer = aComputer()
    computer.paused(seconds(10))
    const slept = sleepCount(computer.parts)
    expect(slept()).toBe(0)
    computer.paused(0)
    computer.runs(hours(1))
    expect(slept()).toBe(0)
    computer.paused(seconds(10))
    computer.runs(hours(1))
    expect(slept()).toBe(0)
  })

  it('that slept a moment after it was looked at did so at once, and otherwise is not looked at again', () => {
    const computer = aComputer()
    const slept = sleepCount(computer.parts)
    for (let turn = 0; turn < 50; turn += 1) {
      computer.runs(1)
      slept()
    }
    expect(computer.looks()).toBe(1)
    computer.sleeps(hours(1))
    expect(Math.abs(slept() - hours(1))).toBeLessThan(20)
  })

  it('that does not tell its uptime is held to be awake', () => {
    let awake = 0
    const slept = sleepCount({ awake: () => awake, uptime: () => Number.NaN, wall: () => 0 })
    awake = hours(1)
    expect(slept()).toBe(0)
  })
})

it('naps of any length are counted together, never more than there were, and never less than before', () => {
  const step = fc.record({ nap: fc.integer({ min: 0, max: 5_000 }), runs: fc.integer({ min: 0, max: 5_000 }) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
      const computer = aComputer()
      const slept = sleepCount(computer.parts)
      let truly = 0
      let before = 0
      for (const { nap, runs } of steps) {
        computer.sleeps(nap)
        truly += nap
        computer.runs(runs)
        const said = slept()
        expect(said).toBeGreaterThanOrEqual(before)
        expect(said).toBeLessThanOrEqual(truly + 10)
        before = said
      }
      computer.runs(seconds(1))
      expect(truly - slept()).toBeLessThanOrEqual(2_010)
    }),
  )
})
