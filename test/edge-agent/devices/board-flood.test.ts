import { createServer } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { settingsOf } from '#dialects/board/board-dialect'
import { BOARD_KINDS, boardDialect } from '#dialects/board/board-dialects'
import { milliseconds } from '#edge/units'
import { boardLine } from '../../../edge-agent/devices/board-line.ts'
import { nodeClock } from '../../../edge-agent/node-clock.ts'
import { eventually } from '../../support/eventually.ts'
import { quickRetries } from './line-rig.ts'
import { quietLog } from './quiet-log.ts'

const toClose: (() => unknown)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})

/** What a serial server wired to something else might pour out. */
const GARBAGE = ['I', '>', '!', '\0', '\x01', '\xff', 'CH1:', '\x01\x03\xff', '!01', 'I=', 'I(I0,', '\x00\x01\x00\x00\x00']

it.each(BOARD_KINDS.filter((kind) => boardDialect(kind).over !== 'datagrams'))(
  'a flood instead of an answer from a %s board does not hold up anybody else',
  async (kind) => {
    let pours = 0
    const counts = new Map<string, number>()
    const server = createServer((socket) => {
      socket.on('error', () => {})
      socket.on('data', () =>
        socket.write(Buffer.from((GARBAGE[pours++ % GARBAGE.length] ?? '').repeat(1_000_000).slice(0, 1_000_000), 'latin1')),
      )
    })
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    toClose.push(() => server.close())
    const address = server.address()
    const dialect = boardDialect(kind)
    let open = false
    const line = boardLine({
      address: `tcp://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
      host: dialect.host(settingsOf(dialect, {}, { output: 1, input: 1 })),
      who: 'the board',
      pause: milliseconds(1),
      answerWithin: milliseconds(50),
      schedule: quickRetries,
      clock: nodeClock(),
      log: quietLog,
      onState: (state) => {
        open = state.open
      },
      onCount: (what) => void counts.set(what, (counts.get(what) ?? 0) + 1),
      onWritten: () => {},
    })
    toClose.push(() => line.stop())
    line.start()
    await eventually(() => open)
    for (const _ of GARBAGE)
      for (const kind of ['read-inputs', 'read-outputs'] as const) {
        await line.ask({ kind })
        await line.ask({ kind: 'set', output: 0, on: false })
      }
    expect(pours).toBeGreaterThanOrEqual(GARBAGE.length)
    expect(counts.get('flooded')).toBeGreaterThan(0)
    // Read to its end, each of these floods took seconds in which nobody else was heard.
    const looks = [...counts].filter(([what]) => what.startsWith('rejected-')).reduce((sum, [, times]) => sum + times, 0)
    expect(looks).toBeLessThanOrEqual(1_024 * pours)
  },
)
