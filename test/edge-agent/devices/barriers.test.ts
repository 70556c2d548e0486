import { afterEach, describe, expect, it } from 'vitest'
import type { HikvisionGateStatus } from '#dialects/board/hikvision-gate'
import type { VzenithLayout } from '#dialects/camera/vzenith-topics'
import { milliseconds, seconds } from '#edge/units'
import { httpBarrier } from '../../../edge-agent/devices/barrier-http.ts'
import { dahuaGate, hikvisionGate } from '../../../edge-agent/devices/barrier-makes.ts'
import { vzenithBarrier } from '../../../edge-agent/devices/barrier-vzenith.ts'
import { httpDevice } from '../../../edge-agent/devices/http-device.ts'
import { lanBroker } from '../../../edge-agent/devices/lan-broker.ts'
import { nodeClock } from '../../../edge-agent/node-clock.ts'
import { simulatorClock } from '../../../simulators/clock.ts'
import { GATE_SOUND, gateCamera } from '../../../simulators/gate-camera.ts'
import { MQTT_GATE_SOUND, mqttGateCamera } from '../../../simulators/gate-camera-mqtt.ts'
import { eventually } from '../../support/eventually.ts'
import { type ManualClock, manualClock } from '../../support/manual-clock.ts'
import { listening } from './listening.ts'
import { quietLog } from './quiet-log.ts'

const toClose: (() => unknown)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})
const half = milliseconds(500)
const simulated = simulatorClock({ speed: 1, realStart: Date.now(), shownStart: Date.now() })

describe.each(['hikvision', 'dahua'] as const)('a barrier behind a %s camera', (make) => {
  async function rig(password = 'right') {
    const moves: string[] = []
    let status: HikvisionGateStatus = 'closed'
    const camera = await gateCamera({
      make,
      user: 'admin',
      password: 'right',
      clock: simulated,
      onMove: (move) => moves.push(move),
      status: () => status,
    })
    toClose.push(() => camera.stop())
    const ears = listening()
    const clock = manualClock()
    const web = httpDevice({ baseUrl: camera.baseUrl, user: 'admin', password, clock, log: quietLog })
    const gate = make === 'hikvision' ? hikvisionGate(1) : dahuaGate(1, 'Normal')
    const device = httpBarrier({ name: 'barrier-exit', gate, web, clock, log: quietLog, ...ears })
    await device.start()
    toClose.push(() => device.stop())
    return { camera, device, ears, moves, clock, show: (of: HikvisionGateStatus) => (status = of) }
  }
  const answering = (device: { state(): { state: string } }) => eventually(() => device.state().state === 'ok')

  it('is opened once, and that was accepted', async () => {
    const { device, moves } = await rig()
    await answering(device)
    expect(await device.pulse('open', half)).toBe('accepted')
    expect(await device.pulse('close', half)).toBe('accepted')
    expect(moves).toEqual(['open', 'close'])
  })

  it('is refused when the camera says so', async () => {
    const { device, camera } = await rig()
    await answering(device)
    camera.faults = { ...GATE_SOUND, refuses: true }
    expect(await device.pulse('open', half)).toBe('refused')
  })

  it('is unknown when the camera obeys and does not answer in its time, and is not asked again', async () => {
    const { device, camera, clock } = await rig()
    await answering(device)
    camera.faults = { ...GATE_SOUND, mute: true }
    const asked = device.pulse('open', half)
    await eventually(() => camera.orders.length === 1)
    await clock.advance(make === 'hikvision' ? 2_900 : 11_900)
    await clock.advance(200)
    expect(await asked).toBe('unknown')
    camera.faults = GATE_SOUND
    await clock.advance(60_000)
    expect(camera.orders).toEqual(['open'])
  })

  it('is unknown when the answer is something else', async () => {
    const { device, camera } = await rig()
    await answering(device)
    camera.faults = { ...GATE_SOUND, nonsense: true }
    expect(await device.pulse('open', half)).toBe('unknown')
  })

  it('is refused when nobody is there, and that shows', async () => {
    const { device, camera, clock, ears } = await rig()
    await answering(device)
    await camera.stop()
    expect(await device.pulse('open', half)).toBe('refused')
    await clock.until(() => device.state().state === 'silent', 90_000)
    expect(ears.heard()).toEqual([true, false])
  })

  it('is left alone after a wrong password: the camera would lock the account', async () => {
    const { device, camera, clock, moves } = await rig('wrong')
    await eventually(() => device.state().detail.includes('refuses us'))
    for (let tries = 0; tries < 5; tries++) expect(await device.pulse('open', half)).toBe('refused')
    await clock.advance(60_000)
    expect(camera.wrongPasswords()).toBeLessThan(3)
    expect(moves).toEqual([])
  })

  // A Dahua camera knows nothing of its arm.
  if (make === 'hikvision')
    it('that is locked accepts and stays down, and that is told', async () => {
      const { device, camera, clock, moves, show } = await rig()
      await answering(device)
      camera.faults = { ...GATE_SOUND, locked: true }
      expect(await device.pulse('open', half)).toBe('accepted')
      expect(moves).toEqual([])
      await eventually(async () => {
        await clock.advance(5_000)
        return device.state().detail.includes('locked?')
      })
      show('open')
      await eventually(async () => {
        await clock.advance(5_000)
        return device.state().detail === ''
      })
    })
})

