import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { canonical } from '#edge/canonical'
import { type Clock, realSpan } from '#edge/clock'
import { EPOCH, HASH } from '#edge/ids'
import type { Head } from '#edge/stream'
import { milliseconds } from '#edge/units'
import { hasher } from '../keys.ts'
import type { Log } from '../log.ts'

/**
 * The second witness (DESIGN.md D3, rule R5): a small file beside the database with the newest (epoch, seq, hash). One flipped bit in
 * the write-ahead log silently takes every later record away and the file still calls itself whole; only something outside it can tell.
 */
export const MARKER_FILE = 'newest.json'

export type MarkReading =
  | { readonly kind: 'mark'; readonly head: Head }
  | { readonly kind: 'absent' }
  /** It is there and says nothing: torn or edited. */
  | { readonly kind: 'unreadable' }

export function readMark(folder: string): MarkReading {
  let text: string
  try {
    text = readFileSync(join(folder, MARKER_FILE), 'utf8')
  } catch (error) {
    return {
      kind: (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'absent' : 'unreadable',
    }
  }
  try {
    const { epoch, seq, hash, check } = JSON.parse(text) as Head & {
      check: string
    }
    const head = { epoch, seq, hash }
    const shaped = new RegExp(EPOCH).test(epoch) && Number.isSafeInteger(seq) && new RegExp(HASH).test(hash)
    return shaped && check === hasher.hash(canonical(head)) ? { kind: 'mark', head } : { kind: 'unreadable' }
  } catch {
    return { kind: 'unreadable' }
  }
}

const textOf = ({ epoch, seq, hash }: Head): string =>
  canonical({
    epoch,
    seq,
    hash,
    check: hasher.hash(canonical({ epoch, seq, hash })),
  })

/** Writes it before answering: at start and stop. Replaced by renaming, so that a power cut leaves the old one or the new one. */
export function writeMark(folder: string, head: Head): void {
  const file = join(folder, MARKER_FILE)
  const to = openSync(`${file}.new`, 'w', 0o600)
  writeSync(to, textOf(head))
  fsyncSync(to)
  closeSync(to)
  renameSync(`${file}.new`, file)
}

/** Keeps the marker no more than a second behind, off the gate path. */
export interface MarkKeeper {
  /** The head has moved. */
  moved(): void
  /** Writes the newest head and keeps no more. */
  stop(): Promise<void>
}

const BEHIND = milliseconds(500)

export function keepMark(parts: { folder: string; head: () => Head; clock: Clock; log: Log }): MarkKeeper {
  let cancel: (() => void) | null = null
  let due = false
  let writing: Promise<void> | null = null
  let stopped = false
  const writeWhileDue = async (): Promise<void> => {
    while (due) {
      due = false
      await writeMarkSlowly(parts.folder, parts.head()).catch((cause: unknown) =>
        parts.log.error({ cause }, 'the marker beside the store cannot be written'),
      )
    }
    writing = null
  }
  /** A disk slower than we are asked has one more write before it, and no queue: only the newest head is worth writing. */
  const write = (): void => {
    cancel = null
    due = true
    writing ??= writeWhileDue()
  }
  return {
    moved() {
      if (!cancel && !stopped) cancel = parts.clock.timer(realSpan(parts.clock, BEHIND), write)
    },
    async stop() {
      stopped = true
      cancel?.()
      await writing
      writeMark(parts.folder, parts.head())
    },
  }
}

async function writeMarkSlowly(folder: string, head: Head): Promise<void> {
  const file = join(folder, MARKER_FILE)
  const to = await open(`${file}.new`, 'w', 0o600)
  try {
    await to.writeFile(textOf(head))
    await to.sync()
  } finally {
    await to.close()
  }
  await rename(`${file}.new`, file)
}
