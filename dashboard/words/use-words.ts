import { computed } from 'vue'
import type { AlarmRow } from '#cloud/api'
import type { Facts, Finding } from '#edge/findings'
import { spoken } from '#edge/why'
import { en } from '#edge/words/en'
import { fill, type Reader } from '#edge/words/words'
import { zh } from '#edge/words/zh'
import * as format from './format.ts'
import { useSpeech } from './speech.ts'

/**
 * Words and formats in the reader's language; in templates `w`, `e` and `f` unwrap by themselves. `w` are the screens' own sentences,
 * `e` those of findings, alarms, phases and verdicts, which every room says alike.
 */
export function useWords() {
  const { words, language } = useSpeech()
  const e = computed(() => (language.value === 'zh' ? zh : en))
  /** Codes inside facts, as a person calls them. */
  const inWords = (facts: Facts): Facts => {
    const device = typeof facts.device === 'string' ? format.deviceName(facts.device, words.value.lanes.deviceNames) : facts.device
    return { ...spoken(facts, e.value), ...(device === undefined ? {} : { device }) }
  }
  const f = computed(() => ({
    device: (name: string) => format.deviceName(name, words.value.lanes.deviceNames),
    clock: format.clockTime,
    short: format.shortMoment,
    full: format.fullMoment,
    day: format.dayOf,
    t: (kg: number | null) => format.tonnes(kg, words.value),
    tonnes: (kg: number | null) => format.tonnesWithUnit(kg, words.value),
    age: (from: Parameters<typeof format.ageText>[0], now: Parameters<typeof format.ageText>[1]) => format.ageText(from, now, words.value),
    facts: inWords,
    finding: (one: Finding, reader: Reader) => {
      const sentences = e.value.findings[one.code]
      // A newer agent may know findings this screen does not; the code is still better than silence.
      return sentences ? fill(sentences[reader], inWords(one.facts), e.value.unknown) : one.code
    },
    alarmTitle: (alarm: AlarmRow) => e.value.alarms[alarm.kind]?.title ?? alarm.kind,
    alarmSays: (alarm: AlarmRow) => {
      const sentence = e.value.alarms[alarm.kind]?.says
      return sentence ? fill(sentence, inWords(alarm.facts), e.value.unknown) : ''
    },
  }))
  return { w: computed(() => words.value), e, f, language }
}
