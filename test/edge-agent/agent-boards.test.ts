import { afterEach, describe, expect, it } from 'vitest'
import type { BoardKind } from '#dialects/board/board-dialects'
import { doctor } from '../../edge-agent/doctor.ts'
import { eventually } from '../support/eventually.ts'
import { type AgentRig, agentRig } from './agent-rig.ts'
import { bodiesOf } from './lane-rig.ts'
import { aTicketNumber } from './store/store-rig.ts'

const PLATE = '陕K12345'
const within = { within: 30_000 }
let rig: AgentRig
afterEach(async () => {
  await rig.close()
  expect(rig.broke).toEqual([])
})
const idle = (): Promise<unknown> =>
  eventually(() => (rig.lane().phase === 'idle' ? true : Promise.reject(new Error(JSON.stringify(rig.lane())))), within)

/** What the ledger says of an opening that the board obeyed. A board that never answers orders can only be `unknown`. */
describe.skipIf(process.platform === 'win32')('a lane weighs a truck and lets it go', () => {
  it.each<[board: BoardKind, outcome: 'accepted' | 'unknown', pressedBy: 'board' | 'host']>([
    ['dam', 'accepted', 'host'],
    ['clone-0100', 'accepted', 'host'],
    ['adam-4000', 'accepted', 'host'],
    ['jmdm-ascii', 'unknown', 'host'],
    ['jmdm-udp', 'unknown', 'host'],
  ])('on a %s board', { timeout: 60_000 }, async (board, outcome, pressedBy) => {
    rig = await agentRig({ speed: 10, board })
    await idle()
    await eventually(
      () => rig.mine.cameras.front.connected() && rig.mine.cameras.rear.connected() && rig.mine.reader.connected() > 0,
      within,
    )
    expect(await rig.pass(PLATE, 15_640, { shows: aTicketNumber(1) })).toBe('out')
    await idle()
    expect(rig.exitPulses()).toBe(1)
    expect(rig.truth.filter(({ kind }) => kind === 'passage' || kind === 'escape')).toMatchObject([{ kind: 'passage', plate: PLATE }])
    const outcomes = bodiesOf(rig.agent.store, 'gate-outcome').map((one) => one.outcome)
    expect(outcomes.length).toBeGreaterThanOrEqual(1)
    expect([...new Set(outcomes)]).toEqual([outcome])
    const said = (await doctor(rig.config, rig.agent.health())).lines.join('\n')
    expect(said.includes('a computer that dies holds the button pressed')).toBe(pressedBy === 'host')
  })
})
