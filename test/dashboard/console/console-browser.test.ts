import { describe, expect, it } from 'vitest'
import type { ConsoleLane } from '#edge/console'
import type { LaneId } from '#edge/ids'
import { eventually } from '../../support/eventually.ts'
import { AT, aConsoleLane, aConsoleWeighing, aDisplay, anAskingLane, aSnapshot } from './builders.ts'
import { consoleWindow, LONG, SOON, withoutChromium } from './console-window.ts'

/**
 * The console and the driver's display in a real browser, against an agent that says what the test wants said. Nothing of the pad but
 * its ten digits, Enter and the point is pressed where a test says so.
 */
describe.skipIf(withoutChromium)('the console in a real browser (needs chromium on the PATH)', () => {
  const desk = consoleWindow(() => aSnapshot({ lanes: [anAskingLane({ photos })] }))
  const { open, pad, dialog, question } = desk
  const north = () => desk.page.getByRole('article', { name: '北磅' })

  it('says at a glance what stands there, may it go, why, and how long there is to answer', LONG, async () => {
    await open()
    await north()
      .getByText('重量 48.62 吨')
      .waitFor({ ...SOON, state: 'attached' })
    await north().getByText('陕K·83651').or(north().getByText('陕K83651')).first().waitFor(SOON)
    for (const text of ['可信度 82/100', '610881-261121-7K3M9QX2A', '还可装', '这辆车等您决定', '本次皮重 16.54 吨'])
      await north().getByText(text).first().waitFor(SOON)
    await north().getByText('47', { exact: true }).waitFor(SOON)
    await desk.page.getByText('自 11:12:00 断开').waitFor(SOON)
    expect(await desk.page.locator('.photos img').count()).toBe(2)
    expect(await desk.window.axe()).toEqual([])
  })

  it('releases by ten keys: act, sign-in, reason, confirm, sealed', LONG, async () => {
    await open()
    await north().waitFor(SOON)
    await pad('E1')
    await question('先登录：操作要记在您名下')
    expect(await desk.window.axe()).toEqual([])
    await pad('1001E246810E')
    await question('为什么？')
    await pad('2')
    await dialog('放行 · 北磅').getByText('北磅：这辆车放行，出口道闸打开，煤票随之使用。').waitFor(SOON)
    expect(await desk.window.axe()).toEqual([])
    expect(desk.agent.acts).toEqual([])
    await pad('E')
    await dialog('放行 · 北磅').getByText('已完成，已封签').waitFor(SOON)
    await dialog('放行 · 北磅').getByText('hongliu.a1.1-9f3a2b4c.412').waitFor(SOON)
    expect(desk.agent.acts).toEqual([{ lane: 'north', act: 'release', reason: 'papers-checked', note: '', visit: 318 }])
    await pad('E')
    await dialog('放行 · 北磅').waitFor({ ...SOON, state: 'detached' })
    await desk.page.getByText('王师傅 · 司磅员').waitFor(SOON)
  })

  it('lifts only with a second person, who is asked again when refused', LONG, async () => {
    desk.agent.answerAct = ({ second }) =>
      second?.id === '9001' ? { record: 'r', phase: 'released' } : { status: 403, kind: 'second-wrong', title: '第二人的工号或密码不对' }
    await open()
    await north().waitFor(SOON)
    await pad('E3')
    await question('先登录：操作要记在您名下')
    await pad('1001E246810E')
    await question('哪一个道闸？')
    await pad('2')
    await question('为什么？')
    await pad('1')
    await question('第二人确认')
    await pad('1002E000000E')
    await question('确认前看一遍')
    await pad('E')
    await desk.page.getByText('第二人的工号或密码不对').waitFor(SOON)
    expect(await desk.window.axe()).toEqual([])
    await pad('9001E135791E')
    await question('确认前看一遍')
    await pad('E')
    await desk.page.getByText('已完成，已封签').waitFor(SOON)
    expect(desk.agent.acts.at(-1)).toMatchObject({ act: 'lift', gate: 'exit', reason: 'emergency', second: { id: '9001' } })
  })

  it('goes back a question with the point, and leaves from the first; nothing was sent', LONG, async () => {
    await open()
    await north().waitFor(SOON)
    await pad('E1')
    await question('先登录：操作要记在您名下')
    await pad('1001E246810E')
    await question('为什么？')
    await pad('1')
    await question('确认前看一遍')
    await pad('.')
    await question('为什么？')
    await pad('.')
    await dialog('放行 · 北磅').waitFor({ ...SOON, state: 'detached' })
    expect(desk.agent.acts).toEqual([])
  })

  it('wants words for “other”', LONG, async () => {
    await open()
    await north().waitFor(SOON)
    await pad('E2')
    await question('先登录：操作要记在您名下')
    await pad('1001E246810E')
    await question('为什么？')
    await pad('5')
    await question('确认前看一遍')
    await pad('E')
    await desk.page.getByText('请至少写 5 个字说明原因。').waitFor(SOON)
    await desk.page.getByLabel('补充说明').fill('司机自愿退出')
    await pad('E')
    await desk.page.getByText('已完成，已封签').waitFor(SOON)
    expect(desk.agent.acts).toMatchObject([{ act: 'refuse', reason: 'other', note: '司机自愿退出' }])
  })

  it('will not act on the vehicle that came after', LONG, async () => {
    await open()
    await north().waitFor(SOON)
    await pad('E1')
    await question('先登录：操作要记在您名下')
    await pad('1001E246810E')
    await question('为什么？')
    await pad('1')
    await question('确认前看一遍')
    desk.agent.snapshot = { ...desk.agent.snapshot, lanes: [anAskingLane({ visit: 319 })] }
    await desk.page.getByText('磅道上已不是刚才那辆车').waitFor(SOON)
    await pad('E')
    expect(await desk.page.getByRole('button', { name: /确认/ }).isDisabled()).toBe(true)
    expect(desk.agent.acts).toEqual([])
  })

  it('takes a plate by two digits a character', LONG, async () => {
    desk.agent.snapshot = { ...desk.agent.snapshot, lanes: [anAskingLane({ acts: ['plate'], status: { plate: null } })], secondPerson: [] }
    await open()
    await north().waitFor(SOON)
    await pad('E1')
    await question('先登录：操作要记在您名下')
    await pad('1001E246810E')
    await question('看清车牌，录入牵引车号牌')
    expect(await desk.window.axe()).toEqual([])
    await pad('40200803060501')
    expect(await desk.page.getByRole('textbox', { name: '车牌' }).inputValue()).toBe('陕K83651')
    await pad('E')
    await question('为什么？')
    await pad('1')
    await question('确认前看一遍')
    await pad('E')
    await desk.page.getByText('已完成，已封签').waitFor(SOON)
    expect(desk.agent.acts).toMatchObject([{ act: 'plate', plate: '陕K83651', reason: 'plate-unreadable' }])
  })

  it('crosses out what is past and stops acting when the agent falls silent, and comes back by itself', LONG, async () => {
    await open()
    await north()
      .getByText('重量 48.62 吨')
      .waitFor({ ...SOON, state: 'attached' })
    desk.agent.quiet()
    await desk.page.getByRole('alert').filter({ hasText: '起没有数据' }).waitFor(SOON)
    await north().locator('s', { hasText: '48.62' }).waitFor(SOON)
    await north().getByText('自动放行：不明：连不上终端').waitFor(SOON)
    expect(await desk.page.getByRole('button', { name: '人工操作' }).isDisabled()).toBe(true)
    await pad('E1')
    expect(await desk.page.getByRole('dialog').count()).toBe(0)
    expect(await desk.window.axe()).toEqual([])
    desk.agent.beat()
    await north()
      .getByText('重量 48.62 吨')
      .waitFor({ ...SOON, state: 'attached' })
    expect(await north().locator('s').count()).toBe(0)
  })

  it('finds the agent again after it was away', LONG, async () => {
    await open()
    await north().waitFor(SOON)
    desk.agent.away()
    await desk.page.getByRole('alert').filter({ hasText: '起没有数据' }).waitFor(SOON)
    desk.agent.snapshot = { ...desk.agent.snapshot, lanes: [aConsoleLane()] }
    desk.agent.back()
    await desk.page.getByRole('alert').waitFor({ timeout: 20_000, state: 'detached' })
    await north().getByText('没有车', { exact: true }).waitFor(SOON)
  })

  it('draws every reading and shows it within a moment', LONG, async () => {
    await open()
    await north().waitFor(SOON)
    const began = Date.parse(AT)
    for (let n = 0; n < 40; n += 1) desk.agent.say('weight', ['north' as LaneId, began + n * 50, n * 1_000, false])
    await north()
      .getByText('重量 39.00 吨')
      .waitFor({ ...SOON, state: 'attached' })
    await north().getByText('不稳定').waitFor(SOON)
    const inked = await eventually(() =>
      desk.page.locator('canvas').evaluate((canvas) => {
        const at = canvas as HTMLCanvasElement
        const pixels = at.getContext('2d')?.getImageData(0, 0, at.width, at.height).data ?? []
        return pixels.filter((_, i) => i % 4 === 3 && (pixels[i] ?? 0) > 200).length || null
      }),
    )
    expect(inked).toBeGreaterThan(300)
  })

  it('chooses among sixteen lanes by number', LONG, async () => {
    const lanes = Array.from({ length: 16 }, (_, n) => laneCalled(`${n + 1} 号磅道`, `lane-${n + 1}`))
    desk.agent.snapshot = { ...desk.agent.snapshot, lanes }
    await open()
    await desk.page.getByRole('article', { name: '1 号磅道', exact: true }).waitFor(SOON)
    await pad('14')
    await desk.page.getByRole('article', { name: '14 号磅道' }).waitFor(SOON)
    await pad('1E')
    await desk.page.getByRole('article', { name: '1 号磅道', exact: true }).waitFor(SOON)
    await pad('7')
    await desk.page.getByRole('article', { name: '7 号磅道' }).waitFor(SOON)
    expect(new URL(desk.page.url()).searchParams.get('lane')).toBe('lane-7')
    expect(await desk.window.axe()).toEqual([])
  })

  it('tells why, checks the scale and changes its language and its light, by the menu', LONG, async () => {
    desk.agent.weighings = [aConsoleWeighing(), aConsoleWeighing({ id: 'hongliu.a1.1-9f3a2b4c.16', plate: null, verdict: 'hold' })]
    await open()
    await north().waitFor(SOON)
    await pad('01')
    await dialog(/最近过磅/)
      .getByRole('button')
      .filter({ hasText: '为什么' })
      .first()
      .waitFor(SOON)
    await pad('2')
    await dialog('为什么：无车牌，11-21 14:00:00').getByText('结论：放行').waitFor(SOON)
    expect(await desk.window.axe()).toEqual([])
    await pad('.')
    await pad('.')
    await eventually(async () => (await desk.page.getByRole('dialog').count()) === 0)

    await pad('02')
    await question('先登录：操作要记在您名下')
    await pad('1001E246810E')
    await question('核查什么？')
    expect(await desk.window.axe()).toEqual([])
    await pad('1')
    await question('称一个已知重量')
    await pad('20000E')
    await desk.page.getByText('已完成，已封签').waitFor(SOON)
    await pad('E')
    expect(desk.agent.checks).toEqual([{ lane: 'north', what: 'known-weight', knownKg: 20_000, note: '' }])

    await pad('05')
    await desk.page.getByRole('heading', { name: 'Operator console' }).waitFor(SOON)
    await desk.page.getByText('This vehicle waits for you').waitFor(SOON)
    expect(await desk.window.axe()).toEqual([])
    await pad('06')
    await eventually(() => desk.page.evaluate(() => document.documentElement.classList.contains('theme-dark')))
    expect(await desk.window.axe()).toEqual([])
  })

  it('leaves the digits alone once they are turned off', LONG, async () => {
    await open()
    await north().waitFor(SOON)
    await pad('08')
    await desk.page.getByRole('dialog').waitFor({ ...SOON, state: 'detached' })
    await pad('E0')
    expect(await desk.page.getByRole('dialog').count()).toBe(0)
    await desk.page.getByRole('button', { name: '菜单' }).click()
    await desk.page.getByRole('button', { name: '启用数字键' }).click()
    await pad('0')
    await desk.page.getByRole('dialog').waitFor(SOON)
  })

  it('is read from two metres, and fits a small screen and a phone', LONG, async () => {
    desk.agent.snapshot = { ...desk.agent.snapshot, lanes: [anAskingLane({ photos }), laneCalled('南磅', 'south')] }
    await open()
    await north().waitFor(SOON)
    for (const [width, height, least] of [
      [1920, 1080, 160],
      [1280, 720, 120],
      [390, 844, 72],
      [320, 640, 60],
    ] as const) {
      await desk.page.setViewportSize({ width, height })
      const size = await desk.page.locator('.number .digits').evaluate((digits) => Number.parseFloat(getComputedStyle(digits).fontSize))
      expect([width, size >= least]).toEqual([width, true])
      expect([width, await desk.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)]).toEqual([width, true])
      expect(await desk.window.axe()).toEqual([])
    }
    await desk.page.setViewportSize({ width: 1280, height: 720 })
    const bar = await desk.page.getByRole('contentinfo').boundingBox()
    const verdict = await north().getByText('本次皮重 16.54 吨').boundingBox()
    const gates = await north().getByText('出口道闸').boundingBox()
    for (const box of [verdict, gates]) expect((box?.y ?? 9_999) + (box?.height ?? 0)).toBeLessThan(bar?.y ?? 0)
  })

  it('shows the driver what to do, why, and that it knows nothing when it does not', LONG, async () => {
    desk.agent.display = aDisplay({
      phase: 'held',
      verdict: 'hold',
      plate: '陕K83651',
      plateColour: 'yellow',
      weightKg: 52_340,
      said: { code: 'held', facts: {} },
      findings: [{ code: 'over-legal-limit', mode: 'enforce', facts: { weightKg: 52_340, limitKg: 49_000, overKg: 3_340, axles: 6 } }],
    })
    await open('/display?lane=north')
    await desk.page.getByRole('heading', { name: '不予放行 请倒车下磅' }).waitFor(SOON)
    for (const text of ['Not released', '超载 3.34 吨', '52.34']) await desk.page.getByText(text).first().waitFor(SOON)
    expect(await desk.window.axe()).toEqual([])
    desk.agent.display = aDisplay({
      phase: 'released',
      verdict: 'open',
      plate: '陕K83651',
      weightKg: 48_620,
      said: { code: 'go', facts: {} },
    })
    await desk.page.getByRole('heading', { name: '请驶离' }).waitFor(SOON)
    desk.agent.quiet()
    desk.agent.away()
    await desk.page.getByRole('heading', { name: '没有消息' }).waitFor(SOON)
    expect(await desk.window.axe()).toEqual([])
    desk.agent.back()
    desk.agent.beat()
    await desk.page.getByRole('heading', { name: '请驶离' }).waitFor({ timeout: 20_000 })
  })

  it('asks with the key in its address, and without a code says where it is to be read', LONG, async () => {
    desk.agent.display = aDisplay({ phase: 'asking', verdict: 'ask', said: { code: 'show-code', facts: { code: '482913' } } })
    await open('/display?lane=north&key=a-screen-at-the-lane')
    const asked = desk.page.waitForRequest((request) => request.url().endsWith('/api/display/stream?lane=north&key=a-screen-at-the-lane'))
    await desk.page.reload()
    await asked
    await desk.page.getByText('482913').waitFor(SOON)
    desk.agent.display = aDisplay({ phase: 'asking', verdict: 'ask', said: { code: 'show-code', facts: {} } })
    await desk.page.getByRole('heading', { name: '验证码请看 磅道显示牌' }).waitFor(SOON)
    await desk.page.getByText('Your code is on the sign at the lane').waitFor(SOON)
    expect(await desk.window.axe()).toEqual([])
  })

  it('lets whoever sets up the driver’s screen choose its lane', LONG, async () => {
    desk.agent.display = aDisplay()
    await open('/display')
    expect(await desk.window.axe()).toEqual([])
    await desk.page.getByRole('link', { name: '北磅' }).click()
    await desk.page.getByRole('heading', { name: '磅道空闲' }).waitFor(SOON)
  })

  it('has no word of the cloud’s screens in it', LONG, async () => {
    await open()
    await north().waitFor(SOON)
    const scripts = await desk.page.evaluate(async () => {
      const paths = performance
        .getEntriesByType('resource')
        .map(({ name }) => name)
        .filter((name) => name.endsWith('.js'))
      return Promise.all(paths.map(async (path) => (await fetch(path)).text()))
    })
    expect(scripts.length).toBeGreaterThan(0)
    expect(scripts.filter((text) => text.includes('/socket.io') || text.includes('/api/alarms'))).toEqual([])
  })
})

const photos = ['a', 'b'].map((letter, at) => ({
  hash: letter.repeat(64),
  camera: at === 0 ? ('front' as const) : ('rear' as const),
  at: AT,
}))
const laneCalled = (name: string, lane: string): ConsoleLane => aConsoleLane({ name, status: { lane: lane as LaneId } })
