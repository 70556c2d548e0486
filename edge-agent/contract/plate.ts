import { areConfusable, confusableKey } from './confusable.ts'

export { confusableKey }

/**
 * Plates of mainland vehicles (GA 36; grammar and confusable letters: `reference/cameras-and-io.md` section 5 of the founders'
 * papers). A string becomes a `Plate` only here; none of the many spellings of "no plate" ever does.
 *
 * Not accepted: temporary plates (printed paper whose form varies), agricultural and civil-aviation plates, the military plates of
 * before 2013 with a Chinese first letter, and foreign ones. Two letters and five digits are a military plate by their form alone;
 * a Chinese plate that lost its province has it too, so only its white colour makes it one (`plate-reads.ts`).
 */
export type PlateColour = 'blue' | 'yellow' | 'white' | 'black' | 'green' | 'yellow-green' | 'unknown'
export type PlateKind =
  | 'ordinary'
  | 'trailer'
  | 'school'
  | 'police'
  | 'nev-small'
  | 'nev-large'
  | 'cross-border'
  | 'consulate'
  | 'emergency'
  | 'armed-police'
  | 'military'

declare const plate: unique symbol
/** A normalised plate text such as `陕K12345`: no blanks, no dots, upper case. */
export type Plate = string & { readonly [plate]: true }

export const PROVINCES = '京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼'
const LETTER = 'A-HJ-NP-Z'
const SERIAL = '0-9A-HJ-NP-Z'
const NEV = 'ABCDEFGHJK'
const START = `^[${PROVINCES}][${LETTER}]`

const FORMS: readonly (readonly [PlateKind, RegExp])[] = [
  ['trailer', new RegExp(`${START}[${SERIAL}]{4}挂$`)],
  ['school', new RegExp(`${START}[${SERIAL}]{4}学$`)],
  // O as a city letter is the police's alone: 陕O1234警, and the historic 京O without the sign.
  ['police', new RegExp(`^[${PROVINCES}][${LETTER}O][${SERIAL}]{4}警$`)],
  ['police', new RegExp(`^京O[${SERIAL}]{5}$`)],
  ['consulate', new RegExp(`${START}[${SERIAL}]{4}领$`)],
  ['consulate', /^使[0-9]{6}$/],
  ['cross-border', new RegExp(`^粤Z[${SERIAL}]{4}[港澳]$`)],
  ['emergency', new RegExp(`${START}[0-9]{4}应急$`)],
  ['nev-small', new RegExp(`${START}[${NEV}][${SERIAL}][0-9]{4}$`)],
  ['nev-large', new RegExp(`${START}[0-9]{5}[${NEV}]$`)],
  ['ordinary', new RegExp(`${START}[${SERIAL}]{5}$`)],
  ['armed-police', new RegExp(`^WJ[${PROVINCES}][${SERIAL}]{5}$`)],
  ['military', new RegExp(`^(?!WJ)[${LETTER}O]{2}[0-9]{5}$`)],
]

/** Seen in the field for "I saw no plate". */
const NO_PLATE = new Set([
  '',
  '无',
  '无牌',
  '无牌车',
  '无车牌',
  '未识别',
  '车牌',
  'NOPLATE',
  'UNKNOWN',
  'UNLICENSED',
  'NULL',
  'NONE',
  '00000000',
  '11111111',
  '22222222',
  'AAAAAAAA',
  '福A000000',
])

/** Dots as they are printed, sent or mistyped; dashes of every length and the minus; blanks seen and unseen. */
const MARKS = /[\s\p{Pd}\p{Pc}\p{Cf}·•・‧∙⋅●◦⸱᛫。.−]/gu

/** Full-width to half-width, upper case, without any mark that may stand between the letters. */
export const normalisePlate = (text: string): string => text.normalize('NFKC').toUpperCase().replace(MARKS, '')

export type PlateReading =
  | { readonly kind: 'plate'; readonly plate: Plate; readonly form: PlateKind }
  | { readonly kind: 'no-plate' }
  | { readonly kind: 'unreadable'; readonly text: string }

/** What a camera's or a clerk's text says. `unreadable` is a text that is no plate by grammar; it is kept, never matched. */
export function readPlate(text: string): PlateReading {
  const normal = normalisePlate(text)
  if (NO_PLATE.has(normal)) return { kind: 'no-plate' }
  for (const [form, pattern] of FORMS) if (pattern.test(normal)) return { kind: 'plate', plate: normal as Plate, form }
  return { kind: 'unreadable', text: normal.slice(0, 32) }
}

export type WhyNotPlate = 'encoding' | 'province' | 'length' | 'grammar'

/**
 * Why a text is no plate, for whoever mends the camera; null for plates and for the spellings of "no plate". `encoding`: the bytes were
 * decoded wrongly before (a lost or foreign letter stands where a province should). `province`: it begins with none. `length`: neither
 * seven nor eight characters. `grammar`: the characters cannot stand so. Foreign plates are no Chinese plate either, by province.
 */
export function whyNotPlate(text: string): WhyNotPlate | null {
  if (readPlate(text).kind !== 'unreadable') return null
  const letters = [...normalisePlate(text)]
  const [first = ''] = letters
  if (MISREAD_LETTERS.test(text.replace(/\s/g, '')) || misreadProvinces().has(first)) return 'encoding'
  if (!PROVINCES.includes(first) && first !== '使' && !(first === 'W' && letters[1] === 'J')) return 'province'
  return letters.length === 7 || letters.length === 8 ? 'grammar' : 'length'
}

/** Replacement characters, question marks for what a code page lacks, and the letters that UTF-8 or GBK bytes read as Latin-1 become. */
const MISREAD_LETTERS = /[\u{fffd}?？\p{Cc}\p{Co}\u00a1-\u00b6\u00b8-\u024f]/u

let misread: ReadonlySet<string> | null = null
/** What the first two bytes of each province in UTF-8 become when they are read as GBK: 晋 → 鏅. */
function misreadProvinces(): ReadonlySet<string> {
  const [utf8, gbk] = [new TextEncoder(), new TextDecoder('gbk')]
  misread ??= new Set([...PROVINCES].map((letter) => gbk.decode(utf8.encode(letter).subarray(0, 2))))
  return misread
}

/** For texts we wrote ourselves (tickets, registers): throws on anything that is not a plate. */
export function Plate(text: string): Plate {
  const reading = readPlate(text)
  if (reading.kind !== 'plate') throw new RangeError(`"${text}" is not a vehicle plate`)
  return reading.plate
}

export const isTrailer = (of: Plate): boolean => of.endsWith('挂')

export type Nearness = 'same' | 'near' | 'other'
/** `near`: one confusable letter apart. Two letters apart is another truck. */
export function nearness(seen: Plate, asked: Plate): Nearness {
  if (seen === asked) return 'same'
  const [a, b] = [[...seen], [...asked]]
  if (a.length !== b.length) return 'other'
  const differing = a.flatMap((letter, at) => (letter === b[at] ? [] : [areConfusable(letter, b[at] ?? '')]))
  return differing.length === 1 && differing[0] === true ? 'near' : 'other'
}
