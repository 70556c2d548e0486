import { readFileSync } from 'node:fs'
import Type, { type Static } from 'typebox'
import { oneOf } from '#edge/ids'
import { strict } from './common.ts'

export const BARRIER_KINDS = ['vzenith', 'hikvision', 'dahua'] as const

/** A barrier that a plate camera's output opens; `board-mistakes.ts` says what each kind needs. */
export const BarrierConfigSchema = Type.Object(
  {
    kind: oneOf(BARRIER_KINDS),
    /** Vzenith: the camera's serial number, as in its messages to the agent's broker. */
    serialNumber: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
    /** Vzenith: the terminals; usual wiring 0 open, 1 close. Without a closing one the arm comes down by itself. */
    openOutput: Type.Optional(Type.Integer({ minimum: 0, maximum: 3 })),
    closeOutput: Type.Optional(Type.Integer({ minimum: 0, maximum: 3 })),
    /** Hikvision, Dahua: the camera's web server. */
    address: Type.Optional(Type.String({ pattern: '^https?://', maxLength: 200 })),
    user: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
    password: Type.Optional(Type.String({ maxLength: 100 })),
    passwordFile: Type.Optional(Type.String({ minLength: 1 })),
    /** Hikvision, Dahua: usually 1; one site's Dahua wanted 0. */
    channel: Type.Optional(Type.Integer({ minimum: 0, maximum: 64 })),
    /** Dahua: `Normal`, or `Test` where that is what the camera obeys. */
    openType: Type.Optional(Type.String({ pattern: '^[A-Za-z]{1,20}$' })),
  },
  strict,
)
export type BarrierConfig = Static<typeof BarrierConfigSchema>

export const BarriersConfigSchema = Type.Object(
  { entry: Type.Optional(BarrierConfigSchema), exit: Type.Optional(BarrierConfigSchema) },
  strict,
)
export type BarriersConfig = Static<typeof BarriersConfigSchema>

/** With the passwords read from their files. */
export function readBarriers({ entry, exit }: BarriersConfig, here: (path: string) => string): BarriersConfig {
  const read = ({ passwordFile, ...barrier }: BarrierConfig): BarrierConfig =>
    passwordFile === undefined ? barrier : { ...barrier, password: readFileSync(here(passwordFile), 'utf8').trim() }
  return { ...(entry ? { entry: read(entry) } : {}), ...(exit ? { exit: read(exit) } : {}) }
}
