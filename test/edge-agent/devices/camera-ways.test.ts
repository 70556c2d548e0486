import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { milliseconds, seconds } from '#edge/units'
import { CAMERA_KINDS } from '../../../edge-agent/devices/camera-kinds.ts'
import { CAMERA_SOUND } from '../../../simulators/camera-family.ts'
import { hostileBodies } from '../../../simulators/camera-hostile.ts'
import { mqttCamera } from '../../../simulators/camera-mqtt.ts'
import { serialCamera } from '../../../simulators/camera-serial.ts'
import { type PollFamily, type StreamFamily, serverCamera } from '../../../simulators/camera-server.ts'
import { random } from '../../../simulators/random.ts'
import { eventually } from '../../support/eventually.ts'
import { cameraRig } from './camera-rig.ts'

const toClose: (() => unknown)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})
const folder = mkdtempSync(join(tmpdir(), 'pitgate-camera-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const YELLOW = { text: '陕K12345', colour: 'yellow' } as const
const LOGIN = { user: 'admin', password: 'Pitgate123' }
const STREAMS: readonly StreamFamily[] = ['hikvision-stream', 'dahua-event', 'dahua-snap']
const POLLS: readonly PollFamily[] = ['hikvision-poll', 'lilin']
const MQTT = ['vzenith-mqtt', 'vzenith-oem-mqtt', 'qianyi-mqtt'] as const

it('every kind of camera is simulated here or in the test of those that push', () => {
  const kinds = Object.entries(CAMERA_KINDS).flatMap(([name, { by }]) => (by === 'http-push' ? [] : [name]))
  expect([...STREAMS, ...POLLS, ...MQTT, 'serial-8a7f'].sort()).toEqual(kinds.sort())
})

describe.each(STREAMS)('%s', (kind) => {
  async function listened(about: object = {}, options: object = {}) {
    const rig = await cameraRig(toClose)
    const camera = await serverCamera({
      family: kind,
      device: '08:54:11:ed:6d:90',
      ...LOGIN,
      clock: rig.clock,
      heartbeat: milliseconds(200),
      ...options,
    })
    toClose.push(() => camera.stop())
    const fitted = await rig.fit({ side: 'rear', kind, address: camera.address, ...LOGIN, ...about })
    return { ...rig, ...fitted, camera }
  }

  it.each(['right', 'zero', 'none', 'wrong'] as const)('delivers its sightings, its lengths being %s', async (lengths) => {
    const { camera, seen, pictures, device } = await listened()
    camera.lengths = lengths
    await eventually(() => camera.listeners() === 1)
    camera.sees(YELLOW)
    await eventually(() => seen().length === 1)
    expect(seen()[0]).toMatchObject({ camera: 'rear', plate: '陕K12345', colour: 'yellow', backfill: false })
    camera.sees({ ...YELLOW, text: '晋B54321' })
    await eventually(() => seen().length === 2)
    expect(device.state().state).toBe('ok')
    if (kind !== 'dahua-event') await eventually(() => pictures.length > 0)
  })

  it('is listened to again when it hangs up, restarts or falls silent', async () => {
    const { camera, seen, device, clock } = await listened({ silentAfterSeconds: 1 })
    await eventually(() => device.state().state === 'ok')
    camera.hangUp()
    await eventually(() => device.counters().lost === 1 && camera.listeners() === 1)
    camera.faults = { ...CAMERA_SOUND, silent: true }
    await eventually(() => device.state().state !== 'ok')
    await camera.stop()
    const again = await serverCamera({ family: kind, device: 'x', ...LOGIN, clock, port: camera.port })
    toClose.push(() => again.stop())
    await eventually(() => again.listeners() === 1)
    again.sees(YELLOW)
    await eventually(() => seen().length === 1)
  })

  it('goes on after whatever comes, and makes no plate of it', async () => {
    const { camera, plates, device } = await listened()
    await eventually(() => camera.listeners() === 1)
    for (const { body } of hostileBodies(new TextEncoder().encode('Code=TrafficJunction;data={"TrafficCar":'), random(kind)))
      camera.say(body)
    camera.say(new TextEncoder().encode('\r\n'))
    await eventually(() => {
      camera.sees({ ...YELLOW, text: '晋B54321' })
      return plates().includes('晋B54321')
    })
    expect(plates().filter((plate) => plate !== null && plate !== '晋B54321')).toEqual([])
    expect(device.state().state).toBe('ok')
  })

  it('is left alone after a wrong password, and says so', async () => {
    const { camera, device } = await listened({ password: 'wrong' })
    await eventually(() => device.state().detail.includes('sign-in-refused'))
    // The next tries do not reach the camera, or it would lock the account.
    await eventually(() => device.state().detail.includes('left alone'))
    expect(camera.wrongPasswords()).toBe(1)
  })
})

describe.each(POLLS)('%s', (kind) => {
  async function asked(about: object = {}) {
    const rig = await cameraRig(toClose)
    const camera = await serverCamera({ family: kind, device: 'x', ...LOGIN, clock: rig.clock })
    toClose.push(() => camera.stop())
    const ask = () => rig.fit({ side: 'front', kind, address: camera.address, ...LOGIN, pollSeconds: 0.2, ...about })
    return { ...rig, camera, ask }
  }

  it('is asked: what it saw before is history, what it sees now is live, and each is told once', async () => {
    const { camera, ask } = await asked()
    camera.sees({ ...YELLOW, text: '冀A11111' })
    const { seen, device, ears } = await ask()
    await eventually(() => device.state().state === 'ok')
    camera.sees(YELLOW)
    await eventually(() => seen().some(({ plate }) => plate === '陕K12345'))
    camera.sees({ ...YELLOW, text: '晋B54321' })
    await eventually(() => seen().some(({ plate }) => plate === '晋B54321'))
    expect(
      seen()
        .filter(({ backfill }) => !backfill)
        .map(({ plate }) => plate),
    ).toEqual(['陕K12345', '晋B54321'])
    expect(seen().length).toBeLessThanOrEqual(3)
    expect(ears.heard()[0]).toBe(true)
  })

  it('answers nonsense or nothing for a while, and is understood again', async () => {
    const { camera, ask } = await asked()
    const { device, plates } = await ask()
    await eventually(() => device.state().state === 'ok')
    for (const { body } of hostileBodies(new TextEncoder().encode('<Plates><Plate><plateNumber>晋'), random(kind))) {
      camera.answers = body
      const heard = Object.values(device.counters()).reduce((sum, count) => sum + count, 0)
      await eventually(() => Object.values(device.counters()).reduce((sum, count) => sum + count, 0) > heard)
    }
    camera.answers = null
    camera.hangUp()
    await eventually(() => {
      camera.sees(YELLOW)
      return plates().includes('陕K12345')
    })
    expect(plates().filter((plate) => plate !== null && plate !== '陕K12345')).toEqual([])
  })

  it('is lost while it does not answer', async () => {
    const { camera, ask, clock } = await asked()
    const { device } = await ask()
    await eventually(() => device.state().state === 'ok')
    await camera.stop()
    await eventually(() => device.state().state === 'lost')
    const again = await serverCamera({ family: kind, device: 'x', ...LOGIN, clock, port: camera.port })
    toClose.push(() => again.stop())
    await eventually(() => device.state().state === 'ok')
  })
})

it('a polled camera whose clock is hours slow is asked by its own clock', async () => {
  const rig = await cameraRig(toClose)
  const camera = await serverCamera({ family: 'hikvision-poll', device: 'x', ...LOGIN, clock: rig.clock })
  toClose.push(() => camera.stop())
  camera.faults = { ...CAMERA_SOUND, clockOff: -5 * 3_600_000 }
  const { seen, device } = await rig.fit({ side: 'front', kind: 'hikvision-poll', address: camera.address, ...LOGIN, pollSeconds: 0.2 })
  await eventually(() => device.state().state === 'ok')
  camera.sees(YELLOW)
  await eventually(() => seen().length === 1)
  expect(device.state().detail).toBe('its clock is 5 h behind')
})

describe.each(MQTT)('%s', (kind) => {
  async function connected(device: string) {
    const rig = await cameraRig(toClose)
    const fitted = await rig.fit({ side: 'front', kind, serialNumber: device.toLowerCase() })
    const camera = mqttCamera({ url: rig.mqttUrl, family: kind, device, clock: rig.clock })
    toClose.push(() => camera.stop())
    await eventually(() => camera.connected() && fitted.device.state().state === 'ok')
    return { ...rig, ...fitted, camera }
  }

  it('delivers its sightings, once each, with pictures', async () => {
    const { camera, seen, pictures } = await connected('QY0A1B2C3D')
    camera.faults = { ...CAMERA_SOUND, repeats: 1 }
    camera.sees(YELLOW)
    await eventually(() => seen().length === 1 && camera.delivered() === 1)
    expect(seen()[0]).toMatchObject({ plate: '陕K12345', colour: 'yellow', backfill: false })
    expect(pictures.length).toBe(2)
    camera.sees({ text: null, colour: 'unknown' })
    await eventually(() => seen().length === 2)
    expect(seen()[1]).toMatchObject({ plate: null })
  })

  it('goes on after whatever comes, and makes no plate of it', async () => {
    const { camera, plates, device } = await connected('QY0A1B2C3D')
    for (const { body } of hostileBodies(new TextEncoder().encode('{"cmd":"result","plate_num":"晋B12345"'), random(kind))) camera.say(body)
    camera.sees(YELLOW)
    await eventually(() => plates().includes('陕K12345'))
    expect(plates().filter((plate) => plate !== null)).toEqual(['陕K12345'])
    expect(device.counters()['unreadable-truncated-json']).toBeGreaterThan(0)
  })
})

it('a Qianyi camera is registered and acknowledged; what was not acknowledged comes again as history', async () => {
  const rig = await cameraRig(toClose)
  const camera = mqttCamera({ url: rig.mqttUrl, family: 'qianyi-mqtt', device: 'QY0A1B2C3D', clock: rig.clock })
  toClose.push(() => camera.stop())
  await eventually(() => camera.connected())
  camera.sees(YELLOW)
  await eventually(() => (rig.broker.counters().unclaimed ?? 0) >= 3)
  expect([camera.registered(), camera.kept()]).toEqual([false, 1])
  const { seen } = await rig.fit({ side: 'front', kind: 'qianyi-mqtt', serialNumber: 'QY0A1B2C3D' })
  await eventually(() => camera.kept() === 0)
  expect(seen().map(({ plate, backfill }) => [plate, backfill])).toEqual([['陕K12345', true]])
  await camera.stop()
  const again = mqttCamera({ url: rig.mqttUrl, family: 'qianyi-mqtt', device: 'QY0A1B2C3D', clock: rig.clock })
  toClose.push(() => again.stop())
  await eventually(() => again.registered())
})

describe('serial-8a7f', () => {
  async function wired() {
    const rig = await cameraRig(toClose)
    const camera = await serialCamera({
      name: `camera-${toClose.length}`,
      folder,
      clock: rig.clock,
      log: () => {},
      random: random('serial'),
      heartbeat: milliseconds(300),
    })
    toClose.push(() => camera.stop())
    const fitted = await rig.fit({ side: 'rear', kind: 'serial-8a7f', address: camera.line.address })
    await eventually(() => fitted.device.state().state === 'ok')
    return { ...rig, ...fitted, camera }
  }

  it('delivers its sightings over a paced line and is answered in its own frames', async () => {
    const { camera, seen } = await wired()
    await eventually(() => camera.heartbeatsAnswered() > 0)
    camera.sees(YELLOW)
    await eventually(() => camera.delivered() === 1)
    expect(seen()[0]).toMatchObject({ camera: 'rear', plate: '陕K12345', confidence: null })
    camera.sees({ text: null, colour: 'unknown' })
    await eventually(() => seen().length === 2)
    expect(seen()[1]).toMatchObject({ plate: null })
  })

  it('says it again until it is answered, and noise is never another plate', async () => {
    const { camera, seen, device, plates } = await wired()
    camera.lineFaults = { noise: 0.4, cut: 0.2, silent: false }
    const said = ['陕K12345', '晋B54321', '冀D6K789']
    for (const text of said) {
      const before = camera.delivered()
      await eventually(() => {
        // On a line this bad the camera may give a sighting up, and the truck is seen once more.
        if (camera.kept() === camera.lost() || camera.delivered() > before)
          return camera.delivered() > before || camera.sees({ ...YELLOW, text }) === null
        return false
      })
    }
    expect(new Set(plates())).toEqual(new Set(said))
    expect(seen().every(({ plate }) => plate !== null)).toBe(true)
    expect(device.state().state).toBe('ok')
  })

  it('goes on after whatever is on the line', async () => {
    const { camera, plates } = await wired()
    for (const { body } of hostileBodies(Uint8Array.of(0x8a, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 16, 0), random('line')))
      camera.say(body.subarray(0, 200))
    await eventually(() => {
      if (camera.kept() === 0) camera.sees(YELLOW)
      return plates().includes('陕K12345')
    })
    expect(plates().filter((plate) => plate !== '陕K12345' && plate !== null)).toEqual([])
  })

  it('is lost when its plug is pulled', async () => {
    const { camera, device, seen } = await wired()
    camera.line.unplug()
    await eventually(() => device.state().state === 'lost')
    await camera.line.replug()
    await eventually(() => device.state().state === 'ok')
    camera.sees(YELLOW)
    await eventually(() => seen().length === 1)
  })
})

it('a stream that accepts and ends at once is not knocked at without pause', async () => {
  const rig = await cameraRig(toClose)
  const camera = await serverCamera({ family: 'dahua-event', device: 'x', ...LOGIN, clock: rig.clock, heartbeat: seconds(600) })
  toClose.push(() => camera.stop())
  camera.faults = { ...CAMERA_SOUND, silent: false }
  const { device } = await rig.fit({ side: 'front', kind: 'dahua-event', address: camera.address, ...LOGIN })
  for (let time = 0; time < 5; time += 1) {
    await eventually(() => camera.listeners() === 1)
    camera.hangUp()
    await eventually(() => (device.counters().lost ?? 0) > time)
  }
  expect(device.counters().lost).toBe(5)
})
