import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Epoch } from '#edge/ids'
import { after, days, hours, Instant, type Span, seconds } from '#edge/units'
import { openDatabase } from '../../../edge-agent/store/database.ts'
import { type Evidence, evidenceIn } from '../../../edge-agent/store/evidence.ts'
import { factIn } from '../../../edge-agent/store/facts.ts'
import { LANE } from './store-rig.ts'

const EPOCH = '1-0c10ad01' as Epoch
const BUDGET = 100_000
const PHOTO = 10_000
let folder: string
let database: ReturnType<typeof openDatabase>
let now: Instant
let evidence: Evidence
let free: number
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pitgate-evidence-'))
  database = openDatabase(folder)
  now = Instant(Date.UTC(2026, 10, 21))
  free = 50_000_000_000
  database.run(`insert into epoch (number, epoch, receipted_hash) values (1, ?, '')`, EPOCH)
  evidence = evidenceIn(database, { mostBytes: BUDGET, keepDays: 30, freeBytes: () => free }, () => now)
})
afterEach(() => {
  database.close()
  rmSync(folder, { recursive: true, force: true })
})

let nth = 0
const pass = (span: Span): void => {
  now = after(now, span)
}
const bytesOf = (what: string, size: number): Uint8Array => Buffer.from(what.padEnd(size, '.'))
const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
/** A piece of its own visit, named by a record of its own. */
function keep(about: { kind?: 'tape' | 'photo'; size?: number; wanted?: boolean; visit?: number; seq?: number | null } = {}): string {
  nth += 1
  pass(seconds(1))
  const { kind = 'photo', size = PHOTO, wanted = false, visit = nth, seq = nth } = about
  const bytes = bytesOf(`${kind} ${nth}`, size)
  const hash = hashOf(bytes)
  const record = seq === null ? null : { epoch: EPOCH, seq }
  expect(evidence.keep({ hash, kind, bytes, record, wanted, of: { lane: LANE, visit } })).toBe(true)
  return hash
}
const here = (hash: string): boolean => database.one('select 1 as n from evidence where hash = ?', hash) !== null
const receipt = (upto: number): number => database.run('update epoch set receipted_upto = ?', upto)
const tidyAll = (): void => {
  while (evidence.tidy());
}

describe('beyond the budget', () => {
  it('photos go before tapes, the oldest first, until it fits, and that is counted', () => {
    const tape = keep({ kind: 'tape' })
    const photos = Array.from({ length: 12 }, () => keep())
    pass(hours(2))
    receipt(nth)
    tidyAll()
    expect([here(tape), ...photos.map(here)]).toEqual([true, ...Array(3).fill(false), ...Array(9).fill(true)])
    expect(evidence.state()).toMatchObject({ photos: 9, tapes: 1, bytes: BUDGET, overBytes: 0, droppedPhotos: 3, droppedTapes: 0 })
  })

  it('tapes go when there is no photo left to drop', () => {
    const tapes = Array.from({ length: 11 }, () => keep({ kind: 'tape' }))
    receipt(nth)
    tidyAll()
    expect(tapes.map(here)).toEqual([false, ...Array(10).fill(true)])
    expect(evidence.state()).toMatchObject({ droppedTapes: 1 })
  })

  it('many pieces go a few at a time, so that nobody waits for them', () => {
    for (let left = 60; left > 0; left--) keep()
    receipt(nth)
    expect(evidence.tidy()).toBe(true)
    expect(evidence.state().droppedPhotos).toBe(25)
    tidyAll()
    expect(evidence.state()).toMatchObject({ droppedPhotos: 50, bytes: BUDGET })
  })

  it('what was dropped is remembered over a restart', () => {
    for (let left = 12; left > 0; left--) keep()
    receipt(nth)
    tidyAll()
    expect(factIn(database, 'evidence-dropped-photos')).toBe('2')
  })
})

