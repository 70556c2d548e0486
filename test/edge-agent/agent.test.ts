import { createServer, type Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { doctor } from '../../edge-agent/doctor.ts'
import { pushCamera } from '../../simulators/camera-push.ts'
import { PUSH_FAMILIES } from '../../simulators/camera-push-families.ts'
import { simulatorClock } from '../../simulators/clock.ts'
import { SOUND } from '../../simulators/faults.ts'
import { freePort } from '../../simulators/ports.ts'
import { eventually } from '../support/eventually.ts'
import { type AgentRig, agentRig } from './agent-rig.ts'
import { bodiesOf } from './lane-rig.ts'
import { aTicketNumber } from './store/store-rig.ts'

const PLATE = '陕K12345'
const LONG = { timeout: 60_000 }
let rig: AgentRig
afterEach(async () => {
  await rig.close()
  expect(rig.broke).toEqual([])
})
const within = { within: 30_000 }
const reach = (phase: string): Promise<unknown> =>
  eventually(() => (rig.lane().phase === phase ? true : Promise.reject(new Error(JSON.stringify(rig.lane())))), within)
const heard = (name: string, state: string): Promise<unknown> => eventually(() => rig.device(name).state === state, within)
const doctorSays = async (): Promise<string> => (await doctor(rig.config, rig.agent.health())).lines.join('\n')
/** The driver stands on the platform. */
const standing = (kg: number, shows?: string): { stands: Promise<void>; went: ReturnType<AgentRig['pass']> } => {
  let stood = (): void => {}
  const stands = new Promise<void>((done) => {
    stood = done
  })
  const went = rig.pass(PLATE, kg, { onMood: ({ is }) => is === 'standing' && stood(), ...(shows === undefined ? {} : { shows }) })
  return { stands, went }
}

describe.skipIf(process.platform === 'win32')('an agent on its devices, with no cloud to be reached', () => {
  it('weighs an empty truck and lets it go; its road, its photos and its ticket are on record', LONG, async () => {
    rig = await agentRig({ speed: 20 })
    await reach('idle')
    await eventually(
      () => rig.mine.cameras.front.connected() && rig.mine.cameras.rear.connected() && rig.mine.reader.connected() > 0,
      within,
    )
    expect(await rig.pass(PLATE, 15_640, { shows: aTicketNumber(1) })).toBe('out')
    await reach('idle')

    const [weighing, ...more] = bodiesOf(rig.agent.store, 'weighing')
    expect(more).toEqual([])
    expect(weighing).toMatchObject({ kind: 'tare', verdict: 'open', ticket: aTicketNumber(1), vehicle: { plate: PLATE, match: 'same' } })
    expect(Math.abs((weighing?.weightKg ?? 0) - 15_640)).toBeLessThanOrEqual(20)
    expect(weighing?.sightings.map(({ camera }) => camera)).toContain('front')
    expect(weighing?.photos.length).toBeGreaterThanOrEqual(2)
    expect(rig.exitPulses()).toBe(1)
    expect(rig.truth.filter(({ kind }) => kind === 'passage' || kind === 'escape')).toMatchObject([{ kind: 'passage', plate: PLATE }])
    expect(bodiesOf(rig.agent.store, 'passage')).toMatchObject([{ plate: PLATE, token: expect.stringContaining('.t') }])
    expect(rig.agent.store.book.get(aTicketNumber(1))).toMatchObject({ state: 'checked-in' })
    expect(rig.lane().counters.reader).toMatchObject({ tickets: 1 })
    expect(bodiesOf(rig.agent.store, 'alarm')).toEqual([])
    const { link, store } = rig.agent.health()
    expect(link).toMatchObject({ state: 'disconnected', backlog: { records: store.seq } })
    expect(await doctorSays()).toMatch(/✗ 云端链路 \/ link: 断开 \/ down/)
  })

  it('weighs with an indicator that is asked over Modbus, set up by a profile', LONG, async () => {
    rig = await agentRig({ speed: 10, indicator: { dialect: 'modbus-laumas', profile: 'laumas-tlb-modbus' } })
    await reach('idle')
    await eventually(() => rig.mine.cameras.front.connected() && rig.mine.reader.connected() > 0, within)
    expect(await rig.pass(PLATE, 15_640, { shows: aTicketNumber(1) })).toBe('out')
    const [weighing] = bodiesOf(rig.agent.store, 'weighing')
    expect(Math.abs((weighing?.weightKg ?? 0) - 15_640)).toBeLessThanOrEqual(20)
    expect(weighing).toMatchObject({ verdict: 'open' })
    expect(rig.lane().counters.scale).toMatchObject({ answers: expect.any(Number) })
  })

  it(
    'the indicator unplugged under a truck: lost since then, no weight, gate shut; plugged in again the truck is weighed',
    LONG,
    async () => {
      // Slow enough that the arm is seen shut before the weight has settled: a driver goes back before an arm that stays up.
      rig = await agentRig({ speed: 5 })
      await reach('idle')
      const { stands, went } = standing(15_640)
      await stands
      await eventually(() => rig.lane().entryGate.sensed === 'closed', within)
      rig.mine.scale.line.unplug()
      await heard('scale', 'lost')
      // A busy computer may miss the board for a moment as well, and the board is named first.
      await eventually(() => rig.lane().why === 'scale-silent', within)
      expect(rig.lane()).toMatchObject({ phase: 'blocked', weightKg: null, stable: false })
      const { since } = rig.device('scale')
      expect(Math.abs(Date.parse(rig.agent.health().clock.now) - Date.parse(since))).toBeLessThan(30_000)
      expect([rig.exitPulses(), bodiesOf(rig.agent.store, 'weighing')]).toEqual([0, []])
      expect(await doctorSays()).toMatch(/✗ {3}scale: 断开 \/ lost .*起 \/ since/)
      await rig.mine.scale.line.replug()
      await heard('scale', 'ok')
      expect(await went).toBe('out')
      const [weighing] = bodiesOf(rig.agent.store, 'weighing')
      // The zero before is not believed over a lost indicator.
      expect(weighing).toMatchObject({ verdict: 'open', zeroBeforeKg: null })
      expect(rig.exitPulses()).toBe(1)
    },
  )

  it('a silent indicator: a state at once, an alarm after half a minute, and its return; nobody is let in meanwhile', LONG, async () => {
    rig = await agentRig({ speed: 20 })
    await reach('idle')
    rig.mine.scale.faults = { ...SOUND, silent: true }
    await heard('scale', 'silent')
    const silentSince = rig.device('scale').since
    await reach('blocked')
    expect(bodiesOf(rig.agent.store, 'alarm')).toEqual([])
    const alarm = await eventually(() => bodiesOf(rig.agent.store, 'alarm')[0], within)
    expect(alarm).toMatchObject({
      kind: 'device-silent',
      severity: 'high',
      lane: 'north',
      facts: { device: 'scale', state: 'silent', since: silentSince, detail: expect.stringContaining('no bytes') },
    })
    rig.mine.scale.faults = SOUND
    const returned = await eventually(() => bodiesOf(rig.agent.store, 'alarm-returned')[0], within)
    expect(returned).toEqual({ kind: 'device-silent', occurrence: alarm.occurrence })
    await reach('idle')
    expect(rig.truth.filter(({ kind }) => kind === 'relay')).toEqual([])
  })

  it('noise on the line is counted by its kind, moves no gate, and is no weight', LONG, async () => {
    rig = await agentRig({ speed: 20 })
    await reach('idle')
    const readings = (): number => rig.lane().counters.scale?.readings ?? 0
    rig.mine.scale.faults = { ...SOUND, noise: 1 }
    await heard('scale', 'silent')
    const before = readings()
    const rejected = (): number =>
      Object.entries(rig.lane().counters.scale ?? {}).reduce((sum, [name, count]) => sum + (name.startsWith('rejected-') ? count : 0), 0)
    const seen = rejected()
    await eventually(() => rejected() > seen + 20, within)
    expect(rig.lane().weightKg).toBeNull()
    expect(readings() - before).toBeLessThanOrEqual(1)
    expect(rig.device('scale').detail).toContain('no frame in what is heard')
    expect(rig.truth.filter(({ kind }) => kind === 'relay')).toEqual([])
    rig.mine.scale.faults = SOUND
    await heard('scale', 'ok')
    await reach('idle')
  })

  it('an indicator set to another speed gives no weight, and doctor says where to look', LONG, async () => {
    rig = await agentRig({ speed: 20, scaleLine: 'baud=4800' })
    // The simulated line needs a moment to see what a reader has set; until then a frame or two may be heard.
    await eventually(async () => {
      const { state, detail } = rig.device('scale')
      return state !== 'ok' && detail.includes('baud rate, parity?') && rig.lane().weightKg === null
    }, within)
    expect(await doctorSays()).toMatch(/✗ {3}scale: .*no frame in what is heard.*rejected-/)
  })

  it('its port for cameras is taken: it weighs all the same, asks a person, and doctor says why', LONG, async () => {
    const squatter: Server = createServer((socket) => socket.destroy())
    const port = await new Promise<number>((done) =>
      squatter.listen(0, '127.0.0.1', () => done((squatter.address() as { port: number }).port)),
    )
    rig = await agentRig({ speed: 20, lanPort: port })
    await reach('idle')
    expect(rig.agent.health().lanBroker.port).toBe(0)
    expect(await doctorSays()).toMatch(/✗ 相机服务 \/ camera broker: 端口被占用/)
    const { went } = standing(15_640, aTicketNumber(1))
    await reach('asking')
    expect(bodiesOf(rig.agent.store, 'weighing')).toMatchObject([
      { verdict: 'ask', findings: expect.arrayContaining([expect.objectContaining({ code: 'no-plate', mode: 'enforce' })]) },
    ])
    // A camera that never came is somebody's business.
    const silent = await eventually(() => bodiesOf(rig.agent.store, 'alarm').find(({ facts }) => facts.device === 'camera-front'), within)
    expect(silent).toMatchObject({ kind: 'device-silent', facts: { state: 'unheard' } })
    expect(await went).toBe('back')
    expect(rig.exitPulses()).toBe(0)
    await new Promise((done) => squatter.close(done))
  })

  it('a camera that pushes over HTTP stands beside those on the broker; doctor names its port and who knocked in vain', LONG, async () => {
    const port = await freePort()
    const path = '/cameras/north-front'
    rig = await agentRig({ speed: 1, pushing: { port, cameras: [{ side: 'front', kind: 'vzenith-http', path }] } })
    const family = PUSH_FAMILIES['vzenith-http']
    if (!family) return expect.unreachable()
    const camera = pushCamera({ url: `http://127.0.0.1:${port}${path}`, family, device: 'x', clock: simulatorClock() })
    const lost = pushCamera({ url: `http://127.0.0.1:${port}/cameras/south`, family, device: 'y', clock: simulatorClock() })
    await heard('camera-front-2', 'ok')
    camera.sees({ text: PLATE, colour: 'yellow' })
    await eventually(() => rig.lane().counters['camera-front-2']?.sightings === 1, within)
    const said = await doctorSays()
    expect(said).toContain(`✓ 相机推送 / camera listener: 端口 / port ${port}`)
    expect(said).toContain('! 陌生推送 / unknown push: POST /cameras/south from 127.0.0.1')
    await camera.stop()
    await lost.stop()
  })
})
