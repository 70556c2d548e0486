import { bytesOfText, hexOf, NOTHING_SAID, sumOf } from './characters.ts'
import type { Exact, Reading, RejectReason, Remark } from './reading.ts'
import { shownNumber, whyNotShown } from './shown-number.ts'

const LINE = /^(\d\d)?([A-Z])(.*)$/
/** What is answered with a weight: all three, gross, displayed now, when stable, finer. To tare or to zero tells none. */
const WEIGHED = 'ABIPX'
const STATUSES: Readonly<Record<string, string>> = { A: 'ok', N: 'not-executed', E: 'error', X: 'syntax-error' }

/** 0 − the sum of the characters, as two hexadecimal ones. */
export const flintecCheck = (text: string): string => hexOf(-sumOf(bytesOfText(text), 0, text.length) & 0xff)

/** A line of BSI (flintec-bsi.ts) in its parts, without its end. `rest` is what stands between command and check. */
export interface FlintecLine {
  readonly address: string | null
  readonly command: string
  readonly rest: string
  readonly isChecked: boolean
}

/** What follows the command without a check: nothing, a status, three for S, a status and one or three weights. */
const widths = (command: string): readonly number[] => (command === 'S' ? [0, 1, 3] : command === 'A' ? [0, 1, 10, 28] : [0, 1, 10])

/** `isNeverChecked`: the indicator is known to send no checks. */
export function flintecLine(text: string, isNeverChecked: boolean): FlintecLine | RejectReason {
  const [, address = null, command, tail = ''] = LINE.exec(text) ?? []
  if (command === undefined) return 'bad-header'
  const isWidth = (width: number): boolean => widths(command).includes(width)
  if (!isNeverChecked && isWidth(tail.length - 2) && flintecCheck(text.slice(0, -2)) === text.slice(-2)) {
    return { address, command, rest: tail.slice(0, -2), isChecked: true }
  }
  if (isWidth(tail.length)) return { address, command, rest: tail, isChecked: false }
  return !isNeverChecked && isWidth(tail.length - 2) ? 'bad-checksum' : 'bad-length'
}

/** A question, a word about a command, or a weight: what a line says. */
export function flintecMeaning({ address, command, rest }: FlintecLine): Reading | Remark | RejectReason {
  const whose = address === null ? {} : { address }
  const refusal = rest === '' && command !== 'A' ? STATUSES[command] : undefined
  // X alone is a question as well; an indicator that is asked something it does not know answers just that.
  if (refusal !== undefined) return { remark: 'reply', status: refusal, facts: {} }
  if (rest === '') return { remark: 'request', status: null, facts: { ...whose, command } }
  const status = rest.charAt(0)
  if (rest.length < 10) {
    const told = STATUSES[status]
    const isStatusLine = rest.length === 3
    if (told === undefined && !isStatusLine && !'SDIM+-OHL'.includes(status)) return 'bad-status'
    return { remark: 'reply', status: isStatusLine ? null : (told ?? null), facts: { ...whose, command, ...(told ? {} : { data: rest }) } }
  }
  if (!'SDIM+-OEHL'.includes(status)) return 'bad-status'
  if (!WEIGHED.includes(command)) return 'bad-header'
  const numbers = [rest.slice(1, 10), rest.slice(10, 19), rest.slice(19)].filter((part) => part !== '').map(signed)
  const [shown, tare, gross] = numbers
  const isUsable = 'SDI'.includes(status)
  if (shown === undefined || (isUsable && numbers.includes(null))) return whyNotShown(rest.slice(1))
  return {
    ...NOTHING_SAID,
    digits: isUsable && shown ? shown.digits : null,
    decimals: shown?.decimals ?? null,
    stable: status === 'S' ? true : status === 'D' ? false : null,
    mode: command === 'B' ? 'gross' : command === 'A' ? 'net' : null,
    overload: status === '+' ? true : null,
    underload: status === '-' ? true : null,
    tare: isUsable ? (tare ?? null) : null,
    beside: {
      ...whose,
      command,
      ...(gross && isUsable ? { gross } : {}),
      ...(command === 'X' ? { highResolution: true } : {}),
      ...(!isUsable && shown ? { frameValue: shown } : {}),
      ...('MOEHL'.includes(status) ? { valid: false } : {}),
    },
  }
}

const signed = (text: string): Exact | null => (/^[+-][\d.]{8}$/.test(text) ? shownNumber(text) : null)
