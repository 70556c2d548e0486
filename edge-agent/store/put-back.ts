import type { Receipt } from '#edge/stream'
import type { Log } from '../log.ts'
import { alarmOf } from './alarms.ts'
import type { Kept } from './kept.ts'
import { type EpochParts, openEpoch } from './open-epoch.ts'
import type { ReceiptReading } from './receipts.ts'

/**
 * Takes receipts. One that tells of records this store does not have, or has otherwise, says that it was put back to an older state: a new
 * epoch begins, what differs is shown to the cloud as contested, all orders are asked for again, and `conflict` is raised.
 */
export function receiptTaker(
  parts: EpochParts & Pick<Kept, 'receipts' | 'contested' | 'alarms'> & { readonly log: Log },
): (receipt: Receipt) => ReceiptReading {
  const { journal, epochs, receipts, contested, orders, alarms, stamps, log } = parts
  const putBack = (receipt: Receipt, { why, from }: Extract<ReceiptReading, { kind: 'rollback' }>): void => {
    const { epoch, upto } = receipt
    const before = journal.headOf(epoch)
    log.error({ epoch, cloud: upto, here: before.seq, why }, 'the cloud holds records that this store does not: it was put back')
    journal.commit(() => {
      epochs.brokenFrom(epoch, from)
      contested.note(epoch, from)
      if (epoch === journal.head().epoch) openEpoch('rollback', before, parts)
      orders.startOver()
      alarms.raise(alarmOf('conflict', `records/${epoch}/${from}`, { why, epoch, cloudSeq: upto, edgeSeq: before.seq }), stamps())
    })
  }
  return (receipt) => {
    const reading = receipts.read(receipt)
    if (reading.kind === 'rollback') putBack(receipt, reading)
    return reading
  }
}
