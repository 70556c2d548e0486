import type { Scanner } from '../framing.ts'
import type { RejectReason } from '../scale/reading.ts'
import type { CardForm, TagDialect, TagSaid } from './tag.ts'

/**
 * Card readers with a Wiegand output behind a serial converter: one line of text per card, ended by CR, LF or both, perhaps between STX
 * and ETX. How the card is written down is the converter's setting:
 *
 *   bits      26 or 34 characters 0 and 1 as they came: even parity over the first half, odd parity over the second
 *   hex       six or eight hexadecimal characters, without the parity bits
 *   decimal   the number printed on the card: eight or ten digits of the 24 (or 32) bits, or `site,number` as 188,12345
 *
 * A line counts as a whole or not at all, and every form has its exact length: the tail of a broken line would be another card.
 * Whatever the form, a card is told as the ten digits printed on it: 8-bit site and 16-bit number as one 24-bit number.
 */
const CR = 0x0d
const LF = 0x0a
const STX = 0x02
const ETX = 0x03
const LONGEST = 48

const isEdge = (byte: number): boolean => byte === CR || byte === LF || byte === STX || byte === ETX

/** Holds at most one line; a longer one is refused up to its end and told once. */
function lines(form: CardForm): Scanner<TagSaid> {
  const line = new Uint8Array(LONGEST)
  let length = 0
  /** Bytes of the line, also those that did not fit. */
  let came = 0
  let fed = 0

  function refuse(reason: RejectReason, onRejected: Parameters<Scanner<TagSaid>['push']>[2]): void {
    if (came > 0) onRejected({ reason, at: fed - came, bytes: line.slice(0, length) })
    length = 0
    came = 0
  }

  return {
    push(bytes, onSaid, onRejected) {
      for (const byte of bytes) {
        if (!isEdge(byte)) {
          if (length < LONGEST) line[length++] = byte
          came++
          fed++
          continue
        }
        const text = String.fromCharCode(...line.subarray(0, length)).trim()
        const card = came > LONGEST ? 'bad-length' : cardIn(text, form)
        if (typeof card === 'string') refuse(card, onRejected)
        else onSaid({ kind: 'tags', tags: [printed(card)] })
        length = 0
        came = 0
        fed++
      }
    },
    quiet: (onRejected) => refuse('bad-length', onRejected),
  }
}

/** The card's number, or why this is none. */
function cardIn(text: string, form: CardForm): number | RejectReason {
  switch (form) {
    case 'bits':
      return cardOfBits(text)
    case 'hex':
      if (!/^[0-9A-Fa-f]+$/.test(text)) return 'bad-digit'
      return text.length === 6 || text.length === 8 ? Number.parseInt(text, 16) : 'bad-length'
    case 'decimal': {
      const pair = /^(\d{3})[,:](\d{5})$/.exec(text)
      if (pair) {
        const [site, number] = [Number(pair[1]), Number(pair[2])]
        return site <= 0xff && number <= 0xffff ? site * 0x10000 + number : 'bad-number'
      }
      if (!/^\d+$/.test(text)) return 'bad-digit'
      if (text.length !== 8 && text.length !== 10) return 'bad-length'
      return Number(text) <= 0xffffffff ? Number(text) : 'bad-number'
    }
  }
}

/** The number between the two parity bits of 26 or 34. */
export function cardOfBits(text: string): number | RejectReason {
  if (!/^[01]+$/.test(text)) return 'bad-digit'
  if (text.length !== 26 && text.length !== 34) return 'bad-length'
  const half = text.length / 2
  const ones = (part: string): number => part.replaceAll('0', '').length
  if (ones(text.slice(0, half)) % 2 !== 0 || ones(text.slice(half)) % 2 !== 1) return 'bad-checksum'
  return Number.parseInt(text.slice(1, -1), 2)
}

export function bitsOfCard(card: number, bits: 26 | 34 = 26): string {
  const data = card.toString(2).padStart(bits - 2, '0')
  if (data.length !== bits - 2) throw new RangeError(`${card} does not fit Wiegand ${bits}`)
  const [first, second] = [data.slice(0, data.length / 2), data.slice(data.length / 2)]
  const ones = (part: string): number => part.replaceAll('0', '').length
  return `${ones(first) % 2}${data}${(ones(second) + 1) % 2}`
}

const printed = (card: number): string => String(card).padStart(10, '0')

function written(tag: string, form: CardForm): string {
  const card = Number(tag)
  if (!/^\d{10}$/.test(tag) || card > 0xffffffff) throw new RangeError(`"${tag}" is not a card's ten digits`)
  const small = card <= 0xffffff
  if (form === 'bits') return bitsOfCard(card, small ? 26 : 34)
  return form === 'hex'
    ? card
        .toString(16)
        .toUpperCase()
        .padStart(small ? 6 : 8, '0')
    : tag
}

export const wiegand: TagDialect = {
  name: 'wiegand',
  about: '韦根读卡器经串口转换器（26/34 位，十进制、十六进制或位串） / Wiegand card readers behind a serial converter',
  evidence: 'fair',
  by: 'card',
  usual: { baud: 9600 },
  ask: null,
  decoder: ({ form }) => lines(form),
  encode: (tags, { form }) => new TextEncoder().encode(tags.map((tag) => `${written(tag, form)}\r\n`).join('')),
}
