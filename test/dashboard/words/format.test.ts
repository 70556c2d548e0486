import { describe, expect, it } from 'vitest'
import type { Instant } from '#edge/units'
import { en } from '../../../dashboard/words/en.ts'
import { ageText, clockTime, dayOf, deviceName, fullMoment, shortMoment, tonnes, tonnesWithUnit } from '../../../dashboard/words/format.ts'
import { zh } from '../../../dashboard/words/zh.ts'

describe('moments, in Asia/Shanghai whatever the computer thinks', () => {
  it.each([
    ['2026-11-21T06:03:02.500Z', '14:03:02', '2026-11-21'],
    ['2026-11-20T16:00:00Z', '00:00:00', '2026-11-21'],
    ['2026-12-31T16:30:00.000Z', '00:30:00', '2027-01-01'],
  ])('%s', (iso, time, day) => {
    expect(clockTime(iso)).toBe(time)
    expect(dayOf(iso)).toBe(day)
    expect(fullMoment(iso)).toBe(`${day} ${time}`)
    expect(shortMoment(iso)).toBe(`${day.slice(5)} ${time}`)
  })
  it('a text that is no moment stays as it is', () => {
    expect([clockTime('soon'), fullMoment('soon'), shortMoment('2026-11-21T06:03:02+08:00')]).toEqual([
      'soon',
      'soon',
      '2026-11-21T06:03:02+08:00',
    ])
  })
})

describe('weights', () => {
  it.each([
    [48_620, '48.62'],
    [0, '0.00'],
    [-20, '-0.02'],
  ])('%s kg is %s t', (kg, text) => {
    expect(tonnes(kg, zh)).toBe(text)
  })
  it('unknown is not zero', () => {
    expect([tonnes(null, zh), tonnesWithUnit(null, en), tonnesWithUnit(12_340, zh), tonnesWithUnit(12_340, en)]).toEqual([
      '—',
      '—',
      '12.34 吨',
      '12.34 t',
    ])
  })
})

describe('ages', () => {
  const now = 1_800_000_000_000 as Instant
  it.each([
    [0, '刚刚', 'just now'],
    [999, '刚刚', 'just now'],
    [1_000, '1 秒前', '1 s ago'],
    [59_999, '59 秒前', '59 s ago'],
    [60_000, '1 分钟前', '1 min ago'],
    [7_200_000, '2 小时前', '2 h ago'],
    [200_000_000, '2 天前', '2 d ago'],
    [-5_000, '刚刚', 'just now'],
  ])('%s ms', (span, chinese, english) => {
    const from = (now - span) as Instant
    expect([ageText(from, now, zh), ageText(from, now, en)]).toEqual([chinese, english])
  })
})

it.each([
  ['camera-front', '前相机'],
  ['camera-front-2', '前相机 2'],
  ['sign-2', '显示屏 2'],
  ['barrier-exit', '出口道闸'],
  ['something-7', 'something-7'],
])('the device %s is called %s', (device, called) => {
  expect(deviceName(device, zh.lanes.deviceNames)).toBe(called)
})
