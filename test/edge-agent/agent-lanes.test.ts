import { afterEach, describe, expect, it } from 'vitest'
import type { LayoutConfig } from '../../edge-agent/config/layout.ts'
import type { Mood } from '../../simulators/drivers.ts'
import type { Truth } from '../../simulators/truth.ts'
import { eventually } from '../support/eventually.ts'
import { type AgentRig, agentRig } from './agent-rig.ts'
import { bodiesOf } from './lane-rig.ts'
import { aTicketNumber } from './store/store-rig.ts'

/** Lanes of every kind over the bytes of their devices: a truck comes, is weighed and leaves; what the ledger has of it, and what it confesses. */
const PLATE = '陕K12345'
const OTHER = '陕K55555'
const WITHOUT_TICKET = '陕K99887'
const EMPTY = 15_640
const FULL = 47_600
const LONG = { timeout: 180_000 }
const within = { within: 60_000 }
let rig: AgentRig
afterEach(async () => {
  await rig.close()
  expect(rig.broke).toEqual([])
})

async function lane(options: Parameters<typeof agentRig>[0]): Promise<void> {
  rig = await agentRig({ speed: 10, ...options })
  await idle()
  await eventually(() => rig.mine.cameras.front.connected() && rig.mine.cameras.rear.connected(), within)
}
const idle = (): Promise<unknown> =>
  eventually(() => (rig.lane().phase === 'idle' ? true : Promise.reject(new Error(JSON.stringify(rig.lane())))), within)

const weighings = () => bodiesOf(rig.agent.store, 'weighing')
const findings = (): string[] =>
  weighings()
    .at(-1)
    ?.findings.map(({ code }) => code) ?? []
const passages = () => bodiesOf(rig.agent.store, 'passage')
/** Alarms about a vehicle that went where it should not; a slow computer may raise others of its own. */
const grave = (): string[] => bodiesOf(rig.agent.store, 'alarm').flatMap(({ kind }) => (GRAVE.includes(kind) ? [kind] : []))
const GRAVE: readonly string[] = ['escape', 'held-vehicle-left', 'drive-off', 'tailgate', 'forced-gate', 'dark-lane']

const switchedOn = (): string[] => rig.truth.flatMap((one) => (one.kind === 'relay' && one.on ? [one.output] : []))
/** Orders to the arms, in order. */
const orders = (): string[] => switchedOn().filter((output) => /Open|Close/.test(output))
/** These and no others; the last arm is told to close as the lane becomes idle. */
const ordered = async (all: readonly string[]): Promise<void> => {
  await eventually(() => orders().length >= all.length, within)
  expect(orders()).toEqual(all)
}
/** Lights that turned green, in order. */
const green = (): string[] => [...new Set(switchedOn().filter((output) => output.endsWith('Green')))]
const went = (): Truth['kind'][] => rig.truth.flatMap(({ kind }) => (kind === 'relay' || kind === 'arm' ? [] : [kind]))

/** One empty truck with a ticket has come and gone, and nothing was odd about it. */
async function weighsAndLetsGo(how: Parameters<AgentRig['pass']>[2] = {}): Promise<void> {
  expect(await rig.pass(PLATE, EMPTY, how)).toBe('out')
  await idle()
  expect(weighings()).toMatchObject([{ kind: 'tare', verdict: 'open', ticket: aTicketNumber(1), vehicle: { plate: PLATE } }])
  expect(Math.abs((weighings()[0]?.weightKg ?? 0) - EMPTY)).toBeLessThanOrEqual(20)
  expect(passages()).toMatchObject([{ plate: PLATE, ticket: aTicketNumber(1), token: expect.stringContaining('.t') }])
  expect([went(), grave()]).toEqual([['boarded', 'passage'], []])
}

describe.skipIf(process.platform === 'win32')('barriers', () => {
  it.each<[what: string, gates: NonNullable<LayoutConfig['gates']>, orders: string[]]>([
    ['none, and the driver obeys the light', 'none', []],
    ['one at the exit', 'exit', ['exitOpen', 'exitClose']],
    ['one at the entry', 'entry', ['entryOpen', 'entryClose']],
  ])('%s: the same weighing, and only what is there is moved', LONG, async (_, gates, moved) => {
    await lane({ lane: { layout: { gates } } })
    await weighsAndLetsGo()
    await ordered(moved)
    expect(green()).toEqual(['entryGreen', 'exitGreen'])
  })

  it('none: who gets no green backs off by himself, and who drives through the red is an escape all the same', LONG, async () => {
    await lane({ lane: { layout: { gates: 'none' } }, speed: 20 })
    expect(await rig.pass(WITHOUT_TICKET, FULL)).toBe('back')
    await idle()
    expect(weighings()).toMatchObject([{ verdict: 'hold', ticket: null }])
    expect([passages(), grave(), green()]).toEqual([[], [], ['entryGreen']])
    expect(await rig.pass(WITHOUT_TICKET, FULL, { temper: 'rolls-through' })).toBe('out')
    await eventually(() => passages().length === 1, within)
    expect(passages()).toMatchObject([{ plate: WITHOUT_TICKET, token: null }])
    expect([grave(), went().at(-1)]).toEqual([['escape'], 'escape'])
    expect(switchedOn()).toContain('siren')
  })
})

