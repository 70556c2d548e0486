import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { type JsonMapping, JsonMappingSchema, mappingMistakes } from '#dialects/camera/json-mapping'
import { type Mistake, mistakeFinder } from '#edge/mistakes'

export type MappingReading =
  | { readonly ok: true; readonly mapping: JsonMapping }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] }

const findMistakes = mistakeFinder(JsonMappingSchema)

/** Reads and checks a mapping profile (YAML or JSON); paths in the mistakes are those inside the file. */
export function readMapping(file: string): MappingReading {
  let value: unknown
  try {
    value = parse(readFileSync(file, 'utf8'), { stringKeys: true })
  } catch (error) {
    const { message } = error as Error
    return { ok: false, mistakes: [{ path: '', zh: `字段对照文件读不了：${message}`, en: `${file} cannot be read: ${message}` }] }
  }
  const mistakes = findMistakes(value)
  if (mistakes.length > 0) return { ok: false, mistakes }
  const mapping = value as JsonMapping
  const lost = mappingMistakes(mapping).map(({ at, path }) => ({
    path: at,
    zh: `路径 "${path}" 写法不对，应类似 data.results[0].plate`,
    en: `"${path}" is no path; write it as in data.results[0].plate`,
  }))
  return lost.length > 0 ? { ok: false, mistakes: lost } : { ok: true, mapping }
}
