import { plainLines } from '#dialects/printer/plain-lines'
import { type Clock, realSpan } from '#edge/clock'
import type { Identity, LaneId } from '#edge/ids'
import type { LedgerRecord, SealedRecord } from '#edge/records'
import type { Signer } from '#edge/seal'
import { type SlipParts, slipRows } from '#edge/slip'
import { recordOfSlip, slipNumber } from '#edge/slip-check'
import { encodeSlipQr } from '#edge/slip-qr'
import { milliseconds, toIso } from '#edge/units'
import type { SlipOccasion } from './config/printer.ts'
import type { Printed, Printer } from './devices/printer.ts'
import { reasonOf } from './errors.ts'
import type { Log } from './log.ts'
import type { Store } from './store/store.ts'

/** A lane as its slips name it, and where they come out. */
export interface SlipLane {
  readonly name: string
  readonly printer: Printer | null
  readonly prints: readonly SlipOccasion[]
  readonly copies: number
  readonly title: string | null
}

export type SlipOutcome =
  | { readonly kind: Printed; readonly number: string; readonly reprint: number }
  /** It has been printed before and nobody asked for a reprint. */
  | { readonly kind: 'already-printed'; readonly number: string; readonly times: number }
  | { readonly kind: 'no-record' | 'not-a-weighing' | 'no-printer' }
  | { readonly kind: 'waiting'; readonly number: string; readonly why: string }

export interface Slips {
  /** Records that have just become durable: the slips of released weighings are printed. Returns at once. */
  released(records: readonly SealedRecord[]): void
  print(id: string, reprint: boolean): Promise<SlipOutcome>
  /** The slip as plain text, as it would come out now; needs no printer and counts nothing. */
  preview(id: string): SlipPreview
}

export type SlipPreview = { readonly kind: 'text'; readonly lines: readonly string[] } | { readonly kind: 'no-record' | 'not-a-weighing' }

export interface SlipsParts {
  readonly site: string
  readonly store: Pick<Store, 'record' | 'linesFrom' | 'book' | 'slips'>
  readonly signer: Signer
  readonly clock: Clock
  readonly log: Log
  lane(lane: LaneId): SlipLane | null
}

/** Records after a weighing among which a person's release of it is looked for: the visit's own. */
const RELEASE_WITHIN = 40
/** Somebody at the counter is told after this that the slip waits, and for what. */
const TELL_AFTER = milliseconds(15_000)

/**
 * 磅单 on paper. The number of a slip is its record's, so nothing is counted but how often a slip came out: from the second time on it
 * says 补打 / REPRINT. Printing is no part of the lane's step: it begins after the ink is dry and in a turn of its own.
 */
export function slips(parts: SlipsParts): Slips {
  const { store, clock, log } = parts
  const under = new Set<string>()

  async function print(weighing: Weighing, reprint: boolean): Promise<SlipOutcome> {
    const { record, sealed } = weighing
    const lane = parts.lane(record.body.lane)
    const number = slipNumber(record)
    const times = store.slips.printed(record)
    if (!lane?.printer) return { kind: 'no-printer' }
    if (times > 0 && !reprint) return { kind: 'already-printed', number, times }
    if (under.has(number)) return { kind: 'waiting', number, why: lane.printer.state().detail }
    under.add(number)
    const slip = slipOf(parts, { record, sealed }, { lane, reprint: times })
    const done = lane.printer.print(slipRows(slip, 'zh'), times > 0 ? 1 : lane.copies).then((printed): SlipOutcome => {
      under.delete(number)
      if (printed !== 'not-printed') store.slips.add(record)
      log.info({ number, reprint: times, printed }, 'slip')
      return { kind: printed, number, reprint: times }
    })
    let cancel = (): void => {}
    const late = new Promise<SlipOutcome>((tell) => {
      cancel = clock.timer(realSpan(clock, TELL_AFTER), () => tell({ kind: 'waiting', number, why: lane.printer?.state().detail ?? '' }))
    })
    return Promise.race([done, late]).finally(() => cancel())
  }

  async function printReleased(records: readonly SealedRecord[]): Promise<void> {
    for (const { weighing, occasion } of releasedIn(store, records))
      if (parts.lane(weighing.record.body.lane)?.prints.includes(occasion)) await print(weighing, false)
  }

  return {
    released(records) {
      const telling = records.filter(({ kind }) => kind === 'weighing' || kind === 'decision')
      if (telling.length === 0) return
      // In a turn of its own: this one belongs to the gate.
      clock.timer(milliseconds(0), () => {
        printReleased(telling).catch((error: unknown) => log.error({ reason: reasonOf(error) }, 'a slip could not be made'))
      })
    },
    async print(id, reprint) {
      const found = findWeighing(parts, id)
      return 'kind' in found ? found : print(found, reprint)
    },
    preview: (id) => previewOf(parts, id),
  }
}

