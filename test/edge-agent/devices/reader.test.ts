import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { encodeCode } from '#dialects/reader/code-line'
import { encodeQr } from '#edge/ticket-qr'
import { milliseconds } from '#edge/units'
import { readerDevice } from '../../../edge-agent/devices/reader.ts'
import { retrySchedule } from '../../../edge-agent/devices/retry-schedule.ts'
import { agentKey } from '../../../edge-agent/keys.ts'
import { nodeClock } from '../../../edge-agent/node-clock.ts'
import { aTicket } from '../../builders/ticket.ts'
import { eventually } from '../../support/eventually.ts'
import { listening } from './listening.ts'
import { quietLog } from './quiet-log.ts'

const toClose: (() => unknown)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})

const NUMBER = '610802-261120-ABCDEFGH7'
async function rig() {
  const peers: Socket[] = []
  const server = createServer((peer) => {
    peer.on('error', () => {})
    peers.push(peer)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  toClose.push(() => {
    for (const peer of peers) peer.destroy()
    server.close()
  })
  const ears = listening()
  const reader = readerDevice({
    name: 'reader',
    address: `tcp://127.0.0.1:${(server.address() as { port: number }).port}`,
    schedule: retrySchedule({ first: milliseconds(10), growth: 2, most: milliseconds(40), jitter: 0, chance: () => 0 }),
    clock: nodeClock(),
    log: quietLog,
    ...ears,
  })
  await reader.start()
  toClose.push(() => reader.stop())
  await eventually(() => peers.length === 1)
  return { reader, ears, peers, shown: () => ears.inputs.flatMap((input) => (input.kind === 'ticket-shown' ? [input.number] : [])) }
}

it('tells the number of a shown ticket once, however long it is held there', async () => {
  const { peers, shown, reader } = await rig()
  for (let i = 0; i < 3; i++) peers[0]?.write(encodeCode(NUMBER))
  peers[0]?.write(encodeCode('https://example.com/menu'))
  peers[0]?.write(encodeCode(NUMBER.replace('A', 'B').toLowerCase()))
  await eventually(() => shown().length === 2)
  expect(shown()).toEqual([NUMBER, NUMBER.replace('A', 'B')])
  expect(reader.counters()).toMatchObject({ tickets: 2, repeated: 2, 'foreign-codes': 1 })
})

it('never makes one code of two halves from two connections', async () => {
  const { peers, shown, ears } = await rig()
  peers[0]?.write(NUMBER.slice(0, 10))
  peers[0]?.end()
  await eventually(() => peers.length === 2)
  peers[1]?.write(encodeCode(NUMBER.slice(10)))
  peers[1]?.write(encodeCode(NUMBER))
  await eventually(() => shown().length === 1)
  expect(shown()).toEqual([NUMBER])
  expect(ears.heard()).toEqual([true, false, true])
})

it('finds the number in our own QR code, and none in a damaged one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pitgate-key-'))
  toClose.push(() => rmSync(folder, { recursive: true }))
  const code = encodeQr(aTicket(), agentKey(join(folder, 'key.pem')))
  const { peers, shown, reader } = await rig()
  peers[0]?.write(encodeCode(code.slice(0, -5)))
  peers[0]?.write(encodeCode(code))
  await eventually(() => shown().length === 1)
  expect(shown()).toEqual([aTicket().number])
  expect(reader.counters()['foreign-codes']).toBe(1)
})
