import { readFileSync } from 'node:fs'
import Type, { type Static } from 'typebox'
import { LaneIdSchema, SiteIdSchema } from '#edge/ids'
import { mistakeFinder, mistakeLines } from '#edge/mistakes'
import { ScaleRecordSchema } from '#edge/weighing'
import { CloudError, reasonOf } from '../errors.ts'

/** Lanes and coal trucks that a demonstration registers beside its own (`seed --demo --registers FILE`, JSON). */
const MoreRegistersSchema = Type.Object({
  lanes: Type.Array(
    Type.Object({ site: SiteIdSchema, lane: LaneIdSchema, name: Type.String({ minLength: 1, maxLength: 40 }), scale: ScaleRecordSchema }),
  ),
  trucks: Type.Array(
    Type.Object({
      plate: Type.String({ minLength: 5, maxLength: 12 }),
      carrier: Type.String({ minLength: 1, maxLength: 32 }),
      axles: Type.Integer({ minimum: 2, maximum: 12 }),
      drivenAxles: Type.Integer({ minimum: 1, maximum: 4 }),
      combination: Type.Boolean(),
      trailer: Type.Union([Type.String({ minLength: 5, maxLength: 12 }), Type.Null()]),
    }),
  ),
})
export type MoreRegisters = Static<typeof MoreRegistersSchema>
export const NO_MORE: MoreRegisters = { lanes: [], trucks: [] }

const mistakesIn = mistakeFinder(MoreRegistersSchema)

/** Throws CloudError 'config-wrong' with every mistake and its path. */
export function readMoreRegisters(file: string): MoreRegisters {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw new CloudError('config-wrong', `登记文件无法读取 / cannot read the registers in ${file}: ${reasonOf(cause)}`)
  }
  const mistakes = mistakesIn(value)
  if (mistakes.length > 0) throw new CloudError('config-wrong', `${file}:\n${mistakeLines(mistakes)}`)
  return value as MoreRegisters
}