describe('what is needed stays, whatever the budget', () => {
  it.each<[why: string, keepOne: () => string, then: () => void]>([
    ['it shall travel and has not', () => keep({ wanted: true }), () => receipt(nth)],
    ['its record is not receipted', () => keep(), () => receipt(nth - 21)],
    [
      'somebody asked for it',
      () => {
        const hash = keep()
        evidence.asked(hash)
        return hash
      },
      () => receipt(nth),
    ],
    [
      'an alarm was raised about its visit',
      () => {
        const hash = keep({ visit: 77 })
        evidence.want({ lane: LANE, visit: 77 }, 'alarm')
        return hash
      },
      () => receipt(nth),
    ],
    [
      'its vehicle may still be at the lane',
      () => {
        database.run(`insert into lane (lane, state, visit) values (?, '{}', 99)`, LANE)
        return keep({ visit: 99 })
      },
      () => receipt(nth),
    ],
  ])('because %s', (_why, keepOne, then) => {
    const needed = keepOne()
    pass(days(40))
    for (let left = 20; left > 0; left--) keep()
    then()
    tidyAll()
    expect(here(needed)).toBe(true)
  })

  it('everything is needed: nothing is dropped, and that is said', () => {
    const all = Array.from({ length: 30 }, () => keep({ wanted: true }))
    receipt(nth)
    pass(days(40))
    tidyAll()
    expect(all.every(here)).toBe(true)
    expect(evidence.state()).toMatchObject({ bytes: 300_000, overBytes: 200_000, waiting: 30, droppedPhotos: 0 })
  })

  it('and no longer once it has travelled', () => {
    const all = Array.from({ length: 11 }, () => keep({ wanted: true }))
    receipt(nth)
    for (const hash of all) evidence.sent(hash)
    tidyAll()
    expect(all.map(here)).toEqual([false, ...Array(10).fill(true)])
  })

  it('nor once the cloud has said that it will not have it', () => {
    const all = Array.from({ length: 11 }, () => keep({ wanted: true }))
    receipt(nth)
    evidence.refused(all[0] as string, 'HTTP 404')
    tidyAll()
    expect(all.filter(here)).toEqual(all.slice(1))
  })
})

it('what is older than the days to keep goes, though there is room', () => {
  const [old, tape] = [keep(), keep({ kind: 'tape' })]
  pass(days(31))
  const young = keep()
  receipt(nth)
  tidyAll()
  expect([old, tape, young].map(here)).toEqual([false, false, true])
})

it('a photo that no record came to name goes after an hour, and not before', () => {
  const unnamed = keep({ seq: null })
  pass(seconds(3_599))
  tidyAll()
  expect(here(unnamed)).toBe(true)
  pass(seconds(2))
  tidyAll()
  expect(here(unnamed)).toBe(false)
})

describe('a disk that is nearly full', () => {
  it('keeps no photo, and says how many it did not; a tape is kept with its record', () => {
    free = 100_000_000
    const photo = bytesOf('no room', PHOTO)
    expect(evidence.keep({ hash: hashOf(photo), kind: 'photo', bytes: photo, record: null, wanted: false })).toBe(false)
    const tape = keep({ kind: 'tape' })
    expect([here(hashOf(photo)), here(tape)]).toEqual([false, true])
    expect(evidence.state().refusedPhotos).toBe(1)
  })
})

it('alarms travel first, then what somebody waits for, then those not let go; each the oldest first', () => {
  const heldOld = keep({ wanted: true })
  const quiet = keep()
  const alarmed = keep({ visit: 500 })
  pass(seconds(1))
  const heldNew = keep({ wanted: true })
  evidence.asked(quiet)
  evidence.want({ lane: LANE, visit: 500 }, 'alarm')
  receipt(nth)
  const order: string[] = []
  for (let next = evidence.next(); next; next = evidence.next()) {
    order.push(next.hash)
    evidence.sent(next.hash)
  }
  expect(order).toEqual([alarmed, quiet, heldOld, heldNew])
})

it('a piece is read part by part', () => {
  const hash = keep({ size: 1_000 })
  const parts = [0, 400, 800].map((from) => Buffer.from(evidence.part(hash, from, 400)))
  expect(parts.map((part) => part.length)).toEqual([400, 400, 200])
  expect(hashOf(Buffer.concat(parts))).toBe(hash)
})
