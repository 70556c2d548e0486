import type { SealedRecord } from '#edge/records'
import type { Photos } from '#edge/weighing'
import type { Kept } from './kept.ts'

/**
 * Photos of a visit that came after its weighing's ink: sealed beside that weighing, where it is still the newest of its lane, and as wanted
 * as the rest of the visit, or as its alarm. A commit of its own.
 */
export function latePhotosOn(
  { journal, lanes, evidence, stamps }: Pick<Kept, 'journal' | 'lanes' | 'evidence' | 'stamps'>,
  { lane, visit, photos }: Omit<Photos, 'weighing'>,
  alarmed: boolean,
): SealedRecord {
  return journal.commit(() => {
    const weighing = lanes.lastWeighing(lane)
    const seq = weighing?.visit === visit && weighing.epoch === journal.head().epoch ? weighing.seq : null
    const written = journal.append('photos', { lane, visit, weighing: seq, photos: [...photos] }, stamps())
    const urgency = alarmed ? 'alarm' : evidence.urgencyOf({ lane, visit })
    for (const { hash } of photos) evidence.named(hash, written.identity, urgency, { lane, visit })
    return written
  })
}
