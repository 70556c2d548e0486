import { compareEscapes, countBy } from './escapes.ts'
import { bodyOf, type EdgeFile, type EdgeRecord, type History, placeOf, seenIn } from './history.ts'
import { canonicalForm, recordIsSigned, sha256 } from './seals.ts'

/** Invariants that the edge's own disk must keep, through any number of crashes. Each answers with what breaks it. */
const NO_HASH = '0'.repeat(64)
/** Kinds that are signed one by one; the others are covered by the next signed head. */
const SIGNED: ReadonlySet<string> = new Set(['weighing', 'decision', 'alarm', 'opening', 'scale-check', 'drawn-ticket'])

/** First record of each epoch that is still on the disk. */
export function firstKept(edge: EdgeFile): Map<string, number> {
  const first = new Map<string, number>()
  for (const { epoch, seq } of edge.records) first.set(epoch, Math.min(first.get(epoch) ?? seq, seq))
  return first
}

/** I1: what was said to be safe is there, with the very bytes; what was said to have failed is not. */
export function acknowledgedIsThere(edge: EdgeFile, history: History): string[] {
  const there = new Map(edge.records.map((record) => [placeOf(record), record.hash]))
  const first = firstKept(edge)
  const receipted = new Map(edge.epochs.map(({ epoch, receiptedUpto }) => [epoch, receiptedUpto]))
  const visits = new Set(edge.records.filter(({ kind }) => kind === 'weighing').map((record) => bodyOf(record).visit))
  const wrong: string[] = []
  const asked = new Map<string, number>()
  for (const seen of seenIn(history)) {
    if (seen.event === 'invoked' && seen.load) asked.set(seen.op, seen.load.visit)
    if (seen.event === 'failed' && visits.has(asked.get(seen.op))) wrong.push(`${seen.op} failed and is on the disk all the same`)
    if (seen.event !== 'acknowledged') continue
    for (const said of seen.records) {
      const hash = there.get(placeOf(said))
      if (hash === said.hash) continue
      const dropped = said.seq < (first.get(said.epoch) ?? 0) && said.seq <= (receipted.get(said.epoch) ?? 0)
      if (hash === undefined && dropped) continue
      wrong.push(`${said.epoch}/${said.seq} (${said.kind}) was acknowledged and ${hash === undefined ? 'is gone' : 'has other bytes'}`)
    }
  }
  return wrong
}

/** R6: once the disk is in doubt nothing more is called safe by that process, and no relay moves. A failed sync is never retried. */
export function doubtIsTheEnd(_edge: EdgeFile, history: History): string[] {
  return history.logs.flatMap((log) => {
    const first = log.findIndex(({ event }) => event === 'doubted')
    if (first < 0) return []
    return log.slice(first).flatMap((seen) => {
      if (seen.event === 'acknowledged') return [`${seen.op} was acknowledged by a store in doubt`]
      return seen.event === 'pulse' ? [`a pulse at ${seen.lane} ${seen.gate} by a store in doubt`] : []
    })
  })
}

/** I6: only a receipt marks a record as delivered, and only delivered records are dropped. */
export function onlyReceiptsDeliver(edge: EdgeFile, history: History): string[] {
  const heard = new Map<string, number>()
  for (const seen of seenIn(history)) if (seen.event === 'receipt') heard.set(seen.epoch, Math.max(heard.get(seen.epoch) ?? 0, seen.upto))
  const first = firstKept(edge)
  return edge.epochs.flatMap(({ epoch, receiptedUpto }) => {
    const upto = heard.get(epoch) ?? 0
    const gone = (first.get(epoch) ?? 1) - 1
    return [
      ...(receiptedUpto > upto ? [`${epoch} calls ${receiptedUpto} delivered, receipts reached ${upto}`] : []),
      ...(gone > upto ? [`${epoch} dropped up to ${gone}, receipts reached ${upto}`] : []),
    ]
  })
}

/** I7: the chain holds link by link, every byte is in its hash and in its one form, every signature is its agent's. */
export function ledgerVerifies(edge: EdgeFile, history: History): string[] {
  const wrong: string[] = []
  const brokenFrom = new Map(edge.epochs.map(({ epoch, brokenFrom: from }) => [epoch, from]))
  const hashes = new Map(edge.records.map((record) => [placeOf(record), record.hash]))
  let before: EdgeRecord | null = null
  for (const record of edge.records) {
    const follows: EdgeRecord | null = before?.epoch === record.epoch ? before : null
    before = record
    const known = brokenFrom.get(record.epoch)
    if (known !== null && known !== undefined && record.seq >= known) continue
    const why = whyNot(record, follows, history, hashes)
    if (why !== null) wrong.push(`${record.epoch}/${record.seq} (${record.kind}): ${why}`)
  }
  for (const seen of seenIn(history)) {
    if (seen.event !== 'head' || seen.seq === 0) continue
    const hash = hashes.get(placeOf(seen))
    if (hash !== undefined && hash !== seen.hash) wrong.push(`${seen.epoch}/${seen.seq}: the head said to the world had other bytes`)
  }
  return wrong
}

