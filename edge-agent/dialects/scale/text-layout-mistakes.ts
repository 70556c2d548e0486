import type { Mistake } from '#edge/mistakes'
import { BELONGS_TO, type FieldKind, KINDS, type Layout, type LayoutField } from './text-layout-schema.ts'

const LONGEST_LINE = 120

/** What the schema of a layout cannot say. Paths are inside the settings. */
export function layoutMistakes({ lines = [], ends = [], address }: Layout): Mistake[] {
  const found = lines.flatMap(({ fields }, line) => [
    ...fields.flatMap((field, at) => fieldMistakes(field, at, `lines.${line}.fields.${at}`)),
    ...lineMistakes(fields, `lines.${line}`, address !== undefined),
  ])
  if (found.length > 0) return found
  const widths = lines.map(({ fields }) => fields.reduce((sum, field) => sum + widthOf(field), 0))
  const tooLong = widths.flatMap((width, line): Mistake[] =>
    width <= LONGEST_LINE
      ? []
      : [
          {
            path: `lines.${line}`,
            zh: `一行最多 ${LONGEST_LINE} 个字符，现为 ${width}`,
            en: `has ${width} characters; ${LONGEST_LINE} are the most`,
          },
        ],
  )
  const uneven: Mistake[] =
    ends.includes('nothing') && new Set(widths).size > 1
      ? [{ path: 'ends', zh: '各行长度不同时必须有结束符', en: 'lines of different lengths need something that ends them' }]
      : []
  return [...tooLong, ...uneven]
}

const kindsOf = (field: LayoutField): FieldKind[] => KINDS.filter((kind) => field[kind] !== undefined)

function fieldMistakes(field: LayoutField, at: number, path: string): Mistake[] {
  const kinds = kindsOf(field)
  const [kind] = kinds
  if (kind === undefined || kinds.length > 1) {
    const those = KINDS.join(', ')
    return [
      kind === undefined
        ? { path, zh: `要写明这几列是什么：${those} 之一`, en: `must say what these columns are: one of ${those}` }
        : { path, zh: `${kinds.join('、')} 只能写一个，请分成几项`, en: `is both ${kinds.join(' and ')}: make them fields of their own` },
    ]
  }
  const foreign = Object.entries(BELONGS_TO).flatMap(([member, of]): Mistake[] =>
    member in field && !of.includes(kind)
      ? [{ path: `${path}.${member}`, zh: `只用于 ${of.join('、')}`, en: `belongs to ${of.join(' or ')}, and this is ${kind}` }]
      : [],
  )
  return [...foreign, ...wordMistakes(field, path), ...textMistakes(field, at, path)]
}

function wordMistakes({ words, flags, bits }: LayoutField, path: string): Mistake[] {
  if (flags !== undefined && bits === undefined)
    return [{ path: `${path}.bits`, zh: '缺少此项：每一位是什么意思', en: 'is missing: what each bit says' }]
  const [first, ...rest] = Object.keys(words ?? {})
  if (words !== undefined && first === undefined) return [{ path: `${path}.words`, zh: '至少要有一个', en: 'must have at least one' }]
  const uneven = rest.filter((one) => one.length !== first?.length)
  return uneven.length === 0
    ? []
    : [
        {
          path: `${path}.words`,
          zh: `长度必须相同：${first} 与 ${uneven.join('、')}`,
          en: `must all have the same length: ${first} and ${uneven.join(', ')} have not; fill with blanks, in quotes`,
        },
      ]
}

/** A control character ends a line wherever it stands, so only the very first character may be one. */
function textMistakes({ text, words }: LayoutField, at: number, path: string): Mistake[] {
  const said = text ?? Object.keys(words ?? {}).join('')
  const member = text === undefined ? 'words' : 'text'
  const codes = [...said].map((one) => one.codePointAt(0) ?? 0)
  if (codes.some((code) => code > 0xff))
    return [{ path: `${path}.${member}`, zh: '只能是单字节字符', en: 'may have single-byte characters only' }]
  const controls = codes.some((code, i) => code < 0x20 && !(at === 0 && (member === 'words' || i === 0)))
  return controls
    ? [
        {
          path: `${path}.${member}`,
          zh: '控制字符只能是一行的第一个字符；结束符写在 ends',
          en: 'may have a control character as the first of a line only; what ends a line is said in ends',
        },
      ]
    : []
}

function lineMistakes(fields: readonly LayoutField[], path: string, addressed: boolean): Mistake[] {
  const numbers = fields.filter(({ number }) => number !== undefined).length
  const once: Mistake[] =
    numbers === 1
      ? []
      : [
          {
            path: `${path}.fields`,
            zh: `必须有且只有一个 number，现有 ${numbers} 个`,
            en: `must have one number, the weight; it has ${numbers}`,
          },
        ]
  const nowhere: Mistake[] =
    addressed && fields.every(({ address }) => address === undefined)
      ? [{ path: `${path}.fields`, zh: '设置了 address，但这一行没有地址列', en: 'have no address, and address is set' }]
      : []
  return [...once, ...nowhere]
}

function widthOf({ text, words, number, sign, tare, unit, skip, address, check }: LayoutField): number {
  const [first] = Object.keys(words ?? {})
  return (
    text?.length ??
    first?.length ??
    (number === undefined ? undefined : number + (sign === undefined ? 0 : 1)) ??
    tare ??
    unit ??
    skip ??
    address ??
    (check === undefined ? 1 : 2)
  )
}
