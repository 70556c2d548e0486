import { request } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { Compile } from 'typebox/compile'
import { ConsoleLaneSchema, type ConsoleSnapshot, ConsoleSnapshotSchema, ConsoleSiteSchema, DriverDisplaySchema, WeightTickSchema } from '#edge/console'
import { eventually } from '../../support/eventually.ts'
import { type AgentRig, agentRig } from '../agent-rig.ts'
import { readEvents } from './events.ts'

const LONG = { timeout: 60_000 }
const within = { within: 30_000 }
let rig: AgentRig
afterEach(async () => {
  await rig.close()
  expect(rig.broke).toEqual([])
})
const reach = (phase: string): Promise<unknown> => eventually(() => rig.lane().phase === phase, within)

describe.skipIf(process.platform === 'win32')('the console of a running agent', () => {
  it('shows the lane and the site as they are, at once and as they change', LONG, async () => {
    rig = await agentRig({ speed: 10 })
    await reach('idle')
    const snapshot = (await (await fetch(`${rig.consoleUrl}/api/console`)).json()) as ConsoleSnapshot
    expect(Compile(ConsoleSnapshotSchema).Errors(snapshot)).toEqual([])
    expect(snapshot.lanes[0]).toMatchObject({ name: '北磅', visit: null, ticket: null, status: { phase: 'idle', weightKg: 0 } })
    console.log(JSON.stringify(snapshot).slice(0, 1500))
  })
})
