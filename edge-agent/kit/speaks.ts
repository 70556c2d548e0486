import { bytesOfCapture, type Capture } from '#dialects/capture'
import { detect } from '#dialects/scale/detect'
import { SCALE_DIALECTS } from '#dialects/scale/scale-dialects'
import { dialectOf, type SetDialect } from '../config/profile.ts'
import { readProfile } from '../config/read-profile.ts'
import { detectionText } from './detection-text.ts'
import { KitMistake } from './kit-mistake.ts'
import { suspects } from './suspects.ts'

/** What a person said about an indicator: a dialect's name, or a profile (a file or the name of a shipped one). */
export interface Said {
  readonly dialect?: string | undefined
  readonly profile?: string | undefined
}

/** The dialect a person named, or null where nothing was said; a KitMistake where there is no such. */
export function spokenAs({ dialect: name, profile }: Said): SetDialect | null {
  if (profile !== undefined) {
    const reading = readProfile(profile)
    if (!reading.ok) throw new KitMistake(reading.sentence)
    return dialectOf(reading.profile)
  }
  if (name === undefined) return null
  const set = dialectOf({ dialect: name })
  if (!set) throw new KitMistake(`没有协议 / no dialect "${name}": ${Object.keys(SCALE_DIALECTS).sort().join(', ')}`)
  return set
}

/** As said, or as the capture itself names it; a KitMistake where neither does. */
export function speaksAs(capture: Capture, said: Said): SetDialect {
  const spoken = spokenAs(said)
  if (spoken) return spoken
  const known = suspects()
  const detection = detect(bytesOfCapture(capture), known)
  const named = detection.kind === 'named' ? known.find((suspect) => suspect.name === detection.names[0]) : undefined
  const set = named && dialectOf({ dialect: named.dialect.name, ...(named.settings && { settings: named.settings }) })
  if (!set) throw new KitMistake(['--dialect NAME 请指明 / say which:', ...detectionText(detection)].join('\n'))
  return set
}
