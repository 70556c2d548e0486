import { computed } from 'vue'
import type { Problem } from '#cloud/api'
import type { Facts } from '#edge/findings'
import { fill, type SayCode } from '#edge/words/words'
import { UNREACHABLE } from '../feed/http.ts'
import { problemText } from '../parts/problem-words.ts'
import { enConsole } from '../words/en-console.ts'
import { useWords } from '../words/use-words.ts'
import { type ConsoleWords, zhConsole } from '../words/zh-console.ts'

/** As `useWords`, with the console's own sentences `c`. */
export function useConsoleWords() {
  const { w, e, f, language } = useWords()
  const c = computed<ConsoleWords>(() => (language.value === 'zh' ? zhConsole : enConsole))
  const says = {
    /** The driver's words as the sign has them; a code of a newer agent is still better than silence. */
    driver: (said: { readonly code: string; readonly facts: Facts }): string => {
      const template = (e.value.say as Readonly<Record<string, string>>)[said.code as SayCode]
      return template === undefined ? said.code : fill(template, said.facts, e.value.unknown)
    },
    /** Why a lane is blocked or attended: the machine's own code, or the reason a person gave. */
    reason: (code: string): string =>
      (e.value.blocked as Readonly<Record<string, string>>)[code] ?? (e.value.reasons as Readonly<Record<string, string>>)[code] ?? code,
    problem: (problem: Problem): string => {
      if (problem.type === UNREACHABLE) return c.value.unreachable
      // The agent's own refusals have their sentence in the reader's language.
      return problem.type.includes('/problems/') && problem.title !== '' ? problem.title : problemText(problem, w.value)
    },
  }
  return { w, e, f, c, says, language }
}