describe('a barrier on the output of a Vzenith camera', () => {
  async function rig(layout: VzenithLayout = 'B', obeysBoth = false, clock: ManualClock | ReturnType<typeof nodeClock> = nodeClock()) {
    const broker = lanBroker({ host: '127.0.0.1', port: 0, log: quietLog })
    const port = await broker.start()
    toClose.push(() => broker.stop())
    const ears = listening()
    let ids = 0
    const device = vzenithBarrier({
      name: 'barrier-exit',
      serialNumber: 'GATE-0001',
      openOutput: 0,
      closeOutput: undefined,
      broker,
      clock,
      log: quietLog,
      newId: () => `open-${++ids}`,
      ...ears,
    })
    await device.start()
    toClose.push(() => device.stop())
    const camera = await mqttGateCamera({ url: `mqtt://127.0.0.1:${port}`, serialNumber: 'gate-0001', layout, obeysBoth, clock: simulated })
    toClose.push(() => camera.stop())
    return { device, camera, ears, url: `mqtt://127.0.0.1:${port}` }
  }
  const heard = async ({ device, camera }: Awaited<ReturnType<typeof rig>>) => {
    camera.alive()
    await eventually(() => device.state().state === 'ok')
  }

  it.each(['A', 'B'] as const)('is pulsed once in layout %s, though the camera would obey both', async (layout) => {
    const of = await rig(layout, true)
    expect(await of.device.pulse('open', half)).toBe('refused')
    await heard(of)
    expect(await of.device.pulse('open', half)).toBe('accepted')
    expect(of.camera.pulses).toEqual([{ io: 0, milliseconds: 500, layout }])
    expect(await of.device.pulse('close', half)).toBe('refused')
  })

  it('is refused when the camera says another code', async () => {
    const of = await rig()
    await heard(of)
    of.camera.faults = { ...MQTT_GATE_SOUND, code: 404 }
    expect(await of.device.pulse('open', half)).toBe('refused')
  })

  it.each([
    ['without an answer', { mute: true }],
    ['with an answer to another command', { foreignId: true }],
  ])('is unknown after ten seconds %s, and is told once', async (_, fault) => {
    const clock = manualClock()
    const of = await rig('B', false, clock)
    await heard(of)
    of.camera.faults = { ...MQTT_GATE_SOUND, ...fault }
    const asked = of.device.pulse('open', half)
    await eventually(() => of.camera.pulses.length === 1)
    let outcome = ''
    void asked.then((said) => (outcome = said))
    await clock.advance(9_900)
    expect(outcome).toBe('')
    await clock.advance(200)
    expect(await asked).toBe('unknown')
    await clock.advance(30_000)
    expect(of.camera.pulses).toHaveLength(1)
  })

  it('no other camera can answer for it', async () => {
    const clock = manualClock()
    const of = await rig('B', false, clock)
    await heard(of)
    of.camera.faults = { ...MQTT_GATE_SOUND, mute: true }
    const other = await mqttGateCamera({ url: of.url, serialNumber: 'gate-0002', layout: 'B', obeys: 'gate-0001', clock: simulated })
    toClose.push(() => other.stop())
    const asked = of.device.pulse('open', half)
    await eventually(() => of.device.counters()['replies-foreign'] === 1)
    await clock.advance(10_100)
    expect(await asked).toBe('unknown')
  })

  it('is unknown at once when the camera goes in the middle, and refused while it is away', async () => {
    const of = await rig()
    await heard(of)
    of.camera.faults = { ...MQTT_GATE_SOUND, mute: true }
    const asked = of.device.pulse('open', half)
    await eventually(() => of.camera.pulses.length === 1)
    await of.camera.stop()
    expect(await asked).toBe('unknown')
    expect(of.device.state().state).toBe('lost')
    expect(await of.device.pulse('open', seconds(1))).toBe('refused')
  })
})
