import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { milliseconds } from '#edge/units'
import { type ByteLink, byteLink, type LinkState } from '../../../edge-agent/devices/byte-link.ts'
import { retrySchedule } from '../../../edge-agent/devices/retry-schedule.ts'
import { nodeClock } from '../../../edge-agent/node-clock.ts'
import { eventually } from '../../support/eventually.ts'
import { type PtyCable, ptyCable } from '../../support/pty.ts'
import { quietLog } from './quiet-log.ts'

const schedule = retrySchedule({ first: milliseconds(10), growth: 2, most: milliseconds(40), jitter: 0, chance: () => 0 })
const toClose: (() => unknown)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})

function linkTo(address: string): { link: ByteLink; states: LinkState[]; heard: () => string } {
  const states: LinkState[] = []
  const bytes: number[] = []
  const link = byteLink(address, {
    clock: nodeClock(),
    log: quietLog,
    schedule,
    onBytes: (more) => bytes.push(...more),
    onState: (state) => states.push(state),
  })
  toClose.push(() => link.stop())
  link.start()
  return { link, states, heard: () => Buffer.from(bytes).toString('latin1') }
}
const plugged = (): PtyCable => {
  const cable = ptyCable()
  toClose.push(() => cable.close())
  return cable
}
const isOpen = (states: readonly LinkState[]) => () => states.at(-1)?.open === true

describe('over a tty', () => {
  it('hears and says bytes both ways', async () => {
    const cable = plugged()
    const { link, states, heard } = linkTo(`serial://${cable.path}?baud=9600`)
    await eventually(isOpen(states))
    cable.say(Buffer.from([0x02, 0x2b, 0x30, 0x0d, 0x0a, 0x11, 0x13, 0xff, 0x03]))
    await eventually(() => heard() === '\x02+0\r\n\x11\x13\xff\x03')
    await link.write(Buffer.from('\x01\x05\r\n\x03\x04'))
    await eventually(() => Buffer.from(cable.heard()).toString('latin1') === '\x01\x05\r\n\x03\x04')
  })

  it('does not take for fresh what was said before it came', async () => {
    const cable = plugged()
    cable.say(Buffer.from('old weight'))
    const { states, heard } = linkTo(`serial://${cable.path}`)
    await eventually(isOpen(states))
    cable.say(Buffer.from('new'))
    await eventually(() => heard() === 'new')
  })

  it('comes back by itself when the adapter is pulled and put back, each time', async () => {
    const cable = plugged()
    const { states, heard } = linkTo(`serial://${cable.path}`)
    for (const word of ['one', 'two', 'three']) {
      await eventually(isOpen(states))
      cable.say(Buffer.from(word))
      await eventually(() => heard().endsWith(word))
      cable.unplug()
      await eventually(() => states.at(-1)?.open === false)
      cable.plug()
    }
    await eventually(isOpen(states))
  })

  it('says why it cannot open, and opens when the port appears', async () => {
    const cable = plugged()
    cable.unplug()
    const { link, states } = linkTo(`serial://${cable.path}`)
    await eventually(() => states.length > 0)
    expect(states.at(-1)).toMatchObject({ open: false, why: expect.stringContaining(cable.path) })
    await expect(link.write(Buffer.from('x'))).rejects.toMatchObject({ code: 'port-unavailable' })
    cable.plug()
    await eventually(isOpen(states))
  })

  it('lets a second program know that the port is taken', async () => {
    const cable = plugged()
    const first = linkTo(`serial://${cable.path}`)
    await eventually(isOpen(first.states))
    const second = linkTo(`serial://${cable.path}`)
    await eventually(() => second.states.length > 0)
    expect(second.states.at(-1)).toMatchObject({ open: false, why: expect.stringMatching(/lock/i) })
  })

  it('fails a write at once when the cable is pulled meanwhile', async () => {
    const cable = plugged()
    const { link, states } = linkTo(`serial://${cable.path}`)
    await eventually(isOpen(states))
    cable.unplug()
    await expect(link.write(Buffer.from('x'))).rejects.toMatchObject({ code: expect.stringMatching(/^port-/) })
    await eventually(() => states.at(-1)?.open === false)
  })
})

describe('over tcp', () => {
  const serving = async (onPeer: (peer: Socket) => void): Promise<{ server: Server; port: number }> => {
    const peers = new Set<Socket>()
    const server = createServer((peer) => {
      peers.add(peer)
      peer.on('error', () => {})
      onPeer(peer)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    toClose.push(() => {
      for (const peer of peers) peer.destroy()
      server.close()
    })
    return { server, port: (server.address() as { port: number }).port }
  }

  it('connects anew when the serial server hangs up', async () => {
    const peers: Socket[] = []
    const { port } = await serving((peer) => peers.push(peer))
    const { states, heard } = linkTo(`tcp://127.0.0.1:${port}`)
    await eventually(() => peers.length === 1)
    peers[0]?.write('one')
    await eventually(() => heard() === 'one')
    peers[0]?.destroy()
    await eventually(() => peers.length === 2)
    peers[1]?.write('two')
    await eventually(() => heard() === 'onetwo')
    expect(states.map((state) => state.open)).toEqual([true, false, true])
  })

  it('takes a new connection when told that the other end has vanished', async () => {
    const peers: Socket[] = []
    const { port } = await serving((peer) => peers.push(peer))
    const { link, states } = linkTo(`tcp://127.0.0.1:${port}`)
    await eventually(isOpen(states))
    link.reopen('nothing heard')
    await eventually(() => peers.length === 2)
    expect(states).toContainEqual({ open: false, why: 'nothing heard' })
  })

  it('does not knock without pause at a server that accepts and hangs up', async () => {
    let knocks = 0
    const { port } = await serving((peer) => {
      knocks++
      peer.destroy()
    })
    linkTo(`tcp://127.0.0.1:${port}`)
    const began = Date.now()
    await eventually(() => knocks >= 5)
    // 10, 20, 40 and 40 ms lie between five knocks; ten each if the schedule began anew every time.
    expect(Date.now() - began).toBeGreaterThanOrEqual(100)
  })

  it('stops at once while it is waiting or connecting', async () => {
    const { port, server } = await serving(() => {})
    server.close()
    const { link, states } = linkTo(`tcp://127.0.0.1:${port}`)
    await eventually(() => states.length > 0)
    await link.stop()
    const other = linkTo('tcp://192.0.2.1:9')
    await other.link.stop()
  })
})

it('refuses an address that is none', () => {
  const parts = { clock: nodeClock(), log: quietLog, schedule, onBytes: () => {}, onState: () => {} }
  expect(() => byteLink('com3', parts)).toThrow(/must begin with serial/)
})
