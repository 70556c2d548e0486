import { type Ref, ref, watch } from 'vue'

export type Language = 'zh' | 'en'
const KEPT_AS = 'pitgate.language'

/** The reader's language: Chinese until they choose otherwise, remembered in this browser, and told to assistive technology. */
export function languageChoice(): Ref<Language> {
  const choice = ref<Language>(kept() === 'en' ? 'en' : 'zh')
  watch(
    choice,
    (language) => {
      document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
      keep(language)
    },
    { immediate: true },
  )
  return choice
}

// Storage may be forbidden by the browser's policy; the choice then lasts as long as the page.
function kept(): string | null {
  try {
    return localStorage.getItem(KEPT_AS)
  } catch {
    return null
  }
}
function keep(language: Language): void {
  try {
    localStorage.setItem(KEPT_AS, language)
  } catch {
    return
  }
}
