import type { Paper, PrinterDialect, PrinterState, QrMatrix } from '#dialects/printer/printer'
import { type Clock, realSpan } from '#edge/clock'
import type { SlipRow } from '#edge/slip'
import { milliseconds, seconds } from '#edge/units'
import { EdgeError, reasonOf } from '../errors.ts'
import type { Log } from '../log.ts'
import { counting, type Device, type Listeners } from './device.ts'
import type { OpenWay } from './sign.ts'
import { silenceWatch } from './silence-watch.ts'

export interface PrinterParts extends Listeners {
  readonly name: string
  readonly way: OpenWay
  readonly dialect: PrinterDialect
  readonly paper: Paper
  readonly draw: (text: string) => QrMatrix
  readonly clock: Clock
  readonly log: Log
}

/** `unknown`: it was sent, or some of it, and nobody knows what came out. It is never sent again by itself. */
export type Printed = 'printed' | 'not-printed' | 'unknown'

export interface Printer extends Device {
  /** Joins the queue. Settles when the page has gone out, or will not. */
  print(rows: readonly SlipRow[], copies: number): Promise<Printed>
  waiting(): number
}

/** More slips than this waiting is a printer nobody looks at: the newest is refused, and can be printed later. */
const MOST_WAITING = 20
/** In pieces that a line at 2400 baud takes within a write's time limit. */
const PIECE = 256
const ANSWER_WITHIN = milliseconds(500)
const LOOK_EVERY = seconds(10)
const MOST_UNANSWERED = 3

const WORDS: Readonly<Record<PrinterState, string>> = {
  ready: '',
  'paper-low': 'paper is running low',
  'paper-out': 'out of paper',
  'cover-open': 'the cover is open',
  offline: 'offline',
  error: 'the printer reports an error',
}

interface Job {
  readonly bytes: Uint8Array
  settle(printed: Printed): void
}

/**
 * A slip printer. Pages wait in a short queue while it is out of paper or away; a printer that answers status questions is asked before
 * and after each page and every 10 s, one that has never answered is trusted to print. Nothing here is on the way to a gate.
 */
export function printerDevice(parts: PrinterParts): Printer {
  const { name, way, dialect, paper, draw, clock, log } = parts
  const counts = counting()
  const watch = silenceWatch({ ...parts, device: name, silentAfter: null })
  const queue: Job[] = []
  let open = false
  let busy = false
  let everAnswered = false
  let unanswered = 0
  let onByte: ((byte: number) => void) | null = null
  let cancelLook = (): void => {}

  const link = way({
    onBytes: (bytes) => {
      for (const byte of bytes) onByte?.(byte)
    },
    onState: (state) => {
      open = state.open
      if (!state.open) {
        counts.add('lost')
        watch.lost(state.why)
        return
      }
      watch.found()
      unanswered = 0
      void work()
    },
  })

  /** Null: no answer, or none that is one. */
  async function ask(): Promise<PrinterState | null> {
    if (dialect.status === null) return null
    const answers: number[] = []
    for (const question of dialect.status.questions) {
      const answer = new Promise<number | null>((settled) => {
        const giveUp = clock.timer(realSpan(clock, ANSWER_WITHIN), () => settled(null))
        onByte = (byte) => {
          giveUp()
          settled(byte)
        }
      })
      try {
        await link.write(question)
      } catch {
        onByte = null
        return null
      }
      const byte = await answer
      onByte = null
      if (byte === null) return null
      answers.push(byte)
    }
    return dialect.status.read(answers)
  }

  /** Whether a page would come out now, and the words for people. */
  async function isReady(): Promise<boolean> {
    // A printer that knows no status questions may print them: it is asked no more, but for a page that waits.
    const said = everAnswered || unanswered < MOST_UNANSWERED || queue.length > 0 ? await ask() : null
    if (!open) return false
    unanswered = said === null ? unanswered + 1 : 0
    if (said === null && !everAnswered) {
      watch.heard()
      return true
    }
    everAnswered = true
    const state = said ?? 'offline'
    watch.remark('')
    if (state !== 'ready' && state !== 'paper-low') {
      watch.lost(WORDS[state])
      return false
    }
    watch.heard()
    watch.remark(WORDS[state])
    return true
  }

  async function put({ bytes }: Job): Promise<Printed> {
    let sent = 0
    try {
      for (; sent < bytes.length; sent += PIECE) await link.write(bytes.subarray(sent, sent + PIECE))
    } catch (error) {
      log.warn({ why: reasonOf(error), sent }, 'a slip was not printed')
      return sent === 0 && error instanceof EdgeError && error.code === 'port-unavailable' ? 'not-printed' : 'unknown'
    }
    return (await isReady()) ? 'printed' : 'unknown'
  }

  async function work(): Promise<void> {
    if (busy || !open) return
    busy = true
    cancelLook()
    try {
      let ready = await isReady()
      for (let job = queue[0]; ready && open && job; job = queue[0]) {
        queue.shift()
        const printed = await put(job)
        ready = printed === 'printed'
        counts.add(printed)
        // Nothing of it went out: it waits for the printer to come back.
        if (printed === 'not-printed') queue.unshift(job)
        else job.settle(printed)
      }
    } finally {
      busy = false
      cancelLook = clock.timer(LOOK_EVERY, () => void work())
    }
  }

  const giveUpAll = (): void => {
    for (const job of queue.splice(0)) job.settle('not-printed')
  }

  return {
    name,
    print: (rows, copies) =>
      new Promise((settle) => {
        if (queue.length >= MOST_WAITING) {
          counts.add('refused')
          settle('not-printed')
          return
        }
        const page = dialect.page(rows, paper, draw)
        const bytes = new Uint8Array(page.length * copies)
        for (let copy = 0; copy < copies; copy++) bytes.set(page, copy * page.length)
        queue.push({ bytes, settle })
        void work()
      }),
    waiting: () => queue.length,
    start: async () => {
      watch.start()
      link.start()
    },
    stop: async () => {
      cancelLook()
      watch.stop()
      open = false
      giveUpAll()
      await link.stop()
      cancelLook()
    },
    state: watch.state,
    counters: counts.all,
  }
}
