import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { consoleIsBuilt, pressPad, questionOn, withoutChromium } from '../dashboard/console/console-window.ts'
import { type AgentRig, agentRig } from '../edge-agent/agent-rig.ts'
import { credentialOf } from '../edge-agent/console/people-rig.ts'
import { bodiesOf } from '../edge-agent/lane-rig.ts'
import { aTicketNumber } from '../edge-agent/store/store-rig.ts'
import { openBrowser, openWindow, type Window } from '../support/browser.ts'
import { eventually } from '../support/eventually.ts'

/**
 * A person at the scale, the cloud out of reach: a real agent on a simulated lane serves its own console and driver's display to a real
 * browser. The person attends the lane, looks at the truck that waits, and lets it go, with the ten keys of a pad.
 */
const LONG = { timeout: 120_000 }
const SOON = { timeout: 30_000 }
const PLATE = '陕K12345'
const skipped = withoutChromium || process.platform === 'win32'

describe.skipIf(skipped)('the console of a running agent in a real browser (needs chromium on the PATH)', () => {
  let rig: AgentRig
  let gone = false
  let browser: Browser
  const windows: Window[] = []
  let page: Page
  let driver: Page

  beforeAll(async () => {
    await consoleIsBuilt()
    browser = await openBrowser()
    rig = await agentRig({ speed: 2 })
    const person = async (id: string, name: string, role: 'operator' | 'supervisor', pin: string) => ({
      kind: 'operator' as const,
      body: { id, name, role, credential: await credentialOf(pin), revoked: false },
    })
    rig.agent.store.orders.apply(
      rig.orders.batch(await person('1001', '张司磅', 'operator', '246801'), await person('9001', '王班长', 'supervisor', '864213')),
    )
    await eventually(() => rig.lane().phase === 'idle', { within: 30_000 })
    await eventually(() => rig.mine.cameras.front.connected() && rig.mine.reader.connected() > 0, { within: 30_000 })
    windows.push(await openWindow(browser, rig.consoleUrl), await openWindow(browser, `${rig.consoleUrl}/display?lane=north`))
    ;[page, driver] = windows.map((window) => window.page) as [Page, Page]
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    if (!gone) await rig?.close()
  }, 60_000)

  const pad = (keys: string) => pressPad(page, keys)
  const north = () => page.getByRole('article', { name: '北磅' })
  /** The number under which an act stands in the row now. */
  const keyOf = async (act: string): Promise<string> =>
    (await page.getByRole('contentinfo').getByRole('button', { name: act }).textContent())?.match(/\d/)?.[0] ?? ''
  const question = (text: string) => questionOn(page, text, SOON)

  it('a person signs in and attends the lane, by ten keys', LONG, async () => {
    await north()
      .getByText('重量 0.00 吨')
      .waitFor({ ...SOON, state: 'attached' })
    await page.getByText('断开').first().waitFor(SOON)
    expect(await windows[0]?.axe()).toEqual([])
    await pad(`E${await keyOf('转人工值守')}`)
    await question('先登录：操作要记在您名下')
    await pad('1001E000000E')
    await page.getByText('工号或密码不对').waitFor(SOON)
    await pad('246801E')
    await question('为什么？')
    await pad('1')
    await question('确认前看一遍')
    await pad('E')
    await page.getByText('已完成，已封签').waitFor(SOON)
    await pad('E')
    await north().getByText('自动放行：已停：人工值守').waitFor(SOON)
    expect(bodiesOf(rig.agent.store, 'decision')).toMatchObject([{ act: 'attended-on', operator: '1001', reason: 'maintenance' }])
  })

  it('a truck comes, its weight runs on the screen, it waits, and is let go under the person’s name', LONG, async () => {
    const passed = rig.pass(PLATE, 15_640, { shows: aTicketNumber(1) })
    await north().getByText('这辆车等您决定').waitFor({ timeout: 60_000 })
    await north()
      .getByText('重量 15.64 吨')
      .waitFor({ ...SOON, state: 'attached' })
    await north()
      .getByText(PLATE)
      .first()
      .waitFor({ ...SOON, state: 'attached' })
    await driver
      .getByRole('heading', { name: /请等待/ })
      .first()
      .waitFor(SOON)
    expect(await Promise.all(windows.map((window) => window.axe()))).toEqual([[], []])
    expect(rig.exitPulses()).toBe(0)
    await pad(`E${await keyOf('放行')}`)
    await question('为什么？')
    await pad('1')
    await question('确认前看一遍')
    await pad('E')
    await page.getByText('已完成，已封签').waitFor(SOON)
    await driver.getByRole('heading', { name: '请驶离' }).waitFor(SOON)
    expect(await passed).toBe('out')
    expect(rig.exitPulses()).toBe(1)
    expect(bodiesOf(rig.agent.store, 'decision').at(-1)).toMatchObject({ act: 'release', operator: '1001', reason: 'checked-by-eye' })
    await pad('E')
  })

  it('tells afterwards why the barrier opened', LONG, async () => {
    await eventually(() => rig.lane().phase === 'idle', { within: 30_000 })
    await pad('01')
    await page
      .getByRole('dialog', { name: /最近过磅/ })
      .getByRole('button', { name: new RegExp(`为什么：${PLATE}`) })
      .first()
      .waitFor(SOON)
    await pad('1')
    const why = page.getByRole('dialog', { name: new RegExp(`为什么：${PLATE}`) })
    await why.getByText(`车牌 ${PLATE}`).first().waitFor(SOON)
    await pad('..')
  })

  it('with the agent gone everything is crossed out, and no page did what it may not', LONG, async () => {
    gone = true
    await rig.close()
    await north().getByText('自动放行：不明：连不上终端').waitFor(SOON)
    await north().locator('s').first().waitFor(SOON)
    await driver.getByRole('heading', { name: '没有消息' }).waitFor(SOON)
    expect(await page.getByRole('button', { name: '人工操作' }).isDisabled()).toBe(true)
    expect(rig.broke).toEqual([])
    expect(windows.flatMap(({ wrongs }) => wrongs)).toEqual([])
  })
})
