import { describe, expect, it } from 'vitest'
import { type Focus, keyOf, type Pressed, padDigitLost } from '../../../dashboard/console/keys.ts'
import { laneByDigit, laneByEnter } from '../../../dashboard/console/lane-choice.ts'

const pressed = (key: string, code: string, differs: Partial<Pressed> = {}): Pressed => ({
  key,
  code,
  repeat: false,
  ctrlKey: false,
  altKey: false,
  metaKey: false,
  ...differs,
})
const digit = (n: number) => ({ kind: 'digit', digit: n })

describe('a key of the console', () => {
  it.each<[string, Pressed, Focus, unknown]>([
    ['a digit of the pad', pressed('7', 'Numpad7'), 'page', digit(7)],
    ['a digit of the pad without Num Lock', pressed('Home', 'Numpad7'), 'page', digit(7)],
    ['a digit of the upper row', pressed('7', 'Digit7'), 'page', digit(7)],
    ['a digit on a keyboard that has it elsewhere', pressed('7', 'KeyU'), 'page', digit(7)],
    ['a digit while a button has the focus', pressed('7', 'Numpad7'), 'button', digit(7)],
    ['a digit in a field is text', pressed('7', 'Numpad7'), 'field', null],
    ['Enter', pressed('Enter', 'Enter'), 'page', { kind: 'enter' }],
    ['Enter of the pad in a field', pressed('Enter', 'NumpadEnter'), 'field', { kind: 'enter' }],
    ['Enter on a button presses it', pressed('Enter', 'NumpadEnter'), 'button', null],
    ['Enter in somebody’s words is a new line', pressed('Enter', 'Enter'), 'words', null],
    ['Enter of the pad goes on from somebody’s words', pressed('Enter', 'NumpadEnter'), 'words', { kind: 'enter' }],
    ['Escape goes back from anywhere', pressed('Escape', 'Escape'), 'words', { kind: 'back' }],
    ['the pad’s point goes back, also from a PIN', pressed('.', 'NumpadDecimal'), 'field', { kind: 'back' }],
    ['the pad’s point under a comma layout', pressed(',', 'NumpadDecimal'), 'page', { kind: 'back' }],
    ['a point in a password is a point', pressed('.', 'Period'), 'field', null],
    ['a key lying under a glove counts once', pressed('Enter', 'NumpadEnter', { repeat: true }), 'page', null],
    ['a shortcut of the browser is its own', pressed('1', 'Digit1', { ctrlKey: true }), 'page', null],
    ['a letter', pressed('a', 'KeyA'), 'page', null],
  ])('%s', (_what, event, focus, is) => expect(keyOf(event, focus)).toEqual(is))
})

describe('a PIN on a pad without Num Lock', () => {
  it.each<[string, Pressed, Focus, string | null]>([
    ['End is the 1 it says on the key', pressed('End', 'Numpad1'), 'field', '1'],
    ['a digit types itself', pressed('1', 'Numpad1'), 'field', null],
    ['the arrow block stays arrows', pressed('End', 'End'), 'field', null],
    ['outside a field it is a key of the console', pressed('End', 'Numpad1'), 'page', null],
  ])('%s', (_what, event, focus, is) => expect(padDigitLost(event, focus)).toBe(is))
})

describe('a lane by its number', () => {
  it.each([
    ['four lanes', '', 3, 4, { typed: '', chosen: 2 }],
    ['no such lane', '', 7, 4, { typed: '', chosen: null }],
    ['sixteen: 1 may become 10 to 16', '', 1, 16, { typed: '1', chosen: null }],
    ['and becomes it', '1', 4, 16, { typed: '', chosen: 13 }],
    ['10', '1', 0, 16, { typed: '', chosen: 9 }],
    ['17 is none', '1', 7, 16, { typed: '', chosen: null }],
    ['2 is sure at once', '', 2, 16, { typed: '', chosen: 1 }],
    ['with nine 1 is sure too', '', 1, 9, { typed: '', chosen: 0 }],
  ])('%s', (_what, typed, pressedDigit, lanes, is) => expect(laneByDigit(typed, pressedDigit, lanes)).toEqual(is))

  it('Enter says that 1 was all', () => {
    expect(laneByEnter('1', 16)).toEqual({ typed: '', chosen: 0 })
    expect(laneByEnter('', 16)).toEqual({ typed: '', chosen: null })
  })
})
