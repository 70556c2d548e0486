import { describe, expect, it } from 'vitest'
import { en } from '#edge/words/en'
import { SAY_CODES } from '#edge/words/words'
import { zh } from '#edge/words/zh'
import { headline, reasons, shownOf, weightShown } from '../../../dashboard/display/shown.ts'
import { enConsole } from '../../../dashboard/words/en-console.ts'
import { zhConsole } from '../../../dashboard/words/zh-console.ts'
import { aDisplay } from '../console/builders.ts'

const OVER = { code: 'over-legal-limit', mode: 'enforce', facts: { weightKg: 52_340, limitKg: 49_000, overKg: 3_340, axles: 6 } } as const

describe('the driver’s screen', () => {
  it.each([
    [
      'drive off',
      aDisplay({ phase: 'released', said: { code: 'go', facts: { plate: '陕K83651', weightKg: 48_620 } } }),
      'go',
      'forward',
      '请驶离',
    ],
    ['reverse off', aDisplay({ phase: 'held', verdict: 'hold', said: { code: 'held', facts: {} } }), 'no', 'back', '不予放行 请倒车下磅'],
    ['wait', aDisplay({ phase: 'asking', said: { code: 'wait-for-operator', facts: {} } }), 'wait', 'wait', '请等待'],
    ['stand right', aDisplay({ phase: 'positioning', said: { code: 'move-forward', facts: {} } }), 'do', 'forward', '请向前 停到台面上'],
    ['free', aDisplay(), 'idle', 'none', '磅道空闲'],
    ['free, the last one told to go', aDisplay({ said: { code: 'go', facts: {} } }), 'idle', 'none', '磅道空闲'],
    ['free, and not to be entered', aDisplay({ said: { code: 'scale-not-ready', facts: {} } }), 'wait', 'halt', '地磅未就绪 请等待'],
    ['blocked', aDisplay({ phase: 'blocked', why: 'scale-silent' }), 'wait', 'halt', '地磅未就绪 请等待'],
    [
      'blocked while it still says go',
      aDisplay({ phase: 'blocked', why: 'board-silent', said: { code: 'go', facts: {} } }),
      'wait',
      'halt',
      '地磅未就绪 请等待',
    ],
    ['words of a newer agent', aDisplay({ phase: 'settling', said: { code: 'dance', facts: {} } }), 'wait', 'wait', '请等待'],
  ] as const)('%s', (_when, display, tone, sign, words) => {
    expect(shownOf(display)).toMatchObject({ tone, sign })
    expect(headline(display, zh, zhConsole)).toBe(words)
  })

  it('shows the code large', () => {
    expect(shownOf(aDisplay({ phase: 'asking', said: { code: 'show-code', facts: { code: '482913' } } })).code).toBe('482913')
  })

  it('says where the code is to be read where this screen must not show it', () => {
    const display = aDisplay({ phase: 'asking', said: { code: 'show-code', facts: {} } })
    expect(shownOf(display)).toEqual({ tone: 'do', sign: 'phone', code: null })
    expect(headline(display, zh, zhConsole)).toBe('验证码请看 磅道显示牌')
    expect(headline(display, en, enConsole)).toBe('Your code is on the sign at the lane')
  })

  it('tells why it waits, in the driver’s words, and only what blocks', () => {
    const noted = { code: 'axles-unknown', mode: 'observe', facts: { limitKg: 49_000 } } as const
    const held = aDisplay({ phase: 'held', verdict: 'hold', findings: [noted, OVER] })
    expect(reasons(held, zh, zhConsole)).toEqual(['超载 3.34 吨,请卸载'])
    expect(reasons(aDisplay({ phase: 'released', verdict: 'open', findings: [OVER] }), zh, zhConsole)).toEqual([])
    expect(reasons(aDisplay({ phase: 'blocked', why: 'two-trucks' }), en, enConsole)).toEqual([en.blocked['two-trucks']])
    expect(reasons(aDisplay({ phase: 'asking', verdict: 'ask', attended: true }), zh, zhConsole)).toEqual([zhConsole.display.attended])
  })

  it('has as many reasons in English as in Chinese', () => {
    const held = aDisplay({ phase: 'asking', verdict: 'ask', attended: true, findings: [OVER] })
    expect(reasons(held, en, enConsole)).toHaveLength(reasons(held, zh, zhConsole).length)
  })

  it('shows a weight once it is decided about, not while it moves', () => {
    expect(weightShown(aDisplay({ phase: 'boarding', weightKg: 12_000 }))).toBeNull()
    expect(weightShown(aDisplay({ phase: 'released', weightKg: 48_620 }))).toBe(48_620)
  })

  it.each(SAY_CODES)('%s has a sign or none on purpose, and words in both languages', (code) => {
    const display = aDisplay({ phase: 'arriving', said: { code, facts: { plate: '陕K83651', weightKg: 1_000, code: '1234' } } })
    expect(shownOf(display).sign).not.toBe('none')
    expect(headline(display, zh, zhConsole)).toMatch(/[\u4e00-\u9fff]/)
    expect(headline(display, en, enConsole)).toMatch(/^[\x20-\x7e]+$/)
  })
})
