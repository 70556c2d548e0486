import { expect, it } from 'vitest'
import { colourWord } from '#dialects/camera/colour-words'
import { epochMs, zonedMoment } from '#dialects/camera/epoch'
import { type NoPlate, noPlateSpelling } from '#dialects/camera/no-plate'

it.each<[text: string, means: NoPlate | null]>([
  ['_无_', 'nothing-said'],
  ['无牌车', 'vehicle-without-plate'],
  ['无牌', 'vehicle-without-plate'],
  ['无车牌', 'vehicle-without-plate'],
  ['未识别', 'not-recognised'],
  ['车牌', 'nothing-said'],
  ['noPlate', 'vehicle-without-plate'],
  ['No Plate', 'vehicle-without-plate'],
  ['unlicensed', 'vehicle-without-plate'],
  ['unknown', 'not-recognised'],
  ['Unknown', 'not-recognised'],
  ['--', 'nothing-said'],
  ['-', 'nothing-said'],
  ['—', 'nothing-said'],
  ['null', 'nothing-said'],
  ['', 'nothing-said'],
  ['00000000', 'nothing-said'],
  ['11111111', 'nothing-said'],
  ['22222222', 'nothing-said'],
  ['AAAAAAAA', 'nothing-said'],
  ['福A000000', 'nothing-said'],
  ['晋B12345', null],
  ['晋B1234', null],
  ['constructor', null],
])('"%s" for no plate means %s', (text, means) => {
  expect(noPlateSpelling(text)).toBe(means)
})

it.each([
  ['Yellow', 'yellow'],
  ['黄色', 'yellow'],
  ['黄牌', 'yellow'],
  ['YellowGreen', 'yellow-green'],
  ['yellow green', 'yellow-green'],
  ['黄绿双拼色', 'yellow-green'],
  ['渐变绿', 'green'],
  ['Red', 'unknown'],
  ['constructor', 'unknown'],
  [null, 'unknown'],
] as const)('the colour %s', (word, colour) => {
  expect(colourWord(word)).toBe(colour)
})

it.each([
  [1_760_000_300, 1_760_000_300_000],
  [1_760_000_300.25, 1_760_000_300_250],
  [1_760_000_300_250, 1_760_000_300_250],
  [1_523_329_437_899_288, 1_523_329_437_899],
  [0, 0],
  [null, null],
])('%s since 1970', (count, ms) => {
  expect(epochMs(count)).toBe(ms)
})

it.each([
  ['2018-04-10 03:03:57 GMT', Date.UTC(2018, 3, 10, 3, 3, 57)],
  ['2021-09-29T05:56:13.606935Z', Date.UTC(2021, 8, 29, 5, 56, 13, 606)],
  ['2024-01-15T10:30:00+08:00', Date.UTC(2024, 0, 15, 2, 30)],
  ['2024-01-15 10:30:00', null],
  ['2024-13-15T10:30:00Z', null],
  ['Z', null],
  [17, null],
])('%s with its zone', (text, at) => {
  expect(zonedMoment(text)).toBe(at)
})
