import type { SpeechDialect } from './speech.ts'
import { syn6288 } from './syn6288.ts'
import { syn6658 } from './syn6658.ts'

/** Every voice module that can be configured, by the name the configuration gives it. */
export const SPEECH_DIALECTS = { [syn6288.name]: syn6288, [syn6658.name]: syn6658 } as const satisfies Readonly<
  Record<string, SpeechDialect>
>

export const speechDialect = (name: string): SpeechDialect | null =>
  Object.hasOwn(SPEECH_DIALECTS, name) ? (SPEECH_DIALECTS[name] ?? null) : null
