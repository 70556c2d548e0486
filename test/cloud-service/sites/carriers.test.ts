import { beforeAll, expect, it } from 'vitest'
import { CARRIERS, type Rig, startRig } from '../app/rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await startRig()
})
const carriersOf = async (name: string): Promise<string[]> =>
  ((await rig.get(name, '/api/carriers')).json() as { items: { carrier: string }[] }).items.map((one) => one.carrier).sort()

it.each(['shi', 'shenmu', 'kuang'])('%s may name any carrier on a ticket', async (name) => {
  expect(await carriersOf(name)).toEqual([...CARRIERS].sort())
})
it('a carrier is offered only itself', async () => {
  expect(await carriersOf('wuliu')).toEqual(['tuoyun'])
})
it('nobody unknown is told who hauls coal here', async () => {
  expect((await rig.app.inject({ method: 'GET', url: '/api/carriers' })).statusCode).toBe(401)
})