describe.skipIf(process.platform === 'win32')('a lane without', () => {
  it('beams weighs, and its record says that nobody proved where the truck stood', LONG, async () => {
    await lane({ lane: { without: ['entry-beam', 'exit-beam'] } })
    await weighsAndLetsGo()
    expect(findings()).toContain('position-unproved')
  })

  it('loops lets in whom its camera reads, and the beam sees him leave; one who bolts is told of', LONG, async () => {
    await lane({ lane: { layout: { exitSeenBy: 'beam' }, without: ['entry-loop', 'exit-loop'] } })
    await weighsAndLetsGo()
    expect(findings()).not.toContain('position-unproved')
    expect(await rig.pass(WITHOUT_TICKET, FULL, { temper: 'bolts' })).toBe('out')
    await eventually(() => grave().includes('held-vehicle-left'), within)
    await eventually(() => passages().length === 2, within)
    expect(passages()[1]).toMatchObject({ plate: WITHOUT_TICKET, token: null })
  })

  it('anything at its exit infers the passage from the weight, and says so', LONG, async () => {
    await lane({ lane: { layout: { gates: 'entry', exitSeenBy: 'weight' }, without: ['exit-beam', 'exit-loop'] } })
    await weighsAndLetsGo()
    expect(findings()).toEqual(expect.arrayContaining(['passage-unproved', 'position-unproved']))
    expect(green()).toEqual(['entryGreen', 'exitGreen'])
  })
})

it.skipIf(process.platform === 'win32')('one pass: the next load of a truck goes out on the tare it was weighed with', LONG, async () => {
  await lane({ lane: { layout: { storedTare: true } }, policy: { storedTareHours: 72 } })
  for (const kg of [EMPTY, FULL]) expect(await rig.pass(PLATE, kg)).toBe('out')
  rig.issues({ number: aTicketNumber(2) })
  expect(await rig.pass(PLATE, FULL - 100)).toBe('out')
  await idle()
  const [tare, first, second] = weighings()
  expect([tare, first]).toMatchObject([{ kind: 'tare' }, { kind: 'gross', ticket: aTicketNumber(1), tare: { kg: tare?.weightKg } }])
  expect(second).toMatchObject({ kind: 'gross', verdict: 'open', ticket: aTicketNumber(2), tare: first?.tare })
  expect(second?.netKg).toBe((second?.weightKg ?? 0) - (tare?.weightKg ?? 0))
  expect([1, 2].map((nth) => rig.agent.store.book.get(aTicketNumber(nth))?.state)).toEqual(['released', 'released'])
  expect([passages().length, grave()]).toEqual([3, []])
})

it.skipIf(process.platform === 'win32').each<['tare' | 'gross', kg: number]>([
  ['tare', FULL],
  ['gross', EMPTY],
])('a lane for %s alone sends back who does not belong there', LONG, async (serves, kg) => {
  await lane({ lane: { layout: { serves } } })
  expect(await rig.pass(PLATE, kg)).toBe('back')
  await idle()
  expect([weighings()[0]?.verdict, passages(), grave()]).toEqual(['hold', [], []])
  expect(findings()).toContain('wrong-lane')
  expect(rig.agent.store.book.get(aTicketNumber(1))).toMatchObject({ state: 'issued' })
})

