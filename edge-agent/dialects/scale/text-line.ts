import { byteAt, type Framing, type Judgement } from '../framing.ts'
import { habit } from './habit.ts'
import type { Reading, RejectReason, Remark } from './reading.ts'
import { newDraft, readingOf } from './text-draft.ts'
import { type Said, writeLine } from './text-encode.ts'
import type { Facts, Field } from './text-fields.ts'
import { type ReadField, readerOf } from './text-read.ts'
import { anyByteAt, codes, PRINTABLES, startsOf } from './text-starts.ts'

/**
 * Dialects that are printable characters in a row, told as tables. A line is fields of fixed width, a control character and perhaps a
 * second one end it; the first of its characters may be a control character too. A dialect is the list of its lines, tried in order.
 *
 * What is wrong with a line is judged in this order: its length (no line of the dialect has it), its end, then field by field from the
 * left; a number that is none counts last, because a status behind it may say that it is not to be used.
 */
export interface Line {
  readonly fields: readonly Field[]
  /** What every line of this form says, unless a field says otherwise. */
  readonly says?: Facts
  /** A rarer form of another length. What fails as one is a line of the usual form that lost or gained a character: `bad-length`. */
  readonly rare?: true
  /** So near to the usual form that one lost character makes the one of the other: not read behind a usual line, until three were. */
  readonly alone?: true
}

export interface Lines {
  readonly lines: readonly Line[]
  /** What may stand behind a line, the longest first; the first is written. An empty one: the line's length is its end. */
  readonly ends: readonly string[]
  /** Lines of other forms: null when it is none of them either. Asked for what is no `line`; `ended` off, without its end. */
  other?(line: string): Reading | Remark | RejectReason | null
  /** What those begin with, and their longest. Unless it begins a line too, it is no start behind a printable character. */
  readonly otherStarts?: string
  readonly otherLongest?: number
  /** What they begin with wherever it stands. */
  readonly freeStarts?: string
  /** What an end with nothing before it says. */
  readonly bare?: Remark
  /**
   * The lines have several lengths, but those of one indicator only one: known once three running had it. Another is then a line that
   * lost or gained a character, `bad-length`, until three running are.
   */
  readonly oneLength?: true
  /** See `Framing.notAfter`. */
  readonly notAfter?: Framing<never>['notAfter']
  /** Only this address is for us. */
  readonly address?: string | undefined
}

export const CR_LF = '\r\n'
export const CR = '\r'
export const STX = '\x02'
export const ETX = '\x03'
export const LF = '\n'

const PRINTABLE = 0x20
const LEARN_FROM = 3

interface Compiled {
  readonly rare: boolean
  readonly alone: boolean
  readonly says: Facts
  readonly steps: readonly { readonly at: number; readonly read: ReadField }[]
}