interface Envelope {
  readonly epoch?: unknown
  readonly seq?: unknown
  readonly prev?: unknown
  readonly kind?: unknown
  readonly key?: unknown
  readonly body?: { readonly before?: { readonly epoch: string; readonly seq: number } | null; readonly beforeHash?: unknown }
}

function whyNot(record: EdgeRecord, follows: EdgeRecord | null, { keys }: History, hashes: ReadonlyMap<string, string>): string | null {
  const { bytes, hash, seq, epoch, kind, signature } = record
  if (sha256(bytes) !== hash) return 'its bytes do not have its hash'
  if (canonicalForm(bytes) !== bytes) return 'its bytes are not the one form of what they say'
  const said = JSON.parse(bytes) as Envelope
  if (said.epoch !== epoch || said.seq !== seq || said.kind !== kind) return 'it lies in a place that is not its own'
  if (follows && seq !== follows.seq + 1) return `a gap after ${follows.seq}`
  if (follows && said.prev !== follows.hash) return 'it is not linked to the record before it'
  if (seq === 1 && (said.prev !== NO_HASH || kind !== 'opening')) return 'an epoch begins with an opening that follows nothing'
  const earlier = kind === 'opening' ? said.body?.before : null
  const beforeHash = earlier ? hashes.get(placeOf(earlier)) : undefined
  // Where the earlier record was lost there is nothing to compare with: that is what the opening tells.
  if (beforeHash !== undefined && beforeHash !== said.body?.beforeHash) return 'it names another head of the epoch before'
  if (!SIGNED.has(kind)) return null
  if (signature === null) return 'it is not signed'
  return typeof said.key === 'string' && recordIsSigned(keys, said.key, hash, signature) ? null : 'its signature is nobody’s'
}

/** I8: no relay moved without a token whose ink was dry before; an exit's token rests on a record that decides. */
export function pulsesAreDecided(edge: EdgeFile, history: History): string[] {
  const wrong: string[] = []
  const tokens = new Map(edge.tokens.map((token) => [token.token, token]))
  const minted = countBy(edge.tokens.map(({ lane, gate }) => `${lane} ${gate}`))
  const moved: string[] = []
  for (const log of history.logs) {
    const dry = new Set<string>()
    for (const seen of log) {
      if (seen.event === 'acknowledged') for (const token of seen.tokens) dry.add(token)
      if (seen.event !== 'pulse') continue
      moved.push(`${seen.lane} ${seen.gate}`)
      if (seen.token === undefined) continue
      if (!tokens.has(seen.token)) wrong.push(`a pulse at ${seen.lane} ${seen.gate} on token ${seen.token}, which the store does not have`)
      if (!dry.has(seen.token)) wrong.push(`a pulse on token ${seen.token} before its ink was dry`)
    }
  }
  for (const [gate, pulses] of countBy(moved))
    if (pulses > (minted.get(gate) ?? 0)) wrong.push(`${pulses} pulses at ${gate}, ${minted.get(gate) ?? 0} decisions on the disk`)
  const there = new Set(edge.records.filter(({ kind }) => kind === 'weighing' || kind === 'decision').map(placeOf))
  const first = firstKept(edge)
  for (const { token, epoch, seq, gate } of edge.tokens) {
    if (seq === null || seq < (first.get(epoch) ?? 0)) continue
    if (!there.has(placeOf({ epoch, seq }))) wrong.push(`token ${token} (${gate}) rests on ${epoch}/${seq}, which decides nothing`)
  }
  return wrong
}

/** I9: a token is pulsed at most once, through any number of crashes. */
export function oncePerToken(_edge: EdgeFile, history: History): string[] {
  const pulsed = [...seenIn(history)].flatMap((seen) => (seen.event === 'pulse' && seen.token !== undefined ? [seen.token] : []))
  return [...countBy(pulsed)].flatMap(([token, times]) => (times > 1 ? [`token ${token} was pulsed ${times} times`] : []))
}

/** I11, the edge's half: each escape of the plant is one alarm record, and no alarm tells of an escape that never was. */
export function escapesAreAlarmed(edge: EdgeFile, history: History): string[] {
  const raised = edge.records.filter(({ kind }) => kind === 'alarm').map(bodyOf)
  return compareEscapes(
    raised.filter(({ kind }) => kind === 'escape').map(({ occurrence }) => String(occurrence)),
    history,
    'on the edge',
  )
}

/** I16: what was taken from the disk is told by an alarm. */
export function doubtIsTold(edge: EdgeFile, history: History): string[] {
  const harmed = [...seenIn(history)].flatMap((seen) => (seen.event === 'harmed' ? [seen.how] : []))
  const told = edge.records.filter((record) => record.kind === 'alarm' && ['store', 'conflict'].includes(String(bodyOf(record).kind)))
  return harmed.length > 0 && told.length === 0 ? [`nothing on the edge tells of: ${harmed.join(', ')}`] : []
}
