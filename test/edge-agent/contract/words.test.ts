import { describe, expect, it } from 'vitest'
import { FACTS_OF, FINDING_CODES } from '#edge/findings'
import { explain, sayAlarm, sayDriver, sayFinding, WORDS } from '#edge/why'
import { fill, type Language, namesIn, type Reader, SAY_CODES } from '#edge/words/words'
import { playLane } from '../../builders/lane.ts'
import { aBookTicket, aStaffCar, aTare } from '../../builders/ticket.ts'

const LANGUAGES: Language[] = ['zh', 'en']
const READERS: Reader[] = ['driver', 'operator', 'regulator']

/** Every leaf of a tree of words, by its path. */
function leaves(tree: object, path = ''): [string, string][] {
  return Object.entries(tree).flatMap(([name, value]) =>
    typeof value === 'string' ? [[`${path}${name}`, value] as [string, string]] : leaves(value as object, `${path}${name}.`),
  )
}

describe('the words', () => {
  it('are the same sentences in both languages, naming the same facts, and none is empty', () => {
    const [zh, en] = LANGUAGES.map((language) => new Map(leaves(WORDS[language])))
    expect([...(zh?.keys() ?? [])]).toEqual([...(en?.keys() ?? [])])
    for (const [path, sentence] of zh ?? []) {
      const other = en?.get(path) ?? ''
      expect([path, sentence.trim().length > 0, other.trim().length > 0]).toEqual([path, true, true])
      expect([path, namesIn(other).sort()]).toEqual([path, namesIn(sentence).sort()])
    }
  })

  it('of a finding name only facts it brings', () => {
    for (const language of LANGUAGES)
      for (const code of FINDING_CODES)
        for (const reader of READERS)
          for (const name of namesIn(WORDS[language].findings[code][reader]))
            expect([code, FACTS_OF[code]]).toEqual([code, expect.arrayContaining([name])])
  })

  it('for the sign are short enough to be read from a cab', () => {
    for (const code of FINDING_CODES) expect(WORDS.zh.findings[code].driver.length).toBeLessThanOrEqual(20)
    for (const say of SAY_CODES) expect(WORDS.zh.say[say].replace(/\{[^}]*\}/g, '').length).toBeLessThanOrEqual(12)
  })

  it('leave no hole where a fact is missing', () => {
    expect(fill('{a:t} 吨 {b} {c:time}', { a: 45_680, c: '2026-11-21T16:30:00Z' }, '未知')).toBe('45.68 吨 未知 2026-11-22 00:30')
    expect(fill('{c:time}', { c: 'soon' }, '?')).toBe('soon')
    for (const language of LANGUAGES)
      for (const code of FINDING_CODES)
        for (const reader of READERS) expect(sayFinding({ code, facts: {} }, language, reader)).not.toMatch(/[{}]/)
  })

  it('say a phase and a kerb weight in the reader’s language', () => {
    expect(sayAlarm('escape', { plate: '陕K12345', phase: 'held', weightKg: 46_600, ticket: null }, 'zh')).toEqual({
      title: '无票逃逸',
      says: '车辆 陕K12345 未获放行驶出,阶段 扣留,重量 46.60 吨,票 未知',
    })
    expect(sayAlarm('escape', { plate: '陕K12345', phase: 'held', weightKg: 46_600, ticket: null }, 'en').says).toContain('phase held')
  })

  it('tell a held driver the reason before what to do', () => {
    expect(sayDriver('held', { code: 'over-legal-limit', overKg: 3_400 }, 'zh')).toBe('超载 3.40 吨,请卸载  不予放行 请倒车下磅')
    expect(sayDriver('held', { code: 'from-the-future' }, 'zh')).toBe('不予放行 请倒车下磅')
    expect(sayDriver('go', { plate: '陕K12345', weightKg: 15_800 }, 'zh')).toBe('陕K12345 15.80吨 请驶离')
  })
})

describe('why', () => {
  const weighed = (dossier: NonNullable<Parameters<typeof playLane>[0]>['dossier'], plate: string, kg: number) => {
    const lane = playLane(dossier ? { dossier } : {})
    lane.starts()
    lane.weighsVehicle(plate, kg)
    const [draft] = lane.weighings()
    if (!draft) throw new Error('nothing was weighed')
    return draft
  }

  it('it stayed shut: the verdict, the enforced reason, then what it rests on', () => {
    const draft = weighed({ tickets: [aBookTicket({ tare: aTare() })] }, '陕K12345', 52_400)
    const zh = explain(draft, 'zh')
    expect(zh[0]).toBe('结论:扣留')
    expect(zh[1]).toBe('[阻断] 超限:6 轴(车辆登记),总重 52.40 吨,限值 49.00 吨,超 3.40 吨')
    expect(zh.join('\n')).toContain('净重 36.60 吨 = 毛重 52.40 吨 − 皮重 15.80 吨;分度值 e = 20 公斤,两次称量最大误差 100 公斤')
    expect(explain(draft, 'en')).toHaveLength(zh.length)
  })

  it('it opened, as well', () => {
    const en = explain(weighed({ tickets: [aBookTicket({ tare: aTare() })] }, '陕K12345', 46_600), 'en')
    expect(en[0]).toBe('Verdict: open')
    expect(en.some((line) => line.startsWith('Ticket 610881-261121-'))).toBe(true)
    expect(en.join('\n')).not.toMatch(/unknown|[{}]/)
  })

  it('a staff car passed, without a word about a ticket', () => {
    const zh = explain(weighed({ tickets: [], register: [aStaffCar()] }, '陕K5566A', 1_860), 'zh')
    expect(zh).toContain('通行类别:非煤通行')
    expect(zh.join('\n')).not.toContain('煤票')
  })
})
