import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import type { ConsoleSnapshot } from '#edge/console'
import { chromiumHere, openBrowser, openWindow, type Window } from '../../support/browser.ts'
import { buildConsole, type FakeAgent, fakeAgent } from './fake-agent.ts'

/** How long a test of the console may take, and what it waits for at most. */
export const LONG = { timeout: 60_000 }
export const SOON = { timeout: 10_000 }
export const withoutChromium = chromiumHere() === null && !process.env.CI

/** The console's build in a real browser. Agent, window and page are a test's own; the last two are there once it is open. */
export interface ConsoleWindow {
  readonly agent: FakeAgent
  readonly window: Window
  readonly page: Page
  open(path?: string): Promise<void>
  /** As `pressPad` has them. */
  pad(keys: string): Promise<void>
  dialog(name?: RegExp | string): Locator
  /** Waits for the question that a dialog asks. */
  question(text: string): Promise<void>
}

/** For all tests of the `describe` it is called in: builds the console once, and lets no wrong in the browser pass unseen. */
export function consoleWindow(snapshot: () => ConsoleSnapshot): ConsoleWindow {
  const folder = mkdtempSync(join(tmpdir(), 'pitgate-console-'))
  let browser: Browser
  let agent: FakeAgent
  let window: Window

  beforeAll(async () => {
    const [started] = await Promise.all([openBrowser(), buildConsole(folder)])
    browser = started
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true, force: true })
  })
  beforeEach(async () => {
    agent = await fakeAgent(folder, snapshot())
    agent.beat()
  })
  afterEach(async () => {
    expect(window.wrongs).toEqual([])
    await window.close()
    await agent.close()
  })

  return {
    get agent() {
      return agent
    },
    get window() {
      return window
    },
    get page() {
      return window.page
    },
    async open(path = '/') {
      window = await openWindow(browser, agent.url + path)
      // Colours on their way from one theme to the other are neither's.
      await window.page.emulateMedia({ reducedMotion: 'reduce' })
    },
    pad: (keys) => pressPad(window.page, keys),
    dialog: (name) => window.page.getByRole('dialog', name === undefined ? {} : { name }),
    question: (text) => questionOn(window.page, text, SOON),
  }
}

const PAD = { '.': 'NumpadDecimal', E: 'NumpadEnter' } as const
/** Keys of the pad on any console: digits, `E` for Enter, `.` for back. */
export async function pressPad(page: Page, keys: string): Promise<void> {
  for (const key of keys) await page.keyboard.press(key in PAD ? PAD[key as keyof typeof PAD] : `Numpad${key}`)
}
export const questionOn = (page: Page, text: string, soon: { readonly timeout: number }): Promise<void> =>
  page.getByRole('heading', { name: text, level: 3 }).waitFor(soon)

/** A real agent serves what was built beside it; a run of one file alone builds it first. */
export async function consoleIsBuilt(): Promise<void> {
  const built = fileURLToPath(new URL('../../../dist/console', import.meta.url))
  if (!existsSync(`${built}/console.html`)) await buildConsole(built)
}
