import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { encodeGatKeepalive, encodeGatVehicles } from '#dialects/camera/gat1400-encode'
import { milliseconds, seconds } from '#edge/units'
import type { CameraConfig } from '../../../edge-agent/config/cameras.ts'
import { CAMERA_KINDS } from '../../../edge-agent/devices/camera-kinds.ts'
import { CAMERA_SOUND } from '../../../simulators/camera-family.ts'
import { attack, hostileBodies, hostileRequests, slowPost } from '../../../simulators/camera-hostile.ts'
import { cameraPost } from '../../../simulators/camera-post.ts'
import { pushCamera } from '../../../simulators/camera-push.ts'
import { CAMERA_OWN_PASSWORD, PUSH_FAMILIES } from '../../../simulators/camera-push-families.ts'
import { random } from '../../../simulators/random.ts'
import { eventually } from '../../support/eventually.ts'
import { cameraRig } from './camera-rig.ts'

const toClose: (() => unknown)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})
const folder = mkdtempSync(join(tmpdir(), 'pitgate-camera-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const mapping = join(folder, 'mapping.yaml')
writeFileSync(
  mapping,
  `
about: a make nobody knows
plateWhen: [{ path: kind, is: [lpr] }]
heartbeatWhen: [{ path: kind, is: [alive] }]
each: data
plate: no
device: $.unit
record: id
confidence: { path: score, most: 100 }
time: { path: t, as: ms }
noPlate: [NONE]
`,
)

const DEVICE = '44000000051320000003'
const families = Object.entries(PUSH_FAMILIES)
const YELLOW = { text: '陕K12345', colour: 'yellow' } as const

/** A camera of one family beside an agent that is configured for it. */
async function pushing(kind: string, about: Partial<CameraConfig> = {}, options: object = {}) {
  const rig = await cameraRig(toClose, { within: seconds(2) })
  const family = PUSH_FAMILIES[kind]
  if (family === undefined) return expect.unreachable()
  const found = CAMERA_KINDS[kind]
  const fixed = found?.by === 'http-push' ? found.path : null
  const path = fixed ?? '/cameras/front'
  const fitted = await rig.fit({
    side: 'front',
    kind,
    ...(fixed === null ? { path } : {}),
    ...(kind === 'mapped-json' ? { mapping } : {}),
    ...about,
  })
  const { user, password } = about
  const camera = pushCamera({
    url: `${rig.httpUrl}${path}`,
    family,
    device: DEVICE,
    clock: rig.clock,
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    ...options,
  })
  toClose.push(() => camera.stop())
  return { ...rig, ...fitted, camera, family, path }
}

it('every kind that pushes has a simulated camera', () => {
  const kinds = Object.entries(CAMERA_KINDS).flatMap(([name, { by }]) => (by === 'http-push' ? [name] : []))
  expect(families.map(([name]) => name).sort()).toEqual(kinds.sort())
})

describe.each(families)('%s', (kind, family) => {
  it('delivers its sighting, and knows it', async () => {
    const { camera, seen, device } = await pushing(kind)
    camera.sees(YELLOW)
    await eventually(() => camera.delivered() === 1 && seen().length > 0)
    expect(seen()).toHaveLength(1)
    expect(seen()[0]).toMatchObject({ camera: 'front', plate: '陕K12345', backfill: false, fake: false })
    expect(device.state().state).toBe('ok')
    camera.sees({ text: null, colour: 'unknown', confidence: 0 })
    await eventually(() => seen().length === 2)
    expect(seen()[1]).toMatchObject({ plate: null })
    expect(camera.kept()).toBe(0)
  })

  it('is one sighting however often it is said', async () => {
    const { camera, seen } = await pushing(kind)
    camera.faults = { ...CAMERA_SOUND, repeats: 2 }
    camera.sees(YELLOW)
    await eventually(() => camera.delivered() === 3)
    expect(seen()).toHaveLength(1)
  })

  it('survives whatever comes, and its next message is heard', async () => {
    const { camera, seen, plates, httpUrl, httpPort, path, clock, device, listener } = await pushing(kind, {}, { heartbeat: seconds(600) })
    camera.sees(YELLOW)
    await eventually(() => seen().length === 1)
    const good = family.plate({
      device: DEVICE,
      at: clock.now(),
      record: '77',
      text: '蒙KB7788',
      colour: 'yellow',
      confidence: 90,
    })
    const url = `${httpUrl}${path}${good.under ?? ''}`
    // A body without its end or with a letter changed may still be a whole message: nothing in these languages could tell.
    const types = [good.contentType, 'text/plain', 'multipart/form-data; boundary=boundary']
    for (const [at, { name, body }] of hostileBodies(good.body, random(kind)).entries()) {
      if (/by one|flipped/.test(name)) continue
      const answer = await cameraPost(url, { ...good, contentType: types[at % types.length] ?? '', body })
      expect([name, answer?.status]).toEqual([name, 200])
    }
    for (const request of hostileRequests(`${path}${good.under ?? ''}`, good.contentType, good.body)) await attack(httpPort, request)
    expect(plates().filter((plate) => plate !== null)).toEqual(['陕K12345'])
    camera.sees({ ...YELLOW, text: '晋B54321' })
    await eventually(() => plates().includes('晋B54321'))
    expect(device.state().state).toBe('ok')
    expect(listener.counters()).toMatchObject({ 'too-long': 1 })
    expect(listener.counters()).not.toHaveProperty('failed')
  })
})

it.each(['vzenith-http', 'vzenith-oem-http', 'hikvision'])('what %s saw while the agent was away comes back as history', async (kind) => {
  const { listener, httpPort, camera } = await pushing(kind)
  await listener.stop()
  camera.sees(YELLOW)
  camera.sees({ ...YELLOW, text: '晋B54321' })
  await eventually(() => camera.kept() === 2)
  const again = await cameraRig(toClose, { port: httpPort })
  const { seen } = await again.fit({ side: 'front', kind, path: '/cameras/front' })
  await eventually(() => camera.kept() === 0)
  expect(seen().map(({ plate, backfill }) => [plate, backfill])).toEqual([
    ['陕K12345', true],
    ['晋B54321', true],
  ])
})

describe('what people are told of a camera', () => {
  it('that it moves the barrier by itself', async () => {
    const { camera, seen, device } = await pushing('hikvision')
    camera.faults = { ...CAMERA_SOUND, opens: true }
    camera.sees(YELLOW)
    await eventually(() => seen().length === 1)
    expect(device.counters()['opened-by-camera']).toBe(1)
    expect(device.state().detail).toContain('two masters drive one arm')
  })

  it('that its clock is years off, while what it saw counts as seen now', async () => {
    const { camera, seen, device, clock } = await pushing('vzenith-http')
    camera.faults = { ...CAMERA_SOUND, clockOff: -40 * 365 * 86_400_000 }
    camera.sees(YELLOW)
    await eventually(() => seen().length === 1)
    expect(Math.abs((seen()[0]?.at ?? 0) - clock.now())).toBeLessThan(5_000)
    expect(device.counters()['clock-suspect']).toBe(1)
    expect(device.state().detail).toBe('its clock is wrong')
    camera.faults = { ...CAMERA_SOUND, clockOff: 3 * 3_600_000 }
    camera.sees({ ...YELLOW, text: '晋B54321' })
    await eventually(() => seen().length === 2)
    expect(device.state().detail).toBe('its clock is 3 h ahead')
    camera.faults = CAMERA_SOUND
    camera.sees({ ...YELLOW, text: '冀B54321' })
    await eventually(() => device.state().detail === '')
  })

  it('that it is silent, and speaks again', async () => {
    const { camera, device, ears } = await pushing('vzenith-http', { silentAfterSeconds: 0.4 }, { heartbeat: milliseconds(100) })
    await eventually(() => device.state().state === 'ok')
    camera.faults = { ...CAMERA_SOUND, silent: true }
    await eventually(() => device.state().state === 'silent')
    camera.faults = CAMERA_SOUND
    await eventually(() => device.state().state === 'ok')
    expect(ears.heard().slice(0, 3)).toEqual([true, false, true])
  })

  it('that a kind without heartbeat could die unnoticed', async () => {
    const { device } = await pushing('plate-recognizer')
    expect(device.state()).toMatchObject({ state: 'ok', detail: expect.stringContaining('no heartbeat') })
  })

  it('what it sends that nobody can read', async () => {
    const { httpUrl, path, device } = await pushing('vzenith-http')
    await cameraPost(`${httpUrl}${path}`, { contentType: 'application/json', body: new TextEncoder().encode('{"AlarmInfoPlate":{') })
    expect(device.state().detail).toContain('unreadable messages, newest: truncated-json')
  })
})

it('signs in where it must, and the police protocol registers first', async () => {
  for (const [kind, about] of [
    ['vzenith-http', { signIn: 'basic' }],
    ['hikvision', {}],
    ['gat1400', {}],
  ] as const) {
    const { camera, seen } = await pushing(kind, { user: 'cam', password: 'x', ...about })
    camera.sees(YELLOW)
    await eventually(() => seen().length === 1)
    const rig = await cameraRig(toClose)
    const path = kind === 'gat1400' ? '/VIID' : '/c'
    const family = PUSH_FAMILIES[kind] ?? expect.unreachable()
    const wrong = await rig.fit({ side: 'front', kind, ...(kind === 'gat1400' ? {} : { path }), user: 'cam', password: 'x', ...about })
    const thief = pushCamera({ url: `${rig.httpUrl}${path}`, family, device: DEVICE, clock: rig.clock, user: 'cam', password: 'z' })
    toClose.push(() => thief.stop())
    thief.sees(YELLOW)
    await eventually(() => wrong.device.state().detail.includes('wrong-sign-in'))
    expect(wrong.seen()).toEqual([])
  }
})

it('a police library that tells of several cameras in one message is heard by each of them, and by no other', async () => {
  const rig = await cameraRig(toClose)
  const numbers = ['44000000051320000001', '44000000051320000002', '44000000051320000009'] as const
  const [front, rear] = [
    await rig.fit({ side: 'front', kind: 'gat1400', serialNumber: numbers[0] }),
    await rig.fit({ side: 'rear', kind: 'gat1400', serialNumber: numbers[1] }),
  ]
  const passages = numbers.map((device, at) => ({
    device,
    at: rig.clock.now(),
    record: `${device}${at}`,
    text: `陕K1234${at}`,
    colour: 'yellow' as const,
    confidence: 90,
  }))
  const { path, headers, body } = encodeGatVehicles(numbers[2], passages)
  const answer = await cameraPost(`${rig.httpUrl}${path}`, { contentType: headers['content-type'] ?? '', headers, body })
  expect(answer?.body).toMatch(/"StatusCode":"?0/)
  expect([front.plates(), rear.plates()]).toEqual([['陕K12340'], ['陕K12341']])
  const alive = encodeGatKeepalive(numbers[0])
  const heard = rear.device.counters().heartbeat
  await cameraPost(`${rig.httpUrl}${alive.path}`, { contentType: 'application/VIID+JSON', body: alive.body })
  expect([front.device.counters().heartbeat, rear.device.counters().heartbeat]).toEqual([1, heard])
})

it('the password in a heartbeat is told to nobody', async () => {
  const { device, listener, ears } = await pushing('vzenith-http')
  await eventually(() => device.counters().heartbeat === 1)
  const told = JSON.stringify([device.state(), device.counters(), listener.strangers(), listener.counters(), ears.states, ears.inputs])
  expect(told).not.toContain(CAMERA_OWN_PASSWORD)
})

it('a trickle of bytes holds no place for long, and nobody else waits for it', async () => {
  const { camera, seen, httpPort, path } = await pushing('vzenith-http')
  const slow = slowPost(httpPort, path, 50)
  toClose.push(slow.stop)
  camera.sees(YELLOW)
  await eventually(() => seen().length === 1)
  expect(slow.ended()).toBe(false)
  await eventually(() => slow.ended())
})

it('a camera gone mad fills neither the lane nor the disk', async () => {
  const { httpUrl, path, family, clock, seen, pictures, device } = await pushing('vzenith-http')
  const jpeg = Uint8Array.of(0xff, 0xd8, 0xff)
  const page = new TextEncoder().encode('<script>')
  for (let nth = 0; nth < 50; nth += 1) {
    const text = `陕K${10_000 + nth}`
    const passage = { device: DEVICE, at: clock.now(), record: String(nth), text, colour: 'yellow', confidence: 90 } as const
    await cameraPost(`${httpUrl}${path}`, family.plate({ ...passage, pictures: { full: jpeg, plate: nth === 0 ? page : jpeg } }))
  }
  expect(seen()).toHaveLength(30)
  expect(pictures).toHaveLength(60)
  expect(device.counters()).toMatchObject({ 'too-many-sightings': 20, 'too-many-pictures': 39, 'no-jpeg': 1 })
})

it('both plates of a combination are told, each at its end', async () => {
  const { camera, seen } = await pushing('gat1400')
  camera.sees({ ...YELLOW, otherEnd: '陕K1234挂' })
  await eventually(() => seen().length === 2)
  expect(seen().map(({ camera: end, plate }) => [end, plate])).toEqual([
    ['front', '陕K12345'],
    ['rear', '陕K1234挂'],
  ])
})
