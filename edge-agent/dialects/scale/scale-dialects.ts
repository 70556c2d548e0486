import { FRAMED_DIALECTS } from './framed-dialects.ts'
import { MODBUS_DIALECTS } from './modbus-dialects.ts'
import type { ScaleDialect } from './reading.ts'
import { rinstrumReg } from './rinstrum-reg.ts'
import { TEXT_DIALECTS } from './text-dialects.ts'
import { yaohuaTf0 } from './yaohua-tf0.ts'

/** Every indicator language we speak, by the name a configuration uses. */
export const SCALE_DIALECTS: Readonly<Record<string, ScaleDialect>> = {
  [yaohuaTf0.name]: yaohuaTf0,
  [rinstrumReg.name]: rinstrumReg,
  ...Object.fromEntries(FRAMED_DIALECTS.map((dialect) => [dialect.name, dialect])),
  ...Object.fromEntries(MODBUS_DIALECTS.map((dialect) => [dialect.name, dialect])),
  ...Object.fromEntries(TEXT_DIALECTS.map((dialect) => [dialect.name, dialect])),
}

/** The dialect of that name, or null: the caller says which names there are (`Object.keys(SCALE_DIALECTS)`). */
export const scaleDialect = (name: string): ScaleDialect | null =>
  Object.hasOwn(SCALE_DIALECTS, name) ? (SCALE_DIALECTS[name] ?? null) : null
