import { beforeEach, describe, expect, it } from 'vitest'
import { aBooklet, inTheDark } from './booklet-builders.ts'
import { aConsoleLane, aSite, aSnapshot } from './builders.ts'
import { consoleWindow, LONG, SOON, withoutChromium } from './console-window.ts'

/** Tickets out of a booklet in a real browser, by the ten digits, Enter and the point, against an agent that says what the test wants said. */
describe.skipIf(withoutChromium)('booklets on the console in a real browser (needs chromium on the PATH)', () => {
  const desk = consoleWindow(() => aSnapshot({ lanes: [aConsoleLane()] }))
  const { pad, dialog, question } = desk
  beforeEach(() => {
    desk.agent.booklets = inTheDark()
  })

  async function open(): Promise<void> {
    await desk.open()
    await desk.page.getByRole('article', { name: '北磅' }).waitFor(SOON)
    await pad('03')
    await dialog('预授权票册').waitFor(SOON)
  }
  const says = (text: string | RegExp) => dialog().getByText(text).first().waitFor(SOON)
  const drawButtons = () => desk.page.getByRole('button', { name: /^从票册/ }).count()
  async function toTheConfirmation(): Promise<void> {
    await desk.page.getByRole('button', { name: /^从票册/ }).waitFor(SOON)
    await pad('1')
    await question('先登录：操作要记在您名下')
    await pad('1001E246810E')
    await question('看清车牌，录入牵引车号牌')
    await pad('40200803060501E')
    await question('号牌是什么颜色？')
    await pad('1')
    await question('录入挂车号牌；没有挂车直接按 Enter')
    await pad('402001020304E')
    await question('装运什么品种？')
    await pad('2')
    await question('计划装多少？')
    await pad('32500')
    await says('即 32.50 吨')
    await pad('E')
    await question('开票前看一遍')
  }

  it('says since when the network is gone and what is left, and draws by ten keys', LONG, async () => {
    await open()
    await says('网络自 11-21 11:12:00 起中断：可以从票册开票，联网后自动上报。')
    for (const text of ['驼运物流(示例) → 神木电厂(示例)', '余 38 张，共 50 张', '余 1226.40 吨，共 1600.00 吨', '11-23 00:00:00'])
      await says(text)
    expect(await desk.window.axe()).toEqual([])
    await toTheConfirmation()
    await says('从票册 BK-7K3M9QX2 开出下一张票，记在您名下。')
    await says('长焰煤 块煤')
    expect(await desk.window.axe()).toEqual([])
    expect(desk.agent.draws).toEqual([])
    await pad('E')
    await says('已开出，已封签')
    await says('610881-261121-7K3M9QX2A')
    await says('票册第 13 张，共 50 张')
    await says('2026-11-22 14:00:00')
    expect(await desk.window.axe()).toEqual([])
    expect(desk.agent.draws).toEqual([
      { booklet: 'BK-7K3M9QX2', plate: '陕K83651', plateColour: 'yellow', trailer: '陕K1234挂', product: 1, plannedNetKg: 32_500 },
    ])
    desk.agent.booklets = inTheDark(aBooklet({ left: 37, leftKg: 1_193_900 }))
    await pad('E')
    await says('余 37 张，共 50 张')
    await pad('.')
    await dialog().waitFor({ ...SOON, state: 'detached' })
  })

  it('with the cloud there it says to issue there, and there is nothing to press', LONG, async () => {
    desk.agent.booklets = { ...inTheDark(), dark: false, darkSince: null }
    desk.agent.snapshot = aSnapshot({ site: aSite({ link: { connected: true, since: '2026-11-21T03:12:00.000Z' } }) })
    await open()
    await says('云端在线：请在云端签发煤票，不用票册。')
    await says('余 38 张，共 50 张')
    expect(await drawButtons()).toBe(0)
    await pad('1')
    await says('余 38 张，共 50 张')
    expect(await desk.window.axe()).toEqual([])
  })

  it('a network that has only just gone draws nothing yet', LONG, async () => {
    desk.agent.booklets = { ...inTheDark(), dark: false, darkSince: null }
    await open()
    await says('网络刚断开：两分钟后仍不通才能从票册开票，恢复了就在云端签发。')
    expect(await drawButtons()).toBe(0)
  })

  it('says why a booklet gives nothing, and what is nearly used up', LONG, async () => {
    desk.agent.booklets = inTheDark(
      aBooklet({ booklet: 'BK-USEDUP01', left: 0, leftKg: 12_000, refusal: 'used-up' }),
      aBooklet({ booklet: 'BK-LAST0001', left: 2 }),
      aBooklet({ booklet: 'BK-TAKEN001', refusal: 'withdrawn' }),
      aBooklet({ booklet: 'BK-OTHER001', refusal: 'something-newer' }),
    )
    await open()
    await desk.page.getByRole('article', { name: 'BK-LAST0001' }).getByText('快用完').first().waitFor(SOON)
    await desk.page.getByRole('article', { name: 'BK-USEDUP01' }).getByText('这本票册的票号已用完').waitFor(SOON)
    await desk.page.getByRole('article', { name: 'BK-TAKEN001' }).getByText('这本票册已被收回').waitFor(SOON)
    await desk.page.getByRole('article', { name: 'BK-OTHER001' }).getByText('现在不能开票：something-newer').waitFor(SOON)
    expect(await drawButtons()).toBe(1)
    expect(await desk.window.axe()).toEqual([])
    await pad('1')
    await question('先登录：操作要记在您名下')
  })

  it('whoever is held without a ticket while the network is gone is told of the booklet, and only then', LONG, async () => {
    const held = { visit: 7, status: { phase: 'held', verdict: 'hold', plate: '陕K83651', weightKg: 15_640 } } as const
    desk.agent.snapshot = aSnapshot({ lanes: [aConsoleLane(held)] })
    await open()
    await pad('.')
    const hint = desk.page.getByText('可从菜单“预授权票册”开票')
    await hint.waitFor(SOON)
    expect(await desk.window.axe()).toEqual([])
    desk.agent.snapshot = { ...desk.agent.snapshot, site: aSite({ link: { connected: true, since: '2026-11-21T06:00:00.000Z' } }) }
    await hint.waitFor({ ...SOON, state: 'detached' })
  })

  it('a refusal is said in the agent’s words, and the answers so far are kept', LONG, async () => {
    desk.agent.answerDraw = () => ({ status: 409, kind: 'vehicle-has-ticket', title: '这辆车在本站已有一张未用的煤票' })
    await open()
    await toTheConfirmation()
    await pad('E')
    await says('这辆车在本站已有一张未用的煤票')
    expect(await desk.window.axe()).toEqual([])
    await pad('.')
    await question('开票前看一遍')
    await pad('.')
    await question('计划装多少？')
  })

  it('an answer that was lost is asked for again under the same key', LONG, async () => {
    const { answerDraw } = desk.agent
    desk.agent.answerDraw = () => null
    await open()
    await toTheConfirmation()
    await pad('E')
    await says('没有收到终端的回答')
    desk.agent.answerDraw = answerDraw
    await pad('.')
    await question('开票前看一遍')
    await pad('E')
    await says('已开出，已封签')
    expect(new Set(desk.agent.drawKeys).size).toBe(1)
    expect(new Set(desk.agent.draws.map((one) => JSON.stringify(one))).size).toBe(1)
  })

  it('the network that comes back on the way ends the drawing', LONG, async () => {
    await open()
    await toTheConfirmation()
    desk.agent.booklets = { ...inTheDark(), dark: false, darkSince: null }
    desk.agent.snapshot = aSnapshot({ site: aSite({ link: { connected: true, since: '2026-11-21T06:00:00.000Z' } }) })
    await says('网络已恢复：请返回，改在云端签发。')
    expect(await desk.page.getByRole('button', { name: '开出这张票' }).isDisabled()).toBe(true)
    await pad('E')
    expect(desk.agent.draws).toEqual([])
  })

  it('crosses out what is past when the agent falls silent', LONG, async () => {
    await open()
    await says('余 38 张，共 50 张')
    desk.agent.quiet()
    desk.agent.away()
    await dialog().locator('s', { hasText: '余 38 张，共 50 张' }).waitFor(SOON)
    await says('票册没有读到最新情况')
    expect(await desk.page.getByRole('button', { name: /^从票册/ }).isDisabled()).toBe(true)
    expect(await desk.window.axe()).toEqual([])
    await pad('1')
    await says('票册没有读到最新情况')
  })

  it('turns pages where there are more booklets than digits, fits a phone, and speaks English', LONG, async () => {
    desk.agent.booklets = inTheDark(
      ...Array.from({ length: 11 }, (_, at) => aBooklet({ booklet: `BK-NO${String(at + 1).padStart(4, '0')}` })),
    )
    await open()
    await desk.page.getByRole('article', { name: 'BK-NO0009' }).waitFor(SOON)
    await pad('0')
    await desk.page.getByRole('article', { name: 'BK-NO0011' }).waitFor(SOON)
    await pad('..')
    await dialog().waitFor({ ...SOON, state: 'detached' })
    await pad('05')
    await pad('03')
    await dialog('Booklet of tickets signed ahead').waitFor(SOON)
    await desk.page.getByText('38 of 50 left').first().waitFor(SOON)
    await desk.page.setViewportSize({ width: 320, height: 640 })
    expect(await desk.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
    expect(await desk.window.axe()).toEqual([])
  })
})
