import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aSignedBooklet, someNumbers } from '../../builders/booklet.ts'
import { aVehicle } from '../../builders/ticket.ts'
import { type AgentRig, agentRig } from '../../edge-agent/agent-rig.ts'
import { orderPeople, PINS } from '../../edge-agent/console/people-rig.ts'
import { bodiesOf } from '../../edge-agent/lane-rig.ts'
import { openBrowser, openWindow, type Window } from '../../support/browser.ts'
import { eventually } from '../../support/eventually.ts'
import { consoleIsBuilt, pressPad, questionOn, withoutChromium } from './console-window.ts'

/** A person at a site that its network has left draws a ticket by ten keys: real browser, real agent. The truck it is for: edge-agent/console/booklets. */
const LONG = { timeout: 120_000 }
const SOON = { timeout: 30_000 }
const PLATE = '陕K83651'
const skipped = withoutChromium || process.platform === 'win32'

describe.skipIf(skipped)('a booklet of a running agent in a real browser (needs chromium on the PATH)', () => {
  let rig: AgentRig
  let browser: Browser
  let window: Window
  let page: Page
  const numbers = someNumbers(3)

  beforeAll(async () => {
    await consoleIsBuilt()
    browser = await openBrowser()
    rig = await agentRig({ speed: 10 })
    await orderPeople(rig.orders, rig.agent.store)
    const product = { coalClass: 'BN', category: 'FINE' }
    const booklet = aSignedBooklet(rig.issuer, { numbers, products: [product], mostKg: 90_000, validUntil: '2026-11-23T00:00:00Z' })
    const vehicle = aVehicle({ plate: PLATE })
    rig.agent.store.orders.apply(rig.orders.batch({ kind: 'vehicle', body: vehicle }, { kind: 'booklet', body: booklet }))
    await eventually(() => rig.lane().phase === 'idle', { within: 30_000 })
    window = await openWindow(browser, rig.consoleUrl)
    page = window.page
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await rig?.close()
  }, 60_000)

  const pad = (keys: string) => pressPad(page, keys)
  const question = (text: string) => questionOn(page, text, SOON)
  const says = (text: string | RegExp) => page.getByRole('dialog').getByText(text).first().waitFor(SOON)
  async function toTheConfirmation(): Promise<void> {
    await pad('1')
    await question('看清车牌，录入牵引车号牌')
    await pad('40200803060501E')
    await question('号牌是什么颜色？')
    await pad('1')
    await question('录入挂车号牌；没有挂车直接按 Enter')
    await pad('E')
    await question('计划装多少？')
    await pad('32000E')
    await question('开票前看一遍')
  }

  it('two minutes after the network went the next number is drawn, in the person’s name', LONG, async () => {
    await page.getByRole('article', { name: '北磅' }).waitFor(SOON)
    await pad('03')
    await says(/起中断：可以从票册开票/)
    await says('余 3 张，共 3 张')
    expect(await window.axe()).toEqual([])
    await pad('1')
    await question('先登录：操作要记在您名下')
    await page.getByLabel('工号').fill('zhang')
    await pad('E')
    await page.keyboard.type(PINS.zhang)
    await pad('E')
    await question('看清车牌，录入牵引车号牌')
    await pad('.')
    await toTheConfirmation()
    expect(bodiesOf(rig.agent.store, 'drawn-ticket')).toEqual([])
    await pad('E')
    await says('已开出，已封签')
    await says(numbers[0] ?? '')
    await says('票册第 1 张，共 3 张')
    expect(await window.axe()).toEqual([])
    expect(bodiesOf(rig.agent.store, 'drawn-ticket')).toMatchObject([
      {
        booklet: 'BK-7QK2M9XA',
        serial: 1,
        operator: 'zhang',
        ticket: { number: numbers[0], plate: PLATE, plateColour: 'yellow', trailer: null, plannedNetKg: 32_000 },
      },
    ])
  })

  it('the same truck gets no second ticket while it has the first, and is told why', LONG, async () => {
    await pad('E')
    await says('余 2 张，共 3 张')
    await toTheConfirmation()
    await pad('E')
    await says('没有做成')
    await says(new RegExp(numbers[0] ?? ''))
    expect(bodiesOf(rig.agent.store, 'drawn-ticket')).toHaveLength(1)
    await pad('E.')
    expect(rig.broke).toEqual([])
    expect(window.wrongs).toEqual([])
  })
})
