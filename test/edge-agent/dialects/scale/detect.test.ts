import { describe, expect, it } from 'vitest'
import { detect } from '#dialects/scale/detect'
import type { ScaleDialect } from '#dialects/scale/reading'
import { SCALE_DIALECTS } from '#dialects/scale/scale-dialects'
import { NEED_A_PROFILE, suspects } from '../../../../edge-agent/kit/suspects.ts'
import { spoil } from '../../../../simulators/faults.ts'
import { random } from '../../../../simulators/random.ts'
import { joined } from '../tapes.ts'

/** Bytes of five seconds of an indicator, with noise, cut frames and strange bytes on the line. */
function fiveSeconds(dialect: ScaleDialect, weightAt: (ms: number) => number, noise = 0.02): Uint8Array {
  const chance = random(`detect ${dialect.name}`)
  const pieces: Uint8Array[] = []
  for (let ms = 0; ms < 5_000; ms += 80) {
    const digits = Math.round(weightAt(ms) / 20) * 20
    const frame = dialect.encode({ digits, decimals: 0, unit: 'kg', mode: 'gross', stable: ms > 3_800 })
    pieces.push(spoil(frame, { noise, cut: noise, silent: false }, chance))
    if (chance.chance(noise)) pieces.push(Uint8Array.from({ length: chance.whole(1, 6) }, () => chance.whole(0, 255)))
  }
  return joined(pieces)
}
const drivingOn = (ms: number): number => Math.min(45_680, 12 * ms)
const standing = (): number => 45_680

const dialects = Object.values(SCALE_DIALECTS)
  .filter(({ name }) => !NEED_A_PROFILE.has(name))
  .map((dialect) => [dialect.name, dialect] as const)
const sure = dialects.filter(([, { evidence }]) => evidence !== 'shaky')
const shaky = dialects.filter(([, { evidence }]) => evidence === 'shaky')

/** Bytes that belong to both, whatever the weight does: the readings are the same too, or only the wiring tells (reference 9.3). */
const NEVER_APART = new Set(['rinstrum-fmt5'])

describe('five noisy seconds while a truck drives on', () => {
  it.each(sure)('%s is named, or another that reads the same from the same bytes', (name, dialect) => {
    const told = detect(fiveSeconds(dialect, drivingOn), suspects())
    expect([...told.names, ...told.alike]).toContain(name)
    expect(told.kind).toBe(NEVER_APART.has(name) ? 'cannot-tell' : 'named')
  })

  it.each(shaky)('%s is shown and not named', (name, dialect) => {
    const told = detect(fiveSeconds(dialect, drivingOn), suspects())
    // A sure one may read the very same from it, and is then named.
    expect(told.kind === 'named' && told.names[0]?.split(' ')[0] === name).toBe(false)
    expect(told.candidates.map((candidate) => candidate.name.split(' ')[0])).toContain(name)
  })
})

it('the direction of an equals sign cannot be told from a weight that stands', () => {
  for (const name of ['yaohua-eq-reversed', 'yaohua-eq-forward']) {
    const told = detect(fiveSeconds(SCALE_DIALECTS[name] as ScaleDialect, standing), suspects())
    expect(told.kind).toBe('cannot-tell')
    expect([...told.names, ...told.alike]).toEqual(expect.arrayContaining(['yaohua-eq-reversed', 'yaohua-eq-forward']))
  }
})

it('FF and BCD, whose makers disagree about the bits, is never named', () => {
  expect(detect(fiveSeconds(SCALE_DIALECTS['bcd-ff'] as ScaleDialect, drivingOn), suspects())).toMatchObject({
    kind: 'cannot-tell',
    names: ['bcd-ff'],
  })
})

it('silence and noise are told as what they are', () => {
  const chance = random('noise')
  expect(detect(new Uint8Array(), suspects()).kind).toBe('silent')
  const noise = Uint8Array.from({ length: 4_800 }, () => chance.whole(0, 255))
  expect(detect(noise, suspects())).toMatchObject({ kind: 'unknown', names: [] })
})

it('says what the frames do not carry', () => {
  const [best] = detect(fiveSeconds(SCALE_DIALECTS['yaohua-tf0'] as ScaleDialect, drivingOn), suspects()).candidates
  expect(best?.unsaid).toEqual(['unit', 'gross or net', 'stability'])
  expect(best?.gullible).toBe(0)
})
