import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { AlarmRow, TicketDetail, WeighingDetail, WeighingRow } from '#cloud/api'
import { yaohuaTf0 } from '#dialects/scale/yaohua-tf0'
import { milliseconds, seconds } from '#edge/units'
import { retrySchedule } from '../../edge-agent/devices/retry-schedule.ts'
import { scaleDevice } from '../../edge-agent/devices/scale.ts'
import { nodeClock } from '../../edge-agent/node-clock.ts'
import { ptysExist } from '../../simulators/pty-pair.ts'
import { readTape } from '../../simulators/tape.ts'
import { listening } from '../edge-agent/devices/listening.ts'
import { quietLog } from '../edge-agent/devices/quiet-log.ts'
import { eventually } from '../support/eventually.ts'
import { type House, openHouse } from '../support/house.ts'
import { requestTicket } from '../support/people.ts'

/** Recorded frames play through a tty: each is read at the lane as what it says, and a truck's tape is one weighing in the cloud. */
const root = join(import.meta.dirname, '../..')
const tapes = join(root, 'test/tapes')

interface TapeFile {
  readonly frames: readonly {
    readonly readings: readonly { readonly digits: number; readonly decimals: number }[]
    readonly rejected: readonly string[]
  }[]
}

describe.skipIf(!ptysExist())('a tape of single frames, played by `sim tape`', () => {
  const ends: (() => unknown)[] = []
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end()
  })

  /** `npm run -s sim -- tape FILE --dialect yaohua-tf0`, as it runs once everything is built. */
  function simTape(file: string): { readonly address: Promise<string>; readonly ended: Promise<number | null> } {
    const folder = mkdtempSync(join(tmpdir(), 'pitgate-tape-'))
    ends.push(() => rmSync(folder, { recursive: true, force: true }))
    const args = ['dist/simulators/main.js', 'tape', file, '--dialect', 'yaohua-tf0', '--folder', folder]
    const program = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] })
    const ended = new Promise<number | null>((done) => program.once('close', done))
    ends.push(() => {
      program.kill()
      return ended
    })
    const address = new Promise<string>((said, failed) => {
      program.stdout.setEncoding('utf8').once('data', (text: string) => said(text.trim()))
      void ended.then(() => failed(new Error(`${file} was not played`)))
    })
    return { address, ended }
  }

  it.each([
    // What was published as read from real lines; then all frames we know, those that must be refused among them.
    'yaohua-captured.json',
    'yaohua-tf0.json',
  ])('%s: whole kilograms are readings, a fraction is refused, what is no frame is counted by its reason', async (name) => {
    const tape = JSON.parse(readFileSync(join(tapes, name), 'utf8')) as TapeFile
    const said = tape.frames.flatMap(({ readings }) => readings).map(({ digits, decimals }) => digits / 10 ** decimals)
    const whole = said.filter(Number.isInteger)
    const rejected: Record<string, number> = {}
    for (const reason of tape.frames.flatMap((frame) => frame.rejected))
      rejected[`rejected-${reason}`] = (rejected[`rejected-${reason}`] ?? 0) + 1
    const program = simTape(join('test/tapes', name))
    const ears = listening()
    const scale = scaleDevice({
      name: 'scale',
      address: await program.address,
      dialect: yaohuaTf0,
      unit: 'kg',
      silentAfter: seconds(3),
      schedule: retrySchedule({ first: milliseconds(20), growth: 2, most: milliseconds(100), jitter: 0, chance: () => 0 }),
      clock: nodeClock(),
      log: quietLog,
      ...ears,
    })
    await scale.start()
    ends.push(() => scale.stop())

    expect(await program.ended).toBe(0)
    // The plug is gone with the program: whatever was begun is over by then.
    await eventually(() => scale.state().state === 'lost')
    expect(ears.inputs.flatMap((input) => (input.kind === 'reading' ? [input.weight] : []))).toEqual(whole)
    expect(ears.states.some(({ detail }) => detail === 'refused: fraction (0.32)')).toBe(true)
    expect(Object.fromEntries(Object.entries(scale.counters()).filter(([of]) => of.startsWith('rejected-')))).toEqual(rejected)
    expect(scale.counters()).toMatchObject({
      frames: said.length,
      readings: whole.length,
      'refused-fraction': said.length - whole.length,
    })
  })
})

