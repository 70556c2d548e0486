import { type JsonBody, member, readJsonBody } from './json-body.ts'
import { LONGEST_XML, type XmlElement } from './xml.ts'

export type JsonAsXml = { readonly ok: true; readonly root: XmlElement } | Extract<JsonBody, { readonly ok: false }>

const DEEPEST = 32
const MOST_ELEMENTS = 5_000

/**
 * For makers that say the same in XML and in JSON: a JSON object as the element it would have been. `rootName` is its name, which
 * may or may not be written around it; an array is its name repeated. What is too deep or too much is left out.
 */
export function readJsonAsXml(bytes: Uint8Array, rootName: string): JsonAsXml {
  const json = readJsonBody(bytes, LONGEST_XML)
  if (!json.ok) return json
  let left = MOST_ELEMENTS
  const elements = (name: string, value: unknown, depth: number): XmlElement[] => {
    if (depth > DEEPEST || left-- <= 0 || value === null || value === undefined) return []
    if (Array.isArray(value)) return value.slice(0, left).flatMap((one) => elements(name, one, depth + 1))
    if (typeof value !== 'object') return [{ name, text: String(value).trim(), children: [] }]
    const children = Object.entries(value).flatMap(([inner, one]) => elements(inner, one, depth + 1))
    return [{ name, text: '', children }]
  }
  const [root] = elements(rootName, member(json.value, rootName) ?? json.value, 0)
  return { ok: true, root: root ?? { name: rootName, text: '', children: [] } }
}
