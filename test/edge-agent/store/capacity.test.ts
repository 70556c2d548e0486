import { statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { finding } from '#edge/findings'
import type { Epoch } from '#edge/ids'
import type { Plate } from '#edge/plate'
import { Kilograms } from '#edge/units'
import type { WeighingDraft } from '#edge/weighing'
import { hasher } from '../../../edge-agent/keys.ts'
import { DATABASE_FILE, openDatabase } from '../../../edge-agent/store/database.ts'
import type { Store } from '../../../edge-agent/store/store.ts'
import { aRig, aState, aTicketNumber, aWeighing, LANE } from './store-rig.ts'

/** What ninety days without a cloud take: 3,000 weighings a day and a million records besides (gates, passages, alarms). */
const WEIGHINGS = 90 * 3_000
const EVENTS = 1_000_000
const AT_MOST = 2_000_000_000

const at = (seconds: number): string => new Date(Date.UTC(2026, 10, 21) + seconds * 1_000).toISOString()
const plateOf = (visit: number): Plate => `陕K${String(10_000 + (visit % 900)).slice(-5)}` as Plate

/** As a day at a four-lane mine has them: 2,215 bytes in the mean of 2,167 weighings, 2,838 at most. */
const USUAL = { least: 2_215, most: 2_838 }
function usual(visit: number): WeighingDraft {
  const note = { ...finding('net-over-planned', { netKg: 33_980, plannedNetKg: 32_000, toleranceKg: 140 }), mode: 'warn' as const }
  return aWeighing({
    visit,
    weighedAt: at(visit * 30),
    ticket: aTicketNumber(visit),
    tare: { kg: Kilograms(15_640), epoch: '1-9f3a2b4c' as Epoch, seq: visit, at: at(visit * 30 - 3_600) },
    netKg: Kilograms(32_980),
    vehicle: { plate: plateOf(visit), colour: 'yellow', trailer: '陕KA123挂' as Plate, match: 'same' },
    sensors: Array.from({ length: 12 }, (_, n) => [n * 250 - 10_000, 'entry-loop', n % 2 === 0]),
    sightings: Array.from({ length: 4 }, (_, n) => ({
      camera: n % 2 === 0 ? 'front' : 'rear',
      at: at(visit * 30 - n),
      plate: plateOf(visit),
      raw: plateOf(visit),
      colour: 'yellow',
      confidence: 90 + n,
    })),
    findings: [note, note],
  })
}

function visitOf(store: Store, visit: number): void {
  const stamps = store.stamps()
  const base = { lane: LANE, state: aState(visit), useTickets: [], tape: null, photos: [], stamps }
  const opened = store.ink({ ...base, records: [], gates: [{ kind: 'gate', gate: 'entry', move: 'open', why: 'arrived' }] })
  const weighed = store.ink({
    ...base,
    records: [{ kind: 'weighing', body: usual(visit) }],
    gates: [{ kind: 'gate', gate: 'exit', move: 'open', why: 'released' }],
    tape: `tape ${visit}`,
    photos: ['front', 'rear'].map((side) => hasher.hash(`${side} ${visit}`)),
    cameras: ['front', 'rear'],
  })
  for (const token of [...Object.values(opened.tokens), ...Object.values(weighed.tokens)])
    store.gateAnswered({ lane: LANE, token, outcome: 'accepted', detail: '' })
  const passage = {
    lane: LANE,
    passage: visit,
    visit,
    plate: plateOf(visit),
    ticket: aTicketNumber(visit),
    zeroAfterKg: Kilograms(0),
    findings: [],
  }
  store.ink({ ...base, records: [{ kind: 'passage', body: passage, free: true }], gates: [] })
  if (visit % 10 < 7)
    store.raise({
      kind: 'weight-curve',
      severity: 'high',
      lane: LANE,
      occurrence: `north/visit-${visit}`,
      facts: { plate: plateOf(visit), form: 'rolling-on' },
    })
}

const VISITS = 120
it('ninety days without a cloud fit on two gigabytes, tapes and photos apart', { timeout: 120_000 }, async () => {
  const rig = aRig()
  const store = rig.open()
  for (let visit = 1; visit <= VISITS; visit += 1) visitOf(store, visit)
  const { epoch, seq } = store.head()
  const lengths = { weighing: [] as number[], event: [] as number[] }
  for (const { bytes } of store.linesFrom(epoch, 2, seq)) {
    const kind = (JSON.parse(bytes) as { kind: string }).kind === 'weighing' ? 'weighing' : 'event'
    lengths[kind].push(Buffer.byteLength(bytes))
  }
  const mean = (of: readonly number[]): number => of.reduce((sum, one) => sum + one, 0) / of.length
  expect(lengths.weighing.length).toBe(VISITS)
  expect(mean(lengths.weighing)).toBeGreaterThan(USUAL.least)
  expect(Math.max(...lengths.weighing)).toBeLessThan(USUAL.most)
  await store.close()

  const file = join(rig.parts.folder, DATABASE_FILE)
  const sizeAfter = (change: string): number => {
    const database = openDatabase(rig.parts.folder)
    database.run(change)
    database.run('vacuum')
    database.close()
    return statSync(file).size
  }
  const all = sizeAfter('delete from evidence')
  // Apart: what a weighing takes with all that is remembered of it, and what the records besides take.
  const withoutEvents = sizeAfter(`delete from journal where kind <> 'weighing'`)
  for (const table of ['journal', 'token', 'truck_weighing']) sizeAfter(`delete from ${table}`)
  const empty = statSync(file).size
  const perEvent = (all - withoutEvents) / lengths.event.length
  const perWeighing = (withoutEvents - empty) / VISITS
  const projected = perWeighing * WEIGHINGS + perEvent * EVENTS
  process.stdout.write(
    `  a weighing ${Math.round(mean(lengths.weighing))} bytes, on disk ${Math.round(perWeighing)}; another record ${Math.round(mean(lengths.event))}, on disk ${Math.round(perEvent)}; ninety days ${(projected / 1e9).toFixed(2)} GB\n`,
  )
  expect(projected).toBeLessThan(AT_MOST)
  rig.remove()
})
