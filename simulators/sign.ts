import { scanner } from '#dialects/framing'
import { kfAnswer } from '#dialects/sign/kf'
import type { SignDialect, SignOrder } from '#dialects/sign/sign'
import type { Line } from './line.ts'

/** A LED sign: shows what it is told, counts what it would have written to flash. */
export interface SignSimulator {
  /** Its power is off, or the cable cut one way: it hears nothing. */
  deaf: boolean
  /** The code it answers with where its kind answers; anything but 0 refuses, and then nothing changes. */
  answers: number
  hear(bytes: Uint8Array): void
  /** What stands there now, line by line. */
  showing(): string[]
  /** Orders obeyed, oldest first, at most the last 500. */
  readonly orders: readonly SignOrder[]
  said(): string[]
  /** Telegrams that wear out its flash; a lane must never send one. */
  flashWrites(): number
  /** Bytes that were no telegram. */
  rejected(): number
  /** Its power was away: the working memory is empty. */
  restart(): void
}

export function signSimulator(options: { readonly dialect: SignDialect; readonly line: Pick<Line, 'write'> }): SignSimulator {
  const { dialect, line } = options
  const { push, quiet } = scanner(dialect.hears)
  const shown = new Map<number, string>()
  const orders: SignOrder[] = []
  let flash = 0
  let rejected = 0

  function obey(order: SignOrder): void {
    if (dialect.answers) line.write(kfAnswer(0x62, sign.answers))
    if (dialect.answers && sign.answers !== 0) return
    orders.push(order)
    if (orders.length > 500) orders.shift()
    if (order.kind === 'store') flash += 1
    if (order.kind === 'show') shown.set(order.line ?? 1, order.text)
  }

  const sign: SignSimulator = {
    deaf: false,
    answers: 0,
    orders,
    hear(bytes) {
      if (sign.deaf) return
      push(bytes, obey, (span) => {
        rejected += span.bytes.length
      })
    },
    showing: () => [...shown].sort(([a], [b]) => a - b).map(([, text]) => text.trimEnd()),
    said: () => orders.flatMap((order) => (order.kind === 'speak' ? [order.text] : [])),
    flashWrites: () => flash,
    rejected: () => rejected,
    restart() {
      shown.clear()
      quiet(() => undefined)
    },
  }
  return sign
}
