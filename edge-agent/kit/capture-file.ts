import { readFileSync, statSync } from 'node:fs'
import { type Capture, readCapture } from '#dialects/capture'
import { KitMistake } from './kit-mistake.ts'

/** An hour at 115,200 baud, written as text, is shorter. */
const LONGEST_FILE = 160 * 1_024 * 1_024

/** Reads a capture; a KitMistake names what is wrong with the file. */
export function openCapture(file: string): Capture {
  try {
    if (statSync(file).size > LONGEST_FILE) throw new Error(`longer than ${LONGEST_FILE / 1_024 / 1_024} MB; cut it`)
    const capture = readCapture(readFileSync(file))
    if (capture.pieces.length === 0) throw new Error('no bytes in it')
    return capture
  } catch (error) {
    throw new KitMistake(`录音文件无法读取 / cannot read the capture ${file}: ${(error as Error).message}`)
  }
}
