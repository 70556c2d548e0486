import { describe, expect, it } from 'vitest'
import { computed, createApp, ref } from 'vue'
import { en } from '../../../dashboard/words/en.ts'
import type { Language } from '../../../dashboard/words/language.ts'
import { speechKey } from '../../../dashboard/words/speech.ts'
import { useWords } from '../../../dashboard/words/use-words.ts'
import { zh } from '../../../dashboard/words/zh.ts'
import { anAlarm } from '../builders.ts'

const wordsIn = (language: Language): ReturnType<typeof useWords>['f']['value'] => {
  const app = createApp({})
  app.provide(speechKey, { language: ref(language), words: computed(() => (language === 'zh' ? zh : en)) })
  return app.runWithContext(() => useWords().f.value)
}

describe('codes inside facts are said in the reader’s words', () => {
  const gap = anAlarm({ kind: 'booklet-gap', facts: { booklet: 'BK-7K3M9QX2', serial: '4', why: 'serial-missing' } })
  it.each([
    ['zh', /BK-7K3M9QX2 .*4.*缺号/],
    ['en', /BK-7K3M9QX2.*4.*a number is missing/],
  ] as const)('of an alarm: %s', (language, says) => expect(wordsIn(language).alarmSays(gap)).toMatch(says))

  it('of a finding', () => {
    const { facts } = wordsIn('zh')
    expect(facts({ reason: 'maintenance', phase: 'asking', device: 'camera-front', weightKg: 5 })).toMatchObject({
      reason: '设备维护',
      device: '前相机',
      weightKg: 5,
    })
  })

  it('what is no code of ours stays what it is', () => {
    expect(wordsIn('zh').facts({ why: 'constructor', reason: '刮风', plate: 'front' })).toEqual({
      why: 'constructor',
      reason: '刮风',
      plate: 'front',
    })
  })
})
