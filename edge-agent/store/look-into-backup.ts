import { type AgentId, type Epoch, parseIdentity, type SiteId } from '#edge/ids'
import { emptyHead, type Head } from '#edge/stream'
import { EdgeError } from '../errors.ts'
import { beginningOf, type Seals, walk } from './chain.ts'
import { openCopy } from './open-copy.ts'
import { textOrMarks, unreadableText } from './readable.ts'

/** What is in a backup, every record of it verified. */
export interface BackupContents {
  readonly site: SiteId
  readonly agent: AgentId
  readonly records: number
  readonly epochs: number
  /** The highest number an epoch in it has. */
  readonly newestEpoch: number
  readonly head: Head
  readonly newestAt: string
}

interface EpochRow {
  readonly number: number
  readonly epoch: Epoch
  readonly upto: number
  readonly hash: string
  readonly broken: number | null
}
type Newest = Record<'bytes' | 'at', ArrayBuffer>

const PAGE = 1_000

/**
 * Reads a backup from end to end: SQLite's own structure, and each link of each epoch. A backup nobody has read is a hope. Throws EdgeError
 * 'store-broken' with the place where it is not whole; what was known to be broken when it was made does not count. A million records take
 * most of a minute: `onVerified` hears how many have been.
 */
export function lookIntoBackup(file: string, seals: Seals, onVerified: (records: number) => void = () => {}): BackupContents {
  const copy = openCopy(file)
  const wrong = (why: string, more: Readonly<Record<string, unknown>> = {}): EdgeError =>
    new EdgeError('store-broken', { file, why, ...more })
  try {
    const check = copy.one<{ said: ArrayBuffer }>('select cast(quick_check as blob) as said from pragma_quick_check limit 1')
    const said = check ? textOrMarks(check.said) : 'unreadable'
    if (said !== 'ok') throw wrong(`SQLite finds it damaged: ${said}`)
    // Texts of the small tables are read as texts only where they are some (readable.ts).
    const unreadable = unreadableText(copy)
    if (unreadable) throw wrong('text in it is no text any more', { ...unreadable })
    const epochs = copy.all<EpochRow>(
      'select number, epoch, receipted_upto as upto, receipted_hash as hash, broken_from as broken from epoch order by number',
    )
    let records = 0
    let head: Head | null = null
    for (const { epoch, upto, hash, broken } of epochs) {
      let at = beginningOf(copy, { epoch, receipted: { upto, hash } })
      const from = at.seq
      for (const last = (broken ?? Number.MAX_SAFE_INTEGER) - 1; at.seq < last; ) {
        const walked = walk(copy, at, Math.min(PAGE, last - at.seq), seals)
        at = walked.good
        onVerified(records + at.seq - from)
        if (walked.brokenAt !== null) throw wrong('a record in it is not what was written', { epoch, seq: walked.brokenAt })
        if (walked.end) break
      }
      records += at.seq - from
      head = at
    }
    const newest =
      head &&
      copy.one<Newest>(
        'select cast(bytes as blob) as bytes, cast(at as blob) as at from journal where epoch = ? and seq = ?',
        head.epoch,
        head.seq,
      )
    const last = epochs.at(-1)
    const whose = newest && ownerIn(textOrMarks(newest.bytes))
    if (!newest || !last || !whose) throw wrong('it holds no record')
    const newestAt = textOrMarks(newest.at)
    return { ...whose, records, epochs: epochs.length, newestEpoch: last.number, head: head ?? emptyHead(last.epoch), newestAt }
  } finally {
    copy.close()
  }
}

function ownerIn(bytes: string): Pick<BackupContents, 'site' | 'agent'> | null {
  const { site, agent, epoch, seq } = JSON.parse(bytes) as Readonly<Record<string, unknown>>
  const identity = parseIdentity(`${site}.${agent}.${epoch}.${seq}`)
  return identity && { site: identity.site, agent: identity.agent }
}
