import { bytesOfCapture, type Capture } from '#dialects/capture'
import { detect } from '#dialects/scale/detect'
import { SCALE_DIALECTS, scaleDialect } from '#dialects/scale/scale-dialects'
import { detectionText } from './detection-text.ts'
import type { Speaks } from './hearing.ts'
import { KitMistake } from './kit-mistake.ts'
import { suspects } from './suspects.ts'

/** The dialect a person named, or the one the capture itself names; a KitMistake where neither does. */
export function speaksAs(capture: Capture, { dialect: name }: { readonly dialect?: string | undefined }): Speaks {
  if (name !== undefined) {
    const dialect = scaleDialect(name)
    if (!dialect) throw new KitMistake(`没有协议 / no dialect "${name}": ${Object.keys(SCALE_DIALECTS).sort().join(', ')}`)
    return { dialect, sevenBit: 'auto' }
  }
  const known = suspects()
  const detection = detect(bytesOfCapture(capture), known)
  const named = detection.kind === 'named' ? known.find((suspect) => suspect.name === detection.names[0]) : undefined
  if (!named) throw new KitMistake(['--dialect NAME 请指明 / say which:', ...detectionText(detection)].join('\n'))
  return { dialect: named.dialect, ...(named.settings && { settings: named.settings }), sevenBit: 'auto' }
}