describe.skipIf(!ptysExist())('a tape of one truck that approaches, rests and leaves', () => {
  let house: House
  beforeAll(async () => {
    house = await openHouse()
  }, 180_000)
  afterAll(() => house?.close(), 60_000)

  it('is one weighing in the cloud, of exactly what stands on the tape', { timeout: 120_000 }, async () => {
    // 45,680 kg are on the tape; planned so that net and plan agree to the kilogram, the gate opens and the ticket is used up.
    const tareKg = 14_680
    const grossKg = 45_680
    const carrier = house.programOf('tuoyun')
    const truck = house.idleTruck(({ carrier, axles, drivenAxles }) => carrier === 'tuoyun' && axles === 6 && drivenAxles === 2)
    const { number } = await requestTicket(carrier, truck, grossKg - tareKg)
    const ticket = (): Promise<TicketDetail> => carrier.get<TicketDetail>(`/api/tickets/${number}`)
    await eventually(async () => (await ticket()).atSite, { within: 30_000 })

    expect(await house.mine.pass({ truck, weightKg: tareKg }, 'north')).toBe('out')
    // From the moment the truck drives on, the indicator says what is on the tape and nothing of the simulated platform, which
    // carries something else. Beams, loops and arms are the plant's, moved by the driver of a truck of the same length and pace.
    const tape = readTape(readFileSync(join(tapes, 'yaohua-one-truck.hex')), yaohuaTf0)
    expect(await house.mine.pass({ truck, weightKg: 30_000 }, 'north', { tape })).toBe('out')
    await eventually(async () => (await ticket()).state === 'released', { within: 30_000 })
    // The tape runs on behind the truck, so the lane is free again, and all is told, a little later.
    await eventually(
      async () => {
        const { lanes, link, store } = await house.agentHealth()
        if (lanes.every(({ phase }) => phase === 'idle') && link.backlog.records === 0 && store.seq > 0) return true
        throw new Error(
          JSON.stringify({
            link,
            lanes: lanes.map(({ lane, phase, why, weightKg }) => ({ lane, phase, why, weightKg })),
          }),
        )
      },
      { within: 60_000 },
    )

    const city = await house.signIn('city')
    const { items } = await city.get<{ items: WeighingRow[] }>('/api/weighings?limit=200')
    expect(items.map(({ kind, weightKg, netKg, verdict, plate }) => ({ kind, weightKg, netKg, verdict, plate }))).toEqual([
      { kind: 'gross', weightKg: grossKg, netKg: grossKg - tareKg, verdict: 'open', plate: truck.plate },
      { kind: 'tare', weightKg: tareKg, netKg: null, verdict: 'open', plate: truck.plate },
    ])
    expect(await ticket()).toMatchObject({ state: 'released', tareKg, grossKg, netKg: grossKg - tareKg })
    const { record } = await city.get<WeighingDetail>(`/api/weighings/${items[0]?.id}`)
    expect(record.settled).toMatchObject({ by: 'computed' })
    // The tape's weight stands on for a while where no truck is any more: an indicator that does so with a real truck is told.
    const told = await city.get<{ items: AlarmRow[] }>('/api/alarms')
    // How busy the computer is that all this runs on is not the tape's matter.
    const alarms = told.items.filter(({ kind }) => kind !== 'slow-computer')
    expect(alarms.map(({ kind, facts }) => [kind, facts.why])).toEqual([['weight-curve', 'left-behind']])
  })
})
