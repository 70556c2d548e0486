import { accessSync, constants, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'
import type { AxeResults } from 'axe-core'
import { type Browser, chromium, type Page } from 'playwright-core'

/** A real Chromium for journeys. It is the system's own: nothing is downloaded. */

/** What `command -v chromium` would print; null where there is none. */
export const chromiumHere = (): string | null =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => ['chromium', 'chromium.exe'].map((name) => join(folder, name)))
    .find(runs) ?? null

function runs(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

export async function openBrowser(): Promise<Browser> {
  const executablePath = chromiumHere()
  if (executablePath === null) throw new Error('there is no chromium on the PATH; Debian: apt-get install chromium fonts-noto-cjk')
  return chromium.launch({ executablePath })
}

/** One person's own window: no cookies of anybody else, and an eye on what no page of ours may ever do. */
export interface Window {
  readonly page: Page
  /** Requests that left the host, violations of the content-security policy, errors nobody caught: each as a sentence. */
  readonly wrongs: readonly string[]
  /** What axe finds on the page as it stands, every rule of it: each as rule, place and reason. */
  axe(): Promise<string[]>
  close(): Promise<void>
}

export async function openWindow(browser: Browser, url: string): Promise<Window> {
  const { host } = new URL(url)
  const wrongs: string[] = []
  const context = await browser.newContext({ locale: 'zh-CN', timezoneId: 'Asia/Shanghai', viewport: { width: 1440, height: 900 } })
  const leaves = (to: string): boolean => new URL(to).host !== host
  context.on('request', (request) => {
    if (leaves(request.url())) wrongs.push(`a request to ${request.url()}`)
  })
  context.on('weberror', (error) => wrongs.push(`an error: ${error.error().message}`))
  await context.exposeBinding('tellViolation', (_source, what: string) => wrongs.push(what))
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) => {
      const { tellViolation } = window as unknown as { tellViolation: (what: string) => void }
      tellViolation(`${violatedDirective} refused ${blockedURI} in ${sourceFile}`)
    })
  })
  const page = await context.newPage()
  page.on('websocket', (socket) => {
    if (leaves(socket.url())) wrongs.push(`a socket to ${socket.url()}`)
  })
  await page.goto(url)
  await page.getByRole('heading', { level: 1 }).waitFor()
  return { page, wrongs, axe: () => askAxe(page), close: () => context.close() }
}

/** Signs in through the screen, as a person does. */
export async function signInAt(page: Page, name: string, password: string): Promise<void> {
  await page.getByLabel('用户名').fill(name)
  await page.getByLabel('密码').fill(password)
  await page.getByRole('button', { name: '登录' }).click()
  await page.getByRole('button', { name: '退出登录' }).waitFor()
}

const axeText = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

async function askAxe(page: Page): Promise<string[]> {
  // Evaluated by the debugger, which no content-security policy forbids; a script tag would itself be a violation.
  await page.evaluate(axeText)
  const { violations } = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(): Promise<AxeResults> } }
    return axe.run()
  })
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary}`))
}
