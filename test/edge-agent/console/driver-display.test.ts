import { afterEach, describe, expect, it } from 'vitest'
import type { ConsoleSnapshot, DriverDisplay } from '#edge/console'
import { FACTS_OF, type Facts, type Finding, type FindingCode } from '#edge/findings'
import { en } from '#edge/words/en'
import { fill, SAY_CODES } from '#edge/words/words'
import { zh } from '#edge/words/zh'
import { displaySight, driverFindings, driverSaid } from '../../../edge-agent/console/driver-display.ts'
import { bodyOf } from '../../../simulators/truck-bodies.ts'
import { eventually } from '../../support/eventually.ts'
import { type AgentRig, agentRig } from '../agent-rig.ts'
import { aTicketNumber } from '../store/store-rig.ts'
import { readEvents } from './events.ts'

const within = { within: 40_000 }
const KEY = 'a-screen-at-the-north-lane'
const CODES = Object.keys(FACTS_OF) as FindingCode[]
const findingOf = (code: FindingCode): Finding => ({
  code,
  mode: 'enforce',
  facts: Object.fromEntries(FACTS_OF[code].map((name, at) => [name, 1_000 + at])) as Facts,
})

describe('what a display tells the driver', () => {
  it.each(CODES)('%s: the whole sentence in both languages, and no fact beside it', (code) => {
    const whole = findingOf(code)
    const [told] = driverFindings([whole])
    for (const { findings, unknown } of [zh, en]) {
      const { driver } = findings[code]
      expect(fill(driver, told?.facts ?? {}, unknown)).toBe(fill(driver, whole.facts, unknown))
    }
    for (const name of Object.keys(told?.facts ?? {})) expect(zh.findings[code].driver + en.findings[code].driver).toContain(`{${name}`)
  })

  it('neither what a tare usually is, nor another truck’s plate, nor what only is noted', () => {
    expect(driverFindings([findingOf('tare-off-history')])).toEqual([{ code: 'tare-off-history', mode: 'enforce', facts: {} }])
    expect(driverFindings([findingOf('ticket-other-truck')])).toEqual([{ code: 'ticket-other-truck', mode: 'enforce', facts: {} }])
    expect(driverFindings([{ ...findingOf('sensor-masked'), mode: 'warn' }])).toEqual([])
  })

  it.each(SAY_CODES)('%s: the words of the sign whole, the code only for who may see it', (code) => {
    const facts = { plate: '陕K12345', weightKg: 48_620, code: '482913', ticket: 'not for the sign' }
    const told = driverSaid({ code, facts }, 'with-code')
    for (const { say, unknown } of [zh, en]) expect(fill(say[code], told.facts, unknown)).toBe(fill(say[code], facts, unknown))
    expect(told.facts).not.toHaveProperty('ticket')
    expect(driverSaid({ code, facts }, 'without-code').facts).not.toHaveProperty('code')
  })

  it.each([
    ['on this computer', true, '', KEY, 'with-code'],
    ['elsewhere', false, '', KEY, 'without-code'],
    ['elsewhere, with the key', false, `key=${KEY}`, KEY, 'with-code'],
    ['elsewhere, with another key', false, 'key=a-screen-at-the-south-lane', KEY, 'without-code'],
    ['elsewhere, where no key was given out', false, 'key=', null, 'without-code'],
  ] as const)('%s', (_where, here, query, key, sight) => {
    expect(displaySight({ here, query: new URLSearchParams(query) }, key)).toBe(sight)
  })
})

describe.skipIf(process.platform === 'win32')('the display of a running agent', () => {
  let rig: AgentRig
  afterEach(async () => {
    await rig.close()
    expect(rig.broke).toEqual([])
  })

  it('shows the one-time code on this computer and at the lane’s own screen, and to nobody else of the network', {
    timeout: 90_000,
  }, async () => {
    rig = await agentRig({ speed: 10, console: { displayKey: KEY } })
    await eventually(() => rig.lane().phase === 'idle', within)
    const elsewhere = { 'x-forwarded-for': '192.168.1.77' }
    const shown = async (query = '', headers = {}): Promise<DriverDisplay> =>
      (await (await fetch(`${rig.consoleUrl}/api/display?lane=north${query}`, { headers })).json()) as DriverDisplay
    const there = await readEvents(`${rig.consoleUrl}/api/display/stream?lane=north`, elsewhere)
    const atTheLane = await readEvents(`${rig.consoleUrl}/api/display/stream?lane=north&key=${KEY}`, elsewhere)
    const unread = { text: null, colour: 'yellow' } as const
    const gone = rig.mine.pass(
      { plate: '陕K12345', truck: { body: bodyOf(6), weightKg: 15_640, seed: 7 }, front: unread, rear: unread },
      { temper: 'patient', shows: aTicketNumber(1) },
    )
    const code = await eventually(async () => {
      const { said } = await shown()
      return said?.code === 'show-code' ? said.facts.code : null
    }, within)
    expect(code).toMatch(/^\d+$/)
    expect((await shown(`&key=${KEY}`, elsewhere)).said).toEqual({ code: 'show-code', facts: { code } })
    expect((await shown('', elsewhere)).said).toEqual({ code: 'show-code', facts: {} })
    expect((await shown('&key=guessed-key-guessed', elsewhere)).said).toEqual({ code: 'show-code', facts: {} })
    await eventually(() => atTheLane.newest<DriverDisplay>('display')?.said?.facts.code === code, within)
    await eventually(() => there.newest<DriverDisplay>('display')?.said?.code === 'show-code', within)
    expect(JSON.stringify(there.heard)).not.toContain(code)
    for (const { findings } of there.heard.map(({ data }) => data as DriverDisplay))
      for (const { facts } of findings) expect(Object.keys(facts)).toEqual([])
    // The console's people see it all: the operator may read it to a driver whose sign is dark.
    const [lane] = ((await (await fetch(`${rig.consoleUrl}/api/console`)).json()) as ConsoleSnapshot).lanes
    expect(lane?.said).toEqual({ code: 'show-code', facts: { code } })
    there.stop()
    atTheLane.stop()
    expect(await gone).toBe('back')
  })
})
