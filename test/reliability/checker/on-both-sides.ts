import { compareEscapes, countBy } from './escapes.ts'
import { bodyOf, type CloudTables, type EdgeFile, type History, placeOf, seenIn } from './history.ts'
import type { Load } from './observations.ts'
import { firstKept } from './on-the-edge.ts'

/** Invariants between edge and cloud, after everything has healed and drained. Each answers with what breaks it. */
type Check = (edge: EdgeFile, cloud: CloudTables, history: History) => string[]

/** I2: both sides hold the same set, hash for hash; what was no record is kept verbatim; nothing contradicts. */
export const sameOnBothSides: Check = (edge, cloud, history) => {
  const first = firstKept(edge)
  const brokenFrom = new Map(edge.epochs.map(({ epoch, brokenFrom: from }) => [epoch, from ?? Number.POSITIVE_INFINITY]))
  const here = new Map(edge.records.filter(({ epoch, seq }) => seq < (brokenFrom.get(epoch) ?? 0)).map((one) => [placeOf(one), one.hash]))
  const there = new Map(cloud.ledger.map((one) => [placeOf(one), one.hash]))
  const quarantined = new Set(cloud.quarantined)
  const restored = [...seenIn(history)].some(({ event }) => event === 'restored')
  return [
    ...[...here].flatMap(([place, hash]) => {
      const other = there.get(place)
      return other === hash ? [] : [other === undefined ? `${place} is on the edge only` : `${place} has other bytes in the cloud`]
    }),
    ...cloud.ledger.flatMap(({ epoch, seq }) => {
      const dropped = seq < (first.get(epoch) ?? 0)
      return dropped || here.has(placeOf({ epoch, seq })) ? [] : [`${epoch} ${seq} is in the cloud only`]
    }),
    ...[...seenIn(history)].flatMap((seen) =>
      seen.event === 'poison' && !quarantined.has(seen.sha256) ? [`poison ${seen.sha256.slice(0, 12)}… is not in quarantine`] : [],
    ),
    ...(cloud.conflicts > 0 && !restored ? [`the cloud keeps ${cloud.conflicts} conflicts and nobody put anything back`] : []),
  ]
}

/** I3: no identity twice; every load once, with its true weight, on the disk, in the ledger and in the list; the sums agree to the kilogram. */
export const countedOnce: Check = (edge, cloud, history) => {
  const wrong = [
    ...twice(cloud.ledger.map(placeOf), 'in the ledger'),
    ...twice(cloud.weighings.map(placeOf), 'in the list of weighings'),
    ...twice(edge.records.map(placeOf), 'on the edge'),
  ]
  const truth = new Map<number, Load>()
  for (const seen of seenIn(history)) if (seen.event === 'invoked' && seen.load) truth.set(seen.load.visit, seen.load)
  const listed = new Map(cloud.weighings.map((row) => [placeOf(row), row.netKg]))
  let inLedger = 0
  const visits: string[] = []
  for (const record of cloud.ledger) {
    if (record.kind !== 'weighing') continue
    const { visit, netKg } = bodyOf(record) as { visit?: number; netKg?: number | null }
    inLedger += netKg ?? 0
    visits.push(String(visit))
    if (!listed.has(placeOf(record))) wrong.push(`weighing ${placeOf(record)} is not in the list`)
    else if (listed.get(placeOf(record)) !== netKg) wrong.push(`weighing ${placeOf(record)} is listed with another net weight`)
    const load = truth.get(visit ?? 0)
    if (load && load.netKg !== netKg) wrong.push(`visit ${visit} weighed ${load.netKg} kg and stands in the ledger with ${netKg}`)
  }
  wrong.push(...twice(visits, 'weighed'))
  const inList = cloud.weighings.reduce((sum, { netKg }) => sum + (netKg ?? 0), 0)
  if (inList !== inLedger) wrong.push(`the list sums up to ${inList} kg, the ledger to ${inLedger}`)
  return wrong
}
const twice = (names: readonly string[], where: string): string[] =>
  [...countBy(names)].flatMap(([name, times]) => (times > 1 ? [`${name} is ${times} times ${where}`] : []))

/** I4: each epoch in the cloud runs from 1 without a hole up to the last head its agent ever showed. */
export const noGap: Check = (_edge, cloud, history) => {
  const top = new Map<string, number>()
  const wrong: string[] = []
  for (const { epoch, seq } of [...cloud.ledger].sort((a, b) => (a.epoch === b.epoch ? a.seq - b.seq : a.epoch < b.epoch ? -1 : 1))) {
    const before = top.get(epoch) ?? 0
    if (seq > before + 1) wrong.push(`${epoch}: nothing between ${before} and ${seq}`)
    top.set(epoch, seq)
  }
  for (const seen of seenIn(history))
    if (seen.event === 'head' && seen.seq > (top.get(seen.epoch) ?? 0)) {
      wrong.push(`${seen.epoch}: its agent stood at ${seen.seq}, the cloud at ${top.get(seen.epoch) ?? 0}`)
      top.set(seen.epoch, seen.seq)
    }
  return wrong
}

/** I5: a receipt names what was committed when it was sent, never more than the edge has, and never goes back by itself. */
export const receiptsAreTrue: Check = (edge, _cloud, history) => {
  const hashes = new Map(edge.records.map((record) => [placeOf(record), record.hash]))
  const top = new Map<string, number>()
  for (const { epoch, seq } of edge.records) top.set(epoch, Math.max(top.get(epoch) ?? 0, seq))
  const wrong: string[] = []
  for (const log of history.logs) {
    const before = new Map<string, number>()
    for (const seen of log) {
      if (seen.event === 'restored') before.clear()
      if (seen.event !== 'receipt') continue
      const { epoch, upto, hash, stored } = seen
      if (stored < upto) wrong.push(`${epoch}: a receipt up to ${upto} while ${stored} were committed`)
      if (upto > (top.get(epoch) ?? 0)) wrong.push(`${epoch}: a receipt up to ${upto}, the edge has ${top.get(epoch) ?? 0}`)
      const ours = hashes.get(placeOf({ epoch, seq: upto }))
      if (ours !== undefined && ours !== hash) wrong.push(`${epoch}: the receipt up to ${upto} is for other bytes`)
      if (upto < (before.get(epoch) ?? 0)) wrong.push(`${epoch}: receipts went back from ${before.get(epoch)} to ${upto}`)
      before.set(epoch, upto)
    }
  }
  return wrong
}

/** I11: each escape of the plant is one alarm that somebody in the cloud sees. */
export const escapesAreShown: Check = (_edge, cloud, history) =>
  compareEscapes(
    cloud.alarms.filter(({ kind }) => kind === 'escape').map(({ occurrence }) => occurrence),
    history,
    'in the cloud',
  )
