import { type ComputedRef, computed, type InjectionKey, inject, type Ref } from 'vue'
import { en } from './en.ts'
import { type Language, languageChoice } from './language.ts'
import { type Words, zh } from './zh.ts'

/** The reader's language and the screens' sentences in it: what every page of the house hands to its parts, the cloud's and the agent's. */
export interface Speech {
  readonly language: Ref<Language>
  readonly words: ComputedRef<Words>
}

export const speechKey: InjectionKey<Speech> = Symbol('speech')
export function useSpeech(): Speech {
  const speech = inject(speechKey)
  if (!speech) throw new Error('no speech was provided above this component')
  return speech
}

const WORDS: Record<Language, Words> = { zh, en }

export function createSpeech(): Speech {
  const language = languageChoice()
  return { language, words: computed(() => WORDS[language.value]) }
}