export function lineFraming(of: Lines): Framing<Reading | Remark> {
  const { lines, other, otherStarts = '', otherLongest = 0, freeStarts = '', bare, address } = of
  const ends = of.ends.map(codes)
  const byLength = new Map<number, Compiled[]>()
  for (const { fields, says = {}, rare = false, alone = false } of lines) {
    let at = 0
    const steps = fields.map((field) => {
      const step = { at, read: readerOf(field) }
      at += field.width
      return step
    })
    byLength.set(at, [...(byLength.get(at) ?? []), { rare, alone, says, steps }])
  }
  const lengths = [...byLength.keys()]
  const longestText = Math.max(1, otherLongest, ...lengths)
  const shortestText = other || bare ? 1 : Math.min(longestText, ...lengths)
  const longestEnd = Math.max(...ends.map((end) => end.length))
  const endless = ends.some((end) => end.length === 0)
  const anywhere = anyByteAt(lines.map(({ fields }) => fields))
  const marked = new Set([...lines.flatMap(({ fields }) => startsOf(fields)), ...codes(freeStarts)])
  const weak = [...codes(otherStarts), ...(bare ? ends.flatMap((end) => end.slice(0, 1)) : [])].filter((start) => !marked.has(start))
  const starts = [...marked, ...weak]
  const notAfter = of.notAfter ?? { starts: weak, bytes: PRINTABLES }

  const usual = habit<true>(1)
  const length = of.oneLength ? habit<number>(LEARN_FROM) : null
  /** A line without an end where lines have one is another length, too. */
  const isStrange = (characters: number, end: number): boolean => {
    const now = 2 * characters + (end === 0 ? 1 : 0)
    const known = length?.known() ?? null
    if (known !== null && known !== now) {
      length?.missed()
      return true
    }
    length?.seen(now)
    return false
  }

  /** How long the end at `at` is: −1 when there is none, null when more bytes are needed to know. */
  function endAt(bytes: Uint8Array, at: number, to: number, over: boolean): number | null {
    for (const end of ends) {
      let same = 0
      while (same < end.length && at + same < to && byteAt(bytes, at + same) === end[same]) same++
      if (same === end.length) return same
      if (at + same === to && !over) return null
    }
    return -1
  }

  function judge(bytes: Uint8Array, from: number, to: number, over: boolean): Judgement<Reading | Remark> {
    if (bare && byteAt(bytes, from) < PRINTABLE) {
      const end = endAt(bytes, from, to, over)
      return end === null ? 'need-more' : end > 0 ? { length: end, said: bare } : 'noise'
    }
    let at = from + 1
    const last = from + longestText
    while (at < to && at < last && (byteAt(bytes, at) >= PRINTABLE || anywhere.has(at - from))) at++
    if (at === to && !(endless && at === last)) return over && endless && byLength.has(at - from) ? finish(bytes, from, at, 0) : 'need-more'
    const end = endAt(bytes, at, to, over)
    if (end === null) return 'need-more'
    if (end < 0) return at === last && byteAt(bytes, at) >= PRINTABLE ? 'bad-length' : byLength.has(at - from) ? 'bad-frame' : 'bad-length'
    return finish(bytes, from, at, end)
  }

  function finish(bytes: Uint8Array, from: number, at: number, end: number): Judgement<Reading | Remark> {
    let farthest = -1
    let reason: RejectReason = 'bad-length'
    for (const { rare, alone, says, steps } of byLength.get(at - from) ?? []) {
      if (alone && usual.known()) {
        usual.missed()
        continue
      }
      const draft = newDraft(says)
      let step = 0
      let wrong: RejectReason | null = null
      for (; step < steps.length && wrong === null; step++)
        wrong = steps[step]?.read(bytes, from + (steps[step]?.at ?? 0), from, draft) ?? null
      const said = wrong ?? (address !== undefined && draft.address !== address ? 'address-mismatch' : readingOf(draft))
      if (typeof said === 'object') {
        if (isStrange(at - from, end)) return 'bad-length'
        if (!rare) usual.seen(true)
        return { length: at - from + end, said }
      }
      if (step > farthest) {
        farthest = step
        reason = rare ? 'bad-length' : said
      }
    }
    const said = other?.(String.fromCharCode(...bytes.subarray(from, at))) ?? null
    if (said === null) return reason
    return typeof said === 'string' ? said : { length: at - from + end, said }
  }

  const lineEnd = ends[0]?.[0]
  return {
    starts,
    shortest: Math.max(1, shortestText),
    longest: longestText + longestEnd,
    judge,
    // Where every start is a control character, no tail of a line can begin one.
    ...(lineEnd !== undefined && starts.some((start) => start >= PRINTABLE) && { lineEnd }),
    notAfter,
  }
}

/** Throws a RangeError for a number that fits none of the lines; empty where none of them can say what is to be said. */
export function encodeLine({ lines, ends, address }: Lines, said: Said): Uint8Array {
  const addressed = said.beside?.address ?? address
  const hasAddress = ({ fields }: Line): boolean => fields.some(({ kind }) => kind === 'address')
  const inOrder = addressed === undefined ? lines : [...lines.filter(hasAddress), ...lines.filter((line) => !hasAddress(line))]
  let tooMuch: unknown = null
  for (const { fields } of inOrder) {
    try {
      const line = writeLine(fields, said, addressed)
      if (line !== null) return Uint8Array.from(codes(line + (ends[0] ?? '')))
    } catch (error) {
      tooMuch ??= error
    }
  }
  if (tooMuch !== null) throw tooMuch
  return new Uint8Array(0)
}
