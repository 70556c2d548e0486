import { createHash } from 'node:crypto'
import { afterEach, expect, it } from 'vitest'
import type { LedgerRecord } from '#edge/records'
import { eventually } from '../support/eventually.ts'
import { type AgentRig, agentRig } from './agent-rig.ts'
import { recordsOf } from './lane-rig.ts'

const PLATE = '陕K12345'
const LONG = { timeout: 120_000 }
let rig: AgentRig | null = null
afterEach(async () => {
  await rig?.close()
  rig = null
})
const bodies = <K extends LedgerRecord['kind']>(of: AgentRig, kind: K): LedgerRecord<K>['body'][] =>
  recordsOf(of.agent.store).flatMap((record) => (record.kind === kind ? [record.body as LedgerRecord<K>['body']] : []))

it(
  'every camera of a lane takes a picture when the truck stands right; the ledger names each with its side, and it is here',
  LONG,
  async () => {
    const one = await agentRig({ speed: 5 })
    rig = one
    await eventually(() => one.lane().phase === 'idle', { within: 30_000 })
    await one.pass(PLATE, 15_640)
    await eventually(() => bodies(one, 'weighing').length === 1)
    // Cameras that answered after the ink are sealed beside it.
    const named = await eventually(
      () => {
        const [weighing] = bodies(one, 'weighing')
        const inTime = (weighing?.photos ?? []).map((hash, at) => ({ hash, camera: weighing?.cameras?.[at] }))
        const all = [...inTime, ...bodies(one, 'photos').flatMap(({ photos }) => photos)].map((photo) => ({
          ...photo,
          jpeg: one.agent.store.evidence.photo(photo.hash),
        }))
        // Asked for: their scene names no plate, as those that come with a plate reading do.
        const asked = all.filter(({ jpeg }) => jpeg !== null && !Buffer.from(jpeg).toString('utf8').includes(PLATE))
        return new Set(asked.map(({ camera }) => camera)).size === 2 ? all : null
      },
      { within: 30_000 },
    )
    for (const { hash, jpeg } of named)
      expect(
        createHash('sha256')
          .update(jpeg ?? expect.unreachable(`${hash} is not here`))
          .digest('hex'),
      ).toBe(hash)
    expect(one.device('camera-front').state).toBe('ok')
    expect(one.broke).toEqual([])
  },
)

it('a camera that is dead costs its picture and nothing else', LONG, async () => {
  const one = await agentRig({ speed: 5 })
  rig = one
  await eventually(() => one.lane().phase === 'idle', { within: 30_000 })
  one.mine.cameras.rear.silent = true
  await one.pass(PLATE, 15_640)
  await eventually(() => bodies(one, 'weighing').length === 1)
  const [weighing] = bodies(one, 'weighing')
  expect(weighing).toMatchObject({ verdict: 'open' })
  expect(weighing?.cameras?.every((side) => side === 'front')).toBe(true)
})
