import { afterEach, describe, expect, it } from 'vitest'
import { decodeVzenith } from '#dialects/camera/vzenith-mqtt'
import { milliseconds } from '#edge/units'
import type { CameraConfig } from '../../../edge-agent/config/cameras.ts'
import { mqttCamera } from '../../../simulators/camera-mqtt.ts'
import { type PollFamily, type StreamFamily, serverCamera } from '../../../simulators/camera-server.ts'
import { eventually } from '../../support/eventually.ts'
import { cameraRig } from './camera-rig.ts'

const toClose: (() => unknown)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})

const LOGIN = { user: 'admin', password: 'Pitgate123' }
const DEVICE = '3a1c7f20-5b6d9e11'
const textIn = (jpeg: Uint8Array | undefined): string => Buffer.from(jpeg ?? []).toString('latin1')

describe.each(['A', 'B'] as const)('a Vzenith camera heard in layout %s', (layout) => {
  it('is told to take a picture, and the picture comes back with its side', async () => {
    const rig = await cameraRig(toClose)
    const camera = mqttCamera({ url: rig.mqttUrl, family: 'vzenith-mqtt', device: DEVICE, layout, clock: rig.clock })
    toClose.push(() => camera.stop())
    const { device, pictures } = await rig.fit({ side: 'rear', serialNumber: DEVICE.toUpperCase() })
    await eventually(() => device.state().state === 'ok')
    await eventually(() => {
      device.photograph()
      return pictures.length > 0
    })
    expect(pictures[0]).toMatchObject({ camera: 'camera-rear', side: 'rear', asked: true, backfill: false, plate: null })
    expect(textIn(pictures[0]?.jpeg)).toContain(`${DEVICE} asked`)
    expect(device.counters()['command-reply']).toBeGreaterThan(0)
  })
})

describe.each<StreamFamily | PollFamily>(['hikvision-stream', 'hikvision-poll', 'dahua-event', 'dahua-snap'])('%s', (kind) => {
  const about = (address: string): CameraConfig => ({ side: 'front', kind, address, ...LOGIN })
  async function asked(different: Partial<CameraConfig> = {}) {
    const rig = await cameraRig(toClose)
    const camera = await serverCamera({
      family: kind,
      device: '08:54:11:ed:6d:90',
      ...LOGIN,
      clock: rig.clock,
      heartbeat: milliseconds(200),
    })
    toClose.push(() => camera.stop())
    return { camera, ...(await rig.fit({ ...about(camera.address), ...different })) }
  }

  it('is asked where its maker answers with a picture, with the same sign-in', async () => {
    const { device, pictures } = await asked()
    device.photograph()
    await eventually(() => pictures.length === 1)
    expect(pictures[0]).toMatchObject({ side: 'front', asked: true })
    expect(textIn(pictures[0]?.jpeg)).toContain('08:54:11:ed:6d:90 asked')
  })

  it('asked again before it has answered, it gives one picture', async () => {
    const { device, pictures } = await asked()
    device.photograph()
    device.photograph()
    await eventually(() => pictures.length === 1)
    device.photograph()
    await eventually(() => pictures.length === 2)
    expect(device.counters()['pictures-asked']).toBe(2)
  })

  it('that has no picture there is counted, and is no worse for it', async () => {
    const { device, pictures, camera } = await asked({ snapshot: { url: 'http://127.0.0.1:9/none.jpg' } })
    device.photograph()
    await eventually(() => device.counters()['pictures-refused'] === 1)
    camera.sees({ text: '陕K12345', colour: 'yellow' })
    await eventually(() => device.state().state === 'ok')
    expect(pictures.every((picture) => !picture.asked)).toBe(true)
  })
})

it('a camera that only pushes is asked at the address its configuration gives', async () => {
  const rig = await cameraRig(toClose)
  const server = await serverCamera({ family: 'hikvision-stream', device: 'any', ...LOGIN, clock: rig.clock })
  toClose.push(() => server.stop())
  const { device, pictures } = await rig.fit({
    side: 'front',
    kind: 'hikvision',
    path: '/cameras/north-front',
    snapshot: { url: `${server.address}/ISAPI/Streaming/channels/101/picture`, ...LOGIN },
  })
  device.photograph()
  await eventually(() => pictures.length === 1)
})

it('one that cannot be asked is left alone', async () => {
  const rig = await cameraRig(toClose)
  const { device, pictures } = await rig.fit({ side: 'front', kind: 'qianyi-mqtt', serialNumber: DEVICE })
  device.photograph()
  expect([pictures, device.counters()]).toEqual([[], {}])
})

describe('what a Vzenith camera answers to a snapshot command', () => {
  const JPEG = '/9j/4AAQSkZJRg=='
  const said = (payload: object) =>
    decodeVzenith(
      `device/${DEVICE}/message/up/snapshot`,
      new TextEncoder().encode(JSON.stringify({ sn: DEVICE, name: 'snapshot', payload })),
    )

  it.each([
    [
      'the picture in TriggerImage, as the HTTP push has it',
      { ipaddr: '192.168.55.131', TriggerImage: { imageFile: JPEG, imageFileLen: 10 } },
    ],
    ['wrapped once more', { body: { TriggerImage: { imageFile: JPEG, imageFileLen: 10 } } }],
    ['beside it, as results have theirs', { full_image_content: JPEG }],
  ])('%s', (_what, payload) => {
    expect(said(payload)).toMatchObject({ kind: 'picture', device: DEVICE, pictures: [new Uint8Array(Buffer.from(JPEG, 'base64'))] })
  })

  // The maker's own cloud document: only a path in its storage.
  it.each([
    ['a path only', { state_code: '', msg_id: '123456', imageformat: 'jpg', imgPath: '' }],
    ['something that is no JPEG', { TriggerImage: { imageFile: 'AAAA' } }],
    ['no base64', { TriggerImage: { imageFile: '***' } }],
    ['nothing', {}],
  ])('%s is no picture', (_what, payload) => {
    expect(said(payload)).toMatchObject({ kind: 'ignored' })
  })
})
