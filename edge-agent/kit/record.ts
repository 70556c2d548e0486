import { closeSync, openSync, writeSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { captureText } from '#dialects/capture'
import { seconds, toIso } from '#edge/units'
import { nodeClock } from '../node-clock.ts'
import { KitMistake } from './kit-mistake.ts'
import { addressOf, listenTo } from './listen.ts'
import { type Terminal, untilInterrupted, wholeNumber } from './terminal.ts'

/** `record ADDRESS FILE`: what a line says, with the millisecond of every piece, until the time is over or Ctrl-C. Each piece is in the file at once. */
export async function recordCommand(args: readonly string[], { errors }: Terminal): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { seconds: { type: 'string' }, note: { type: 'string' } },
  })
  const [place, file] = positionals
  if (place === undefined || file === undefined)
    throw new KitMistake('record ADDRESS FILE [--seconds 60] [--note "site, indicator, display showed 45680"]')
  const address = addressOf(place)
  const clock = nodeClock()
  const forTime = seconds(wholeNumber(values.seconds, 60, 1, 86_400))
  const notes = [`pitgate capture of ${place}, begun ${toIso(clock.now())}`, ...(values.note === undefined ? [] : [values.note])]
  const into = openFile(file)
  const write = (text: string): void => void writeSync(into, text)
  const { signal, done } = untilInterrupted()
  let bytes = 0
  let toldAt = 0
  try {
    write(captureText({ pieces: [], notes: notes.map((note) => note.replace(/[\r\n]+/g, ' ')) }))
    errors.write(`记录 ${place}，${forTime / 1_000} 秒，Ctrl-C 提前结束 / recording, Ctrl-C ends it …\n`)
    const { ended } = await listenTo(address, forTime, clock, {
      stop: signal,
      onPiece: (piece) => {
        bytes += piece.bytes.length
        write(captureText({ pieces: [piece], notes: [] }))
        const at = piece.atMs ?? 0
        if (at - toldAt < 1_000) return
        toldAt = at
        errors.write(`  ${Math.round(at / 1_000)} s  ${bytes} bytes\n`)
      },
    })
    if (ended !== null) write(`# ended: ${ended}\n`)
    errors.write(`${bytes} 字节 bytes → ${file}${ended === null ? '' : ` (${ended})`}\n`)
  } finally {
    done()
    closeSync(into)
  }
  return bytes > 0 ? 0 : 1
}

function openFile(file: string): number {
  try {
    return openSync(file, 'wx')
  } catch (error) {
    const there = (error as NodeJS.ErrnoException).code === 'EEXIST'
    throw new KitMistake(
      there
        ? `${file} 已存在，换一个文件名 / is there already: choose another name`
        : `文件写不进去 / cannot write ${file}: ${(error as Error).message}`,
    )
  }
}
