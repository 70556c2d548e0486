import { describe, expect, it } from 'vitest'
import { nearness, Plate } from '#edge/plate'
import { DEMO_CARRIERS } from '../../../cloud-service/demo/people.ts'
import { usccOf } from '../../../cloud-service/demo/uscc.ts'
import { DEMO_NON_CARGO, DEMO_TRUCKS } from '../../../cloud-service/demo/vehicles.ts'
import { DEMO_SITES } from '../../../cloud-service/demo/yulin.ts'

describe('the demo', () => {
  const plates = [
    ...DEMO_TRUCKS.flatMap(({ plate, trailer }) => (trailer ? [plate, trailer] : [plate])),
    ...DEMO_NON_CARGO.map(({ plate }) => plate),
  ]

  it('has plates by the grammar, each once, no two a misread apart', () => {
    const all = plates.map(Plate)
    expect(all).toEqual(plates)
    const near = all.flatMap((one, at) =>
      all
        .slice(at + 1)
        .filter((other) => nearness(one, other) !== 'other')
        .map((other) => `${one} ${other}`),
    )
    expect(near).toEqual([])
  })

  it('has enough trucks of known carriers, and no real mine', () => {
    expect(DEMO_TRUCKS.length).toBeGreaterThanOrEqual(30)
    expect(new Set(DEMO_TRUCKS.map(({ carrier }) => carrier))).toEqual(new Set(DEMO_CARRIERS.map(({ carrier }) => carrier)))
    for (const { name } of [...DEMO_SITES, ...DEMO_CARRIERS]) expect(name).toContain('(示例)')
  })

  it('knows the check character of a credit code (GB 32100-2015)', () => {
    // 阿里巴巴（中国）有限公司's public code, as an outside witness of the rule.
    expect(usccOf('91330100799655058')).toBe('91330100799655058B')
  })
})
