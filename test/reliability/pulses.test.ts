import { cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { fillBook, type LaneLife, type LaneWorld, laneWorld } from '../edge-agent/lane-rig.ts'
import { LANE } from '../edge-agent/store/store-rig.ts'
import { brokenLines, check } from './checker/check.ts'
import { readEdgeFile } from './checker/edge-file.ts'
import type { Seen } from './checker/observations.ts'
import { keysOf } from './checker/seals.ts'

/** The plant writes down every pulse of a relay; at each, the folder is copied as a cut at that very moment would leave it. */
let world: LaneWorld
const lives: LaneLife[] = []
const log: Seen[] = []
const cuts: { readonly folder: string; readonly pulses: number }[] = []

beforeEach(() => {
  world = laneWorld()
})
afterEach(async () => {
  for (const life of lives.splice(0)) await life.dies()
  world.remove()
})

async function begin(): Promise<LaneLife> {
  const life = world.start({
    onPulse(gate, move) {
      if (move !== 'open') return
      log.push({ event: 'pulse', lane: LANE, gate })
      const folder = join(world.rig.folder, `cut-${cuts.length}`)
      mkdirSync(folder)
      cpSync(world.rig.parts.folder, folder, { recursive: true })
      cuts.push({ folder, pulses: log.length })
    },
  })
  if (cuts.length === 0) fillBook(world, life.store)
  else life.store.policies.confirm()
  lives.push(life)
  await life.speaks()
  return life
}

it('whenever the power goes at a pulse, its decision is on the disk; and no decision is pulsed twice', async () => {
  for (const kg of [15_640, 47_640]) {
    const life = await begin()
    await life.isWeighed(kg)
    await life.leavesByExit()
    await life.wait(6_000)
    await lives.pop()?.dies()
  }
  expect(cuts.length).toBeGreaterThanOrEqual(4)
  const keys = keysOf([world.rig.signer.publicKey])
  for (const { folder, pulses } of cuts)
    expect(brokenLines(check({ logs: [log.slice(0, pulses)], edge: readEdgeFile(folder), cloud: null, keys })).join('\n')).toBe('')
})
