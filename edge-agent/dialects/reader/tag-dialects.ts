import { m100 } from './m100.ts'
import type { TagDialect } from './tag.ts'
import { uhfReader18 } from './uhf-reader18.ts'
import { wiegand } from './wiegand.ts'

/** Every tag or card reader that can be configured, by the name the configuration gives it. */
export const TAG_DIALECTS = {
  [uhfReader18.name]: uhfReader18,
  [m100.name]: m100,
  [wiegand.name]: wiegand,
} as const satisfies Readonly<Record<string, TagDialect>>

export const tagDialect = (name: string): TagDialect | null => (Object.hasOwn(TAG_DIALECTS, name) ? (TAG_DIALECTS[name] ?? null) : null)