describe.skipIf(process.platform === 'win32')('entered from both ends', () => {
  it.each<[what: string, gates: 'both' | 'none', orders: string[]]>([
    ['barriers', 'both', ['exitOpen', 'exitClose', 'entryOpen', 'entryClose']],
    ['lights alone', 'none', []],
  ])('with %s: a truck from the second end is let in there and out at the first', LONG, async (_, gates, moved) => {
    await lane({ lane: { layout: { gates, bothWays: true } } })
    await weighsAndLetsGo({ end: 'second' })
    await ordered(moved)
    expect(green()).toEqual(['exitGreen', 'entryGreen'])
    // Every record has the names of the board and of its cameras, not of the mirror.
    const [weighing] = weighings()
    expect(weighing?.sightings.map(({ camera }) => camera)).toContain('rear')
    expect(weighing?.sightings.map(({ camera }) => camera)).not.toContain('front')
    expect(weighing?.sensors[0]?.slice(1)).toEqual(['exit-loop', true])
  })

  it('one without a ticket goes back out at the end he came from; one who breaks through the other is told of', LONG, async () => {
    await lane({ lane: { layout: { bothWays: true } } })
    expect(await rig.pass(WITHOUT_TICKET, FULL, { end: 'second' })).toBe('back')
    await idle()
    expect([weighings()[0]?.verdict, passages(), grave()]).toEqual(['hold', [], []])
    await ordered(['exitOpen', 'exitClose', 'exitOpen', 'exitClose'])
    expect(await rig.pass(WITHOUT_TICKET, FULL, { end: 'second', temper: 'bolts' })).toBe('out')
    await eventually(() => grave().includes('held-vehicle-left'), within)
    expect([went().at(-1), orders().includes('entryOpen')]).toEqual(['escape', false])
  })

  it('a power cut over a truck from the second end that was let go: it leaves on that one pulse', LONG, async () => {
    await lane({ lane: { layout: { bothWays: true } } })
    const ended = rig.pass(PLATE, EMPTY, { end: 'second' })
    await eventually(() => rig.lane().phase === 'released' && switchedOn().includes('entryOpen'), within)
    await rig.cut()
    expect(await ended).toBe('out')
    await idle()
    expect(weighings()).toMatchObject([{ kind: 'tare', verdict: 'open', ticket: aTicketNumber(1), vehicle: { plate: PLATE } }])
    expect(weighings()[0]?.sightings.map(({ camera }) => camera)).not.toContain('front')
    expect(passages()).toMatchObject([{ plate: PLATE, ticket: aTicketNumber(1), token: expect.stringContaining('.t') }])
    expect(orders().filter((order) => order === 'entryOpen')).toHaveLength(1)
    expect([grave(), went()]).toEqual([[], ['boarded', 'passage']])
  })

  it.each<[what: string, gates: 'both' | 'none', his: 'exitOpen' | 'exitGreen']>([
    ['barriers', 'both', 'exitOpen'],
    ['lights alone', 'none', 'exitGreen'],
  ])('with %s: one at the other end is told to wait and locked out, makes room, and has his turn', LONG, async (_, gates, his) => {
    await lane({ lane: { layout: { gates, bothWays: true } }, signAtExit: true })
    rig.issues({ number: aTicketNumber(2), plate: OTHER })
    const { is, went: first } = driving(PLATE, EMPTY)
    await is('driving-on')
    const second = rig.pass(OTHER, EMPTY - 400, { end: 'second', temper: 'presses' })
    await eventually(() => rig.signShows().startsWith('对向来车'), within)
    expect(switchedOn()).not.toContain(his)
    expect(await first).toBe('out')
    expect(await second).toBe('out')
    await idle()
    expect(weighings()).toMatchObject([
      { verdict: 'open', ticket: aTicketNumber(1), vehicle: { plate: PLATE } },
      { verdict: 'open', ticket: aTicketNumber(2), vehicle: { plate: OTHER } },
    ])
    expect(passages().map(({ plate, token }) => [plate, token !== null])).toEqual([
      [PLATE, true],
      [OTHER, true],
    ])
    expect(went()).toEqual(['boarded', 'backed-off', 'passage', 'boarded', 'passage'])
    expect([grave(), everBoth(rig.truth)]).toEqual([[], []])
  })
})

/** A truck on its way, and the moments of its driver as they come. */
function driving(plate: string, kg: number): { is(mood: Mood['is']): Promise<unknown>; went: ReturnType<AgentRig['pass']> } {
  const moods: Mood['is'][] = []
  const went = rig.pass(plate, kg, { onMood: (mood) => moods.push(mood.is) })
  return { is: (mood) => eventually(() => moods.includes(mood), within), went }
}

/** Whether both arms have stood up at once, or two buttons of one barrier were pressed at once. */
function everBoth(truth: readonly Truth[]): string[] {
  const now = new Set<string>()
  return truth.flatMap((one) => {
    const what = one.kind === 'arm' ? `${one.gate} up` : one.kind === 'relay' ? one.output : null
    if (what === null) return []
    if (one.kind === 'arm' ? one.is === 'up' : one.kind === 'relay' && one.on) now.add(what)
    else now.delete(what)
    return NEVER_BOTH.filter((pair) => pair.every((each) => now.has(each))).map((pair) => pair.join(' and '))
  })
}
const NEVER_BOTH = [
  ['entry up', 'exit up'],
  ['entryOpen', 'entryClose'],
  ['exitOpen', 'exitClose'],
] as const
