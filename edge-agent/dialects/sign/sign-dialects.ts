import { kfSign } from './kf.ts'
import { onbonBx5Sign } from './onbon-bx5.ts'
import type { SignDialect } from './sign.ts'
import { smartWeighingSign } from './smart-weighing.ts'
import { textCardSign } from './text-card.ts'

/** Every sign that can be configured, by the name the configuration gives it. */
export const SIGN_DIALECTS = {
  [kfSign.name]: kfSign,
  [smartWeighingSign.name]: smartWeighingSign,
  [textCardSign.name]: textCardSign,
  [onbonBx5Sign.name]: onbonBx5Sign,
} as const satisfies Readonly<Record<string, SignDialect>>

export const signDialect = (name: string): SignDialect | null => (Object.hasOwn(SIGN_DIALECTS, name) ? (SIGN_DIALECTS[name] ?? null) : null)
