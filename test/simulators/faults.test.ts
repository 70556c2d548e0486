import { expect, it } from 'vitest'
import { nearness, Plate } from '#edge/plate'
import { misread, SOUND, spoil } from '../../simulators/faults.ts'
import { noiseAt, random } from '../../simulators/random.ts'
import { byteTime, EIGHT_N_ONE, heardAs, type LineSettings } from '../../simulators/uart.ts'

const FRAME = Uint8Array.from([0x02, 0x2b, 0x30, 0x30, 0x31, 0x35, 0x36, 0x30, 0x30, 0x31, 0x39, 0x03])
const draws = (of: ReturnType<typeof random>) => Array.from({ length: 8 }, () => of.next())

it('the same seed tells the same story, another seed another, a fork its own', () => {
  expect(draws(random(7))).toEqual(draws(random(7)))
  expect(draws(random(7))).not.toEqual(draws(random(8)))
  const drawn = random(7)
  draws(drawn)
  expect(draws(drawn.fork('north'))).toEqual(draws(random(7).fork('north')))
  for (let n = 0; n < 500; n += 1) expect(Math.abs(noiseAt(3, n))).toBeLessThanOrEqual(1)
  const whole = Array.from({ length: 2_000 }, (_, n) => random(n).whole(1, 6))
  expect(new Set(whole)).toEqual(new Set([1, 2, 3, 4, 5, 6]))
})

it('a sound line changes nothing, a silent one says nothing, a bad one turns or loses bytes', () => {
  expect(spoil(FRAME, SOUND, random(1))).toEqual(FRAME)
  expect(spoil(FRAME, { ...SOUND, silent: true }, random(1))).toHaveLength(0)
  const noisy = spoil(FRAME, { ...SOUND, noise: 1 }, random(1))
  expect(noisy.filter((byte, at) => byte !== FRAME[at])).toHaveLength(1)
  expect(spoil(FRAME, { ...SOUND, cut: 1 }, random(1)).length).toBeLessThan(FRAME.length)
})

it('a misread plate is near the true one and a plate, or there is none', () => {
  for (let seed = 0; seed < 50; seed += 1) {
    const wrong = misread(Plate('陕K8B025'), random(seed))
    expect(wrong && nearness(wrong, Plate('陕K8B025'))).toBe('near')
  }
  expect(misread(Plate('陕KACEKJ'), random(1))).toBeNull()
})

it.each<[string, LineSettings, LineSettings]>([
  ['twice as fast', EIGHT_N_ONE, { ...EIGHT_N_ONE, baud: 19_200 }],
  ['half as fast', EIGHT_N_ONE, { ...EIGHT_N_ONE, baud: 4_800 }],
  ['with odd parity', EIGHT_N_ONE, { ...EIGHT_N_ONE, parity: 'odd' }],
  ['with seven bits and even parity', { ...EIGHT_N_ONE, dataBits: 7, parity: 'even' }, EIGHT_N_ONE],
])('a receiver %s hears no frame', (_how, from, to) => {
  const heard = heardAs(FRAME, from, to)
  expect([...heard].join()).not.toContain([...FRAME].join())
  expect(heard.length).toBeLessThanOrEqual(FRAME.length * 2 + 1)
})

it('settings that agree, or differ in stop bits only, let every byte pass', () => {
  const all = Uint8Array.from({ length: 256 }, (_, n) => n)
  expect(heardAs(all, EIGHT_N_ONE, EIGHT_N_ONE)).toEqual(all)
  expect(heardAs(all, { ...EIGHT_N_ONE, stopBits: 2 }, EIGHT_N_ONE)).toEqual(all)
  // Three per cent off is what every UART forgives.
  expect(heardAs(all, EIGHT_N_ONE, { ...EIGHT_N_ONE, baud: 9_800 })).toEqual(all)
  const even: LineSettings = {
    baud: 9_600,
    dataBits: 7,
    parity: 'even',
    stopBits: 1,
  }
  expect(heardAs(FRAME, even, { ...even, baud: 9_700 })).toEqual(FRAME)
  expect(byteTime(EIGHT_N_ONE)).toBeCloseTo(1.0417, 3)
})
