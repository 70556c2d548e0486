import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { Epoch } from '#edge/ids'
import type { Head } from '#edge/stream'
import { createLog } from '../../../edge-agent/log.ts'
import { keepMark, readMark } from '../../../edge-agent/store/marker.ts'
import { manualClock } from '../../support/manual-clock.ts'

it('a disk slower than the head moves has no queue before it, and in the end the newest head on it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pitgate-marker-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const clock = manualClock()
  const head = { epoch: '1-0c10ad01' as Epoch, seq: 0, hash: 'a'.repeat(64) } as Head
  let [seq, writes] = [0, 0]
  const now = (): Head => {
    writes += 1
    return { ...head, seq }
  }
  const mark = keepMark({ folder, head: now, clock, log: createLog('test', 'silent') })
  // A hundred seconds of moves pass while the disk is at its first writes.
  for (seq = 1; seq <= 200; seq += 1) {
    mark.moved()
    await clock.advance(500)
  }
  await mark.stop()
  expect(writes).toBeLessThan(50)
  expect(readMark(folder)).toEqual({ kind: 'mark', head: { ...head, seq } })
})
