import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asXmlText, LONGEST_XML, readXml, type XmlElement, xmlAt, xmlText } from '#dialects/camera/xml'
import { utf8 } from './samples.ts'

function root(text: string): XmlElement {
  const reading = readXml(utf8(text))
  if (!reading.ok) throw new Error(`a document was expected, not ${reading.why}`)
  return reading.root
}
const why = (text: string): string => {
  const reading = readXml(utf8(text))
  return reading.ok ? 'read' : reading.why
}

describe('a document', () => {
  it('is read by local names, whatever the prefix', () => {
    const read = root('<?xml version="1.0"?>\n<ns1:A xmlns:ns1="http://x/>y"><ns1:B a="1 > 0">晋B12345</ns1:B><C/></ns1:A>\r\n\0')
    expect(xmlText(read, 'B')).toBe('晋B12345')
    expect(read.children.map(({ name }) => name)).toEqual(['B', 'C'])
    expect(xmlText(read, 'C')).toBeNull()
    expect(xmlAt(read, 'B', 'D')).toBeUndefined()
  })

  it.each([
    ['&lt;&#26187;&#x664B;&amp;&quot;&apos;&gt;', '<晋晋&"\'>'],
    ['&nbsp; &x;', '&nbsp; &x;'],
    ['&#xD800;&#9999999;', '\u{fffd}\u{fffd}'],
    ['a<!-- <b> --><![CDATA[<b>&amp;]]>c', 'a<b>&amp;c'],
    ['<b/>  with  <b>its</b> own text ', 'with   own text'],
  ])('with %s says %s', (inside, text) => {
    expect(root(`<a>${inside}</a>`).text).toBe(text)
  })

  it('in GBK that says so is read as such, also where the bytes would pass for UTF-8', () => {
    const head = utf8('<?xml version="1.0" encoding="GBK"?><a>')
    const reading = readXml(Uint8Array.of(...head, 0xc2, 0xb3, ...utf8('B12345</a>')))
    expect(reading).toMatchObject({ ok: true, root: { text: '鲁B12345' } })
  })

  it.each([
    ['', 'empty-body'],
    [' \r\n\0', 'empty-body'],
    ['plate', 'not-xml'],
    ['{"a":1}', 'not-xml'],
    ['<a><b></a></b>', 'not-xml'],
    ['<a/><b/>', 'not-xml'],
    ['<a></a>behind', 'not-xml'],
    ['</a>', 'not-xml'],
    ['<a></a></a>', 'not-xml'],
    ['<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', 'not-xml'],
    ['<a><b', 'truncated-xml'],
    ['<a><b>', 'truncated-xml'],
    ['<a><b x="', 'truncated-xml'],
    ['<a><!-- ', 'truncated-xml'],
    ['<?xml version="1.0"?>', 'truncated-xml'],
    ['<?xml', 'truncated-xml'],
    ['< a/>', 'not-xml'],
    ['<a'.repeat(10), 'truncated-xml'],
    ['<a>'.repeat(40) + '</a>'.repeat(40), 'not-xml'],
    [`<a>${'<b/>'.repeat(6_000)}</a>`, 'not-xml'],
    [`<a>${'x'.repeat(LONGEST_XML)}</a>`, 'too-long'],
  ])('%#: is none, and why', (text, reason) => {
    expect(why(text)).toBe(reason)
  })
})

it('whatever bytes come, there is an answer', () => {
  const piece = fc.constantFrom('<a>', '</a>', '<a', '>', '/>', '<!--', '-->', '<![CDATA[', ']]>', '&#', ';', '"', '<?', '?>', '晋', '\0')
  fc.assert(fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => void readXml(utf8(pieces.join('')))))
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void readXml(bytes)))
})

it('any text survives being written and read', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
      const clean = text.replace(/[\p{Cc}\p{Cs}]/gu, '').trim()
      expect(root(`<a>${asXmlText(clean)}</a>`).text).toBe(clean)
    }),
  )
})

it.each(['<', '<!--', '<a ', '<a b="', '</', '<![CDATA[', '&#1;'])('a megabyte of %s is answered', (text) => {
  expect(why(text.repeat(Math.floor(LONGEST_XML / text.length)))).not.toBe('read')
})
