import { expect, it } from 'vitest'
import type { Asked } from '../../../edge-agent/devices/board-line.ts'
import { linkageCheck } from '../../../edge-agent/devices/board-linkage.ts'
import { manualClock } from '../../support/manual-clock.ts'
import { quietLog } from './quiet-log.ts'

const SILENCE: Asked = { kind: 'unanswered', why: 'no answer' }
const LINKED: Asked = { kind: 'modes', modes: [0, 1] }

/** A board that answers the question for its modes with these, one after another. */
function checked(answers: readonly Asked[]) {
  const clock = manualClock()
  let asked = 0
  const check = linkageCheck({
    ask: async () => answers[asked++] ?? SILENCE,
    needed: true,
    clock,
    log: quietLog,
    onCount: () => {},
    remark: () => {},
  })
  const look = async (): Promise<boolean> => {
    await clock.advance(6_000)
    return check.isNormal()
  }
  return { check, look }
}

it('a board that never answers the question for its modes does not know it', async () => {
  const { look } = checked([])
  expect([await look(), await look(), await look()]).toEqual([false, false, true])
})

it('a board that was found linked stays so until it says otherwise, however many answers are lost', async () => {
  const { check, look } = checked([LINKED, SILENCE, SILENCE, LINKED, SILENCE, SILENCE, SILENCE, SILENCE])
  for (let times = 0; times < 8; times++) expect(await look()).toBe(false)
  expect(check.isSettled()).toBe(false)
})

it('a board that was set to normal meanwhile is believed', async () => {
  const { look } = checked([LINKED, SILENCE, { kind: 'modes', modes: [0, 0] }])
  expect([await look(), await look(), await look()]).toEqual([false, false, true])
})
