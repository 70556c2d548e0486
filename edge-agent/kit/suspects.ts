import type { Suspect } from '#dialects/scale/detect'
import { SCALE_DIALECTS } from '#dialects/scale/scale-dialects'

/** Every dialect as it is without a profile. */
export const suspects = (): Suspect[] => Object.values(SCALE_DIALECTS).map((dialect) => ({ name: dialect.name, dialect }))
