import { parseArgs } from 'node:util'
import { type Capture, hexOfBytes } from '#dialects/capture'
import type { Clock } from '#edge/clock'
import { milliseconds, type Span } from '#edge/units'
import { openPort } from '../devices/open-port.ts'
import { reasonOf } from '../errors.ts'
import { nodeClock } from '../node-clock.ts'
import { openCapture } from './capture-file.ts'
import { type Heard, hear, readingText } from './hearing.ts'
import { KitMistake } from './kit-mistake.ts'
import { addressOf } from './listen.ts'
import { speaksAs } from './speaks.ts'
import { type Terminal, untilInterrupted } from './terminal.ts'

/** Pieces without a time follow each other at the pace of a continuous indicator. */
const PACE_MS = 80

/** `replay FILE`: every reading and rejection of a capture, in order; with `--to`, its bytes once more on a line, at their own pace. */
export async function replayCommand(args: readonly string[], { output, errors }: Terminal): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { dialect: { type: 'string' }, profile: { type: 'string' }, to: { type: 'string' } },
  })
  const [file] = positionals
  if (file === undefined) throw new KitMistake('replay FILE [--dialect NAME | --profile FILE] [--to ADDRESS]')
  const capture = openCapture(file)
  if (values.to !== undefined) {
    errors.write(`${capture.pieces.length} 段 pieces → ${values.to} …\n`)
    const { signal, done } = untilInterrupted()
    await sendAgain(capture, values.to, nodeClock(), signal).finally(done)
    return 0
  }
  const speaks = speaksAs(capture, values)
  const heard = hear(capture, speaks)
  for (const one of heard) output.write(`${lineOf(one)}\n`)
  const count = (kind: Heard['kind']): number => heard.filter((one) => one.kind === kind).length
  errors.write(
    `${speaks.dialect.name}: ${count('reading')} 读数 readings, ${count('rejected')} 拒收 rejected, ${count('remark')} 其他 remarks\n`,
  )
  return count('reading') > 0 ? 0 : 1
}

function lineOf(heard: Heard): string {
  const at = heard.atMs === null ? '' : `@${heard.atMs} `
  switch (heard.kind) {
    case 'reading':
      return `${at}${readingText(heard.reading)}`
    case 'rejected':
      return `${at}rejected ${heard.rejected.reason}: ${hexOfBytes(heard.rejected.bytes.subarray(0, 32))}${heard.rejected.bytes.length > 32 ? ' …' : ''}`
    case 'remark':
      return `${at}${heard.remark.remark} ${heard.remark.status ?? ''} ${JSON.stringify(heard.remark.facts)}`
  }
}

/** Sends every piece at its own time. The address's own speed paces the bytes inside a piece. */
async function sendAgain({ pieces }: Capture, to: string, clock: Clock, stop: AbortSignal): Promise<void> {
  let ended: string | null = null
  const gone = (why: string): void => {
    ended = why
  }
  const port = await openPort(addressOf(to), { onBytes: () => {}, onGone: gone }, clock, stop).catch((error: Error) => {
    throw new KitMistake(`${to}: ${reasonOf(error)}`)
  })
  const began = clock.monotonic()
  let next = 0
  for (const { atMs, bytes } of pieces) {
    const due = atMs ?? next
    next = due + PACE_MS
    await pause(clock, milliseconds(Math.max(0, due - (clock.monotonic() - began))), stop)
    if (stop.aborted || ended !== null) break
    await port.write(bytes).catch((error: Error) => gone(error.message))
  }
  // To close a port throws away what its line has not yet said: the last piece is given its time, at the slowest of usual speeds.
  if (!stop.aborted && ended === null) await pause(clock, milliseconds(300 + 17 * (pieces.at(-1)?.bytes.length ?? 0)), stop)
  await port.close()
  if (ended !== null) throw new KitMistake(`${to}: ${ended}`)
}

const pause = (clock: Clock, span: Span, stop: AbortSignal): Promise<void> =>
  new Promise((done) => {
    const over = (): void => {
      cancel()
      stop.removeEventListener('abort', over)
      done()
    }
    const cancel = clock.timer(span, over)
    stop.addEventListener('abort', over, { once: true })
    if (stop.aborted) over()
  })
