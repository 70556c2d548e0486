import type { Epoch } from '#edge/ids'
import type { Head } from '#edge/stream'
import type { Database } from './database.ts'
import { prevIn } from './links.ts'
import { textIn } from './readable.ts'

/**
 * Records that the cloud asks for again and that are not here any more: receipted long ago, dropped since, and then the cloud was put back
 * to a backup older than what is kept (retention.ts). They cannot be sent, and the agent says so under its signature, so that the rest of
 * the epoch does not wait for them for ever. Not kept over a restart: the cloud's next receipt says the same again.
 */
export interface Gone {
  /** The cloud stands at `upto`. Where what follows is dropped: the newest record that is. Null where all it lacks is still here. */
  asked(epoch: Epoch, upto: number): Head | null
  /** The cloud stands at or behind the dropped records now. */
  answered(epoch: Epoch, upto: number): void
  /** What is to be said: up to here, of each epoch, nothing is held. */
  heads(): Head[]
}

export function goneFrom(database: Pick<Database, 'one'>): Gone {
  const asked = new Map<Epoch, Head>()
  const newestDropped = (epoch: Epoch): Head | null => {
    const first = database.one<{ seq: number; bytes: ArrayBuffer }>(
      'select seq, cast(bytes as blob) as bytes from journal where epoch = ? order by seq limit 1',
      epoch,
    )
    if (first === null || first.seq === 1) return null
    // The record that follows names it by its hash, and its own hash covers that.
    const prev = prevIn(textIn(first.bytes) ?? '')
    return prev === null ? null : { epoch, seq: first.seq - 1, hash: prev }
  }
  return {
    asked(epoch, upto) {
      const dropped = newestDropped(epoch)
      if (dropped === null || dropped.seq <= upto) return null
      asked.set(epoch, dropped)
      return dropped
    },
    answered(epoch, upto) {
      if (upto >= (asked.get(epoch)?.seq ?? Number.POSITIVE_INFINITY)) asked.delete(epoch)
    },
    heads: () => [...asked.values()],
  }
}
