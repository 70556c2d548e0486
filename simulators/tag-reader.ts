import type { TagDialect, TagSettings } from '#dialects/reader/tag'
import { type LineFaults, SOUND, spoil } from './faults.ts'
import type { Line } from './line.ts'
import type { Random } from './random.ts'

/** A reader of tags or cards: answers what is in its field when it is asked, or tells a card as it comes. */
export interface TagReaderSimulator {
  faults: LineFaults
  hear(bytes: Uint8Array): void
  /** These tags are in its field from now on. */
  field(...tags: readonly string[]): void
  /** A card is held before a reader that speaks by itself. */
  card(digits: string): void
  /** Questions understood. */
  asked(): number
}

export function tagReaderSimulator(options: {
  readonly dialect: TagDialect
  readonly settings: TagSettings
  readonly line: Pick<Line, 'write'>
  readonly random: Random
}): TagReaderSimulator {
  const { dialect, settings, line, random } = options
  const question = dialect.ask?.(settings.unit) ?? new Uint8Array()
  let heard: Uint8Array = new Uint8Array()
  let tags: readonly string[] = []
  let asked = 0
  const say = (some: readonly string[]): void => {
    const bytes = spoil(dialect.encode(some, settings), reader.faults, random)
    if (bytes.length > 0) line.write(bytes)
  }

  const reader: TagReaderSimulator = {
    faults: SOUND,
    hear(bytes) {
      heard = Uint8Array.of(...heard, ...bytes)
      while (question.length > 0 && heard.length >= question.length) {
        const matches = question.every((byte, at) => heard[at] === byte)
        heard = heard.subarray(matches ? question.length : 1)
        if (!matches) continue
        asked += 1
        say(tags)
      }
    },
    field(...some) {
      tags = some
    },
    card: (digits) => say([digits]),
    asked: () => asked,
  }
  return reader
}