const PREVIEW_COLUMNS = 64

/** The slip as plain text, with the content of its QR code below it. */
export function previewOf(parts: Omit<SlipsParts, 'log'>, id: string): SlipPreview {
  const found = findWeighing(parts, id)
  if ('kind' in found) return found
  const lane = parts.lane(found.record.body.lane) ?? { name: found.record.body.lane, title: null }
  const slip = slipOf(parts, found, { lane, reprint: parts.store.slips.printed(found.record) })
  return { kind: 'text', lines: [...plainLines(slipRows(slip, 'zh'), PREVIEW_COLUMNS), '', slip.qr] }
}

/** A weighing as it stands in the ledger. */
export interface Weighing {
  readonly record: LedgerRecord<'weighing'>
  readonly sealed: SealedRecord
}

/** By a slip's number or a record's identity. */
export function findWeighing(
  { store, site }: Pick<SlipsParts, 'site'> & { readonly store: Pick<Store, 'record'> },
  id: string,
): Weighing | { readonly kind: 'no-record' | 'not-a-weighing' } {
  const identity = recordOfSlip(id, site)
  const sealed = identity && store.record(identity)
  if (!sealed) return { kind: 'no-record' }
  return weighingOf(sealed) ?? { kind: 'not-a-weighing' }
}

/** All that is on the slip of a weighing. */
export function slipOf(
  { store, signer, clock }: Pick<SlipsParts, 'signer' | 'clock'> & { readonly store: Pick<Store, 'linesFrom' | 'book'> },
  { record, sealed }: Weighing,
  { lane, reprint }: { readonly lane: Pick<SlipLane, 'name' | 'title'>; readonly reprint: number },
): SlipParts {
  const { body } = record
  const { plate } = body.vehicle
  const said = { plate, ticket: body.ticket, weightKg: body.weightKg, netKg: body.netKg, weighedAt: body.weighedAt }
  return {
    record,
    hash: sealed.hash,
    laneName: lane.name,
    ticket: body.ticket === null ? null : (store.book.get(body.ticket)?.ticket ?? null),
    releasedBy: releaserOf(store, record),
    qr: encodeSlipQr({ record: sealed.identity, hash: sealed.hash, ...said }, signer),
    reprint,
    printedAt: toIso(clock.now()),
    title: lane.title,
  }
}

/** The weighings these records let go: an open verdict, or a person's release. */
function releasedIn(store: Pick<Store, 'record'>, records: readonly SealedRecord[]): { weighing: Weighing; occasion: SlipOccasion }[] {
  return records.flatMap((sealed) => {
    const weighing = sealed.kind === 'weighing' ? weighingOf(sealed) : sealed.kind === 'decision' ? decidedIn(store, sealed) : null
    if (!weighing || (sealed.kind === 'weighing' && weighing.record.body.verdict !== 'open')) return []
    const { kind, pass } = weighing.record.body
    return [{ weighing, occasion: pass === 'coal' && kind !== 'check' ? kind : 'other' }]
  })
}

function decidedIn(store: Pick<Store, 'record'>, sealed: SealedRecord): Weighing | null {
  const { body } = JSON.parse(sealed.bytes) as LedgerRecord<'decision'>
  if (body.act !== 'release' || body.weighing === null) return null
  const weighing = store.record({ ...sealed.identity, seq: body.weighing })
  return weighing && weighingOf(weighing)
}

const weighingOf = (sealed: SealedRecord): Weighing | null =>
  sealed.kind === 'weighing' ? { sealed, record: JSON.parse(sealed.bytes) as LedgerRecord<'weighing'> } : null

/** Who released it by a decision of its own visit, or null. */
function releaserOf(store: Pick<Store, 'linesFrom'>, { epoch, seq }: Pick<Identity, 'epoch' | 'seq'>): string | null {
  for (const { bytes } of store.linesFrom(epoch, seq + 1, RELEASE_WITHIN)) {
    const record = JSON.parse(bytes) as LedgerRecord
    if (record.kind !== 'decision') continue
    const { weighing, act, operator } = (record as LedgerRecord<'decision'>).body
    if (weighing === seq && act === 'release') return operator
  }
  return null
}
