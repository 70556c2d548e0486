import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isNothing, joined, MOST_ROWS, NOTHING, oneAtATime } from '../../../cloud-service/live/gathered.ts'
import { readWord, wordsOf } from '../../../cloud-service/live/words.ts'

const many = (count: number, name: string): string[] => Array.from({ length: count }, (_, nth) => `${name}-${nth}`)

describe('changes that wait', () => {
  it('are named once, the last mention counts, and beyond the newest it is said that there are more', () => {
    const few = joined(joined(NOTHING, { alarms: ['a', 'b'], sites: ['s'] }), { alarms: ['c', 'a', 'a'] })
    expect(few).toEqual({ ...NOTHING, alarms: ['b', 'c', 'a'], sites: ['s'] })
    const full = joined(few, { alarms: many(MOST_ROWS, 'x') })
    expect(full).toEqual({ ...NOTHING, alarms: many(MOST_ROWS, 'x'), sites: ['s'], more: true })
    expect(joined(full, {}).more).toBe(true)
    expect(isNothing(joined(NOTHING, { tickets: [], more: false }))).toBe(true)
  })

  it('keep every lane, for a lane left out would show an old weight', () => {
    const lanes = many(2_000, 'site/lane')
    expect(joined(NOTHING, { lanes })).toEqual({ ...NOTHING, lanes })
  })

  it('are told one telling at a time, and what came meanwhile together', async () => {
    const told: (readonly string[])[] = []
    let finish = (): void => {}
    const tell = oneAtATime(({ alarms }) => {
      told.push(alarms)
      return new Promise((done) => {
        finish = done
      })
    })
    tell({ alarms: ['a'] })
    tell({ alarms: ['b'] })
    tell({ alarms: ['c'] })
    tell({})
    expect(told).toEqual([['a']])
    finish()
    await Promise.resolve()
    expect(told).toEqual([['a'], ['b', 'c']])
  })
})

describe('words between instances', () => {
  const names = fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 25 }), { maxLength: 400 })

  it('hold all that was gathered, each below what PostgreSQL takes', () => {
    fc.assert(
      fc.property(
        fc.record({ alarms: names, weighings: names, tickets: names, sites: names, lanes: names, more: fc.boolean() }),
        (said) => {
          const gathered = joined(NOTHING, said)
          const words = wordsOf('us', gathered)
          for (const word of words) expect(Buffer.byteLength(word)).toBeLessThan(8_000)
          const heard = words.reduce((all, word) => joined(all, readWord(word) ?? {}), NOTHING)
          expect(heard).toEqual(gathered)
        },
      ),
      { numRuns: 40 },
    )
  })

  it('are none for nothing', () => {
    expect(wordsOf('us', NOTHING)).toEqual([])
    expect(wordsOf('us', { ...NOTHING, more: true })).toEqual(['{"from":"us","more":true}'])
  })

  it.each(['', 'null', '[]', '{}', '{"from":"x","alarms":"all"}', '{"from":1}', '{"from":"x","sites":[1]}'])('%j is none', (text) => {
    expect(readWord(text)).toBeNull()
  })
})
