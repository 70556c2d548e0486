import { decodeText } from './json-body.ts'

/**
 * As much XML as cameras send, read with suspicion: elements by their local names (makers differ in namespaces and prefixes), text,
 * CDATA, the five named entities and the numeric ones. No document type, so nothing can grow or reach outside; attributes are
 * skipped. One loop and no recursion: bounded in depth, elements and bytes, linear in time. Nothing throws.
 */
export interface XmlElement {
  /** Without the prefix of its namespace. */
  readonly name: string
  /** Its own text, without its children's, trimmed. */
  readonly text: string
  readonly children: readonly XmlElement[]
}

export type XmlReading =
  | { readonly ok: true; readonly root: XmlElement }
  | { readonly ok: false; readonly why: 'empty-body' | 'not-xml' | 'truncated-xml' | 'too-long' }

export const LONGEST_XML = 1_024 * 1_024
const DEEPEST = 32
const MOST_ELEMENTS = 5_000

/** The whole of one document. Bytes that are no UTF-8, or that declare so, are read as GB18030. */
export function readXml(bytes: Uint8Array): XmlReading {
  if (bytes.length > LONGEST_XML) return { ok: false, why: 'too-long' }
  const text = textIn(bytes)
  return /[^\s\0]/.test(text) ? readElements(text) : { ok: false, why: 'empty-body' }
}

const gb18030 = new TextDecoder('gb18030')
function textIn(bytes: Uint8Array): string {
  const head = String.fromCharCode(...bytes.subarray(0, 100))
  const text = /^\s*<\?xml[^>]*encoding\s*=\s*["'](?:gbk|gb2312|gb18030)["']/i.test(head) ? gb18030.decode(bytes) : decodeText(bytes)
  return text.startsWith('\u{feff}') ? text.slice(1) : text
}

interface Open {
  readonly name: string
  readonly tag: string
  text: string
  readonly children: XmlElement[]
}

function readElements(xml: string): XmlReading {
  const open: Open[] = []
  let root: XmlElement | null = null
  let count = 0
  let at = 0
  const notXml: XmlReading = { ok: false, why: 'not-xml' }
  const cutOff: XmlReading = { ok: false, why: 'truncated-xml' }

  while (at < xml.length) {
    const tag = xml.indexOf('<', at)
    const between = xml.slice(at, tag < 0 ? xml.length : tag)
    const inside = open.at(-1)
    if (inside) inside.text += withEntities(between)
    else if (/[^\s\0]/.test(between)) return notXml
    if (tag < 0) break

    const skipped = skipAside(xml, tag, inside)
    if (skipped === 'cut-off') return open.length > 0 || root === null ? cutOff : notXml
    if (skipped === 'forbidden') return notXml
    if (skipped !== null) {
      at = skipped
      continue
    }
    const end = tagEnd(xml, tag)
    if (end < 0) return root === null ? cutOff : notXml
    at = end + 1
    if (xml[tag + 1] === '/') {
      const closing = open.pop()
      if (closing === undefined || closing.tag !== xml.slice(tag + 2, end).trim()) return notXml
      const element: XmlElement = { name: closing.name, text: closing.text.trim(), children: closing.children }
      const parent = open.at(-1)
      if (parent) parent.children.push(element)
      else root = element
      continue
    }
    const name = /^[^\s/<>"'=&]{1,128}/.exec(xml.slice(tag + 1, Math.min(end, tag + 130)))?.[0]
    if (name === undefined || root !== null || ++count > MOST_ELEMENTS || open.length >= DEEPEST) return notXml
    const local = name.slice(name.lastIndexOf(':') + 1)
    if (xml[end - 1] !== '/') open.push({ name: local, tag: name, text: '', children: [] })
    else if (open.length > 0) open.at(-1)?.children.push({ name: local, text: '', children: [] })
    else root = { name: local, text: '', children: [] }
  }
  if (open.length > 0) return cutOff
  return root === null ? cutOff : { ok: true, root }
}

/** Where it goes on behind a comment, a declaration or a CDATA section (whose text it keeps); null for a tag. */
function skipAside(xml: string, at: number, inside: Open | undefined): number | 'cut-off' | 'forbidden' | null {
  const behind = (mark: string, from: number): number | 'cut-off' => {
    const end = xml.indexOf(mark, from)
    return end < 0 ? 'cut-off' : end + mark.length
  }
  if (xml.startsWith('<?', at)) return behind('?>', at + 2)
  if (xml.startsWith('<!--', at)) return behind('-->', at + 4)
  if (xml.startsWith('<![CDATA[', at)) {
    const end = behind(']]>', at + 9)
    if (inside === undefined) return 'forbidden'
    if (end !== 'cut-off') inside.text += xml.slice(at + 9, end - 3)
    return end
  }
  return xml.startsWith('<!', at) ? 'forbidden' : null
}

/** The `>` that ends a tag; one inside a quoted attribute does not. */
function tagEnd(xml: string, from: number): number {
  let quote = ''
  for (let at = from + 1; at < xml.length; at++) {
    const letter = xml[at]
    if (quote !== '') {
      if (letter === quote) quote = ''
    } else if (letter === '"' || letter === "'") quote = letter
    else if (letter === '>') return at
  }
  return -1
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
const withEntities = (text: string): string =>
  text.includes('&')
    ? text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/gi, (_, hex?: string, decimal?: string, named?: string) => {
        if (named !== undefined) return NAMED[named.toLowerCase()] ?? ''
        const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
        return point > 0x10ffff || (point >= 0xd800 && point < 0xe000) ? '\u{fffd}' : String.fromCodePoint(point)
      })
    : text

/** The first element at the end of a path of local names. */
export function xmlAt(from: XmlElement | undefined, ...path: readonly string[]): XmlElement | undefined {
  let at = from
  for (const name of path) at = at?.children.find((child) => child.name === name)
  return at
}

/** Its text, or null where there is no such element or nothing in it. */
export function xmlText(from: XmlElement | undefined, ...path: readonly string[]): string | null {
  const text = xmlAt(from, ...path)?.text
  return text === undefined || text === '' ? null : text
}

const ESCAPED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }
/** Text as it may stand in an element. */
export const asXmlText = (text: string): string => text.replace(/[&<>"']/g, (letter) => ESCAPED[letter] ?? letter)
