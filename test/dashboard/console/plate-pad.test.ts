import { describe, expect, it } from 'vitest'
import { padBack, padDigit, padFor, TRAILER_LONGEST, type Typed } from '../../../dashboard/console/plate-pad.ts'
import { tractorIn, trailerIn } from '../../../dashboard/console/typed-plates.ts'

const NOTHING: Typed = { plate: '', pending: '' }
const typed = (digits: string): Typed => [...digits].reduce((so, digit) => padDigit(so, Number(digit)), NOTHING)
/** What a person would press for a plate, read off the pad itself. */
const codesFor = (plate: string): string =>
  [...plate].map((character, at) => padFor(at).find((key) => key.character === character)?.code ?? '??').join('')

describe('a plate by ten keys', () => {
  it.each(['陕K83651', '蒙K20917', '晋A0Z99H', '陕KD12345'])('%s', (plate) => {
    expect(typed(codesFor(plate))).toEqual({ plate, pending: '' })
    expect(tractorIn(plate)).toBe(plate)
  })
  it('the home provinces come first', () => expect(typed('40').plate).toBe('陕'))
  it('a number that stands for nothing there is forgotten', () => {
    expect(typed('99')).toEqual(NOTHING)
    expect(typed('4049').plate).toBe('陕')
  })
  it('no more than a plate can hold', () => expect(typed(`${codesFor('陕KD12345')}00`).plate).toBe('陕KD12345'))
  it('back takes the half number, then the character, then leaves', () => {
    expect(padBack(typed('401'))).toEqual({ plate: '陕', pending: '' })
    expect(padBack(typed('40'))).toEqual(NOTHING)
    expect(padBack(NOTHING)).toBeNull()
  })
  it('no code begins another', () => {
    for (const length of [0, 1, 2, 7]) {
      const codes = padFor(length).map(({ code }) => code)
      expect(codes.every((code) => code.length === 2)).toBe(true)
      expect(new Set(codes).size).toBe(codes.length)
    }
  })
  it('a trailer ends with the six that are typed, its 挂 is known', () => {
    const trailer = [...`${codesFor('陕K1234')}05`].reduce((so, digit) => padDigit(so, Number(digit), TRAILER_LONGEST), NOTHING)
    expect(trailer).toEqual({ plate: '陕K1234', pending: '' })
    expect(trailerIn(trailer.plate)).toBe('陕K1234挂')
  })
})

describe('a plate as typed', () => {
  it.each([
    ['陕K1234', '陕K1234挂'],
    ['陕K1234挂', '陕K1234挂'],
    ['陕K1234 挂', '陕K1234挂'],
    ['陕K123', null],
    ['陕K12345', null],
    ['', null],
  ])('as a trailer’s: %s', (text, is) => expect(trailerIn(text)).toBe(is))
  it.each([
    ['陕k12345', '陕K12345'],
    ['陕K1234挂', null],
    ['无牌', null],
  ])('as a tractor’s: %s', (text, is) => expect(tractorIn(text)).toBe(is))
})
