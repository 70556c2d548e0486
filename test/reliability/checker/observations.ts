import { closeSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/**
 * What was seen from outside while the system was tried: one JSON line per event, one file per process that watches. The lines of a
 * file stand in the order in which things happened to that process; nothing here is ever ordered by a clock.
 */
export type Seen =
  /** The plant asks for something. Without a later `acknowledged` or `failed` its outcome is unknown, and both are allowed. */
  | { readonly event: 'invoked'; readonly op: string; readonly load?: Load; readonly escape?: string }
  | { readonly event: 'acknowledged'; readonly op: string; readonly records: readonly Said[]; readonly tokens: readonly string[] }
  | { readonly event: 'failed'; readonly op: string; readonly why: string }
  /** The store says that its disk is in doubt: whether this was written nobody knows, and nothing after it may be called safe. */
  | { readonly event: 'doubted'; readonly op: string; readonly why: string }
  /** A relay moved. Its token where the plant knows it. */
  | { readonly event: 'pulse'; readonly lane: string; readonly gate: string; readonly token?: string }
  /** The agent said where it stands, to the world. */
  | { readonly event: 'head'; readonly epoch: string; readonly seq: number; readonly hash: string }
  /** The cloud said what it has; `stored` is how many of those the ledger held when it was asked right after. */
  | { readonly event: 'receipt'; readonly epoch: string; readonly upto: number; readonly hash: string; readonly stored: number }
  /** Bytes were put on the wire that are no record, in a place of their own. */
  | { readonly event: 'poison'; readonly sha256: string }
  /** Somebody put one side back to an older state on purpose. */
  | { readonly event: 'restored'; readonly side: 'edge' | 'cloud' }
  /** Something was taken from the edge's disk that an alarm must tell of. */
  | { readonly event: 'harmed'; readonly how: string }

/** A truck's load as it truly is. */
export interface Load {
  readonly visit: number
  readonly netKg: number
}
/** A record as its writer was told that it is safe. */
export interface Said {
  readonly epoch: string
  readonly seq: number
  readonly hash: string
  readonly kind: string
}

export interface Observer {
  see(event: Seen): void
  close(): void
}

/** Writes each event before it answers, with one system call, so that the death of this process loses none that was told. */
export function observeInto(folder: string): Observer {
  const file = openSync(join(folder, `seen-${process.pid}-${process.hrtime.bigint()}.jsonl`), 'a')
  return {
    see: (event) => void writeSync(file, `${JSON.stringify(event)}\n`),
    close: () => closeSync(file),
  }
}

/** All logs of a folder. A last line cut short by the death of its writer is left out; any other unreadable line throws. */
export function readObservations(folder: string): Seen[][] {
  return readdirSync(folder)
    .filter((name) => name.startsWith('seen-'))
    .sort()
    .map((name) => readLog(join(folder, name)))
}

function readLog(file: string): Seen[] {
  const lines = readFileSync(file, 'utf8').split('\n')
  // What follows the last line feed is nothing, or what its writer could not finish.
  lines.pop()
  return lines.map((line, at) => {
    try {
      return JSON.parse(line) as Seen
    } catch (cause) {
      throw new Error(`${file}, line ${at + 1}: this is no observation`, { cause })
    }
  })
}
