import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { pagesIn } from '../../../edge-agent/console/pages.ts'
import { manualClock } from '../../support/manual-clock.ts'

const folder = mkdtempSync(join(tmpdir(), 'pitgate-pages-'))
const built = join(folder, 'console')
const clock = manualClock()
const pages = pagesIn(built, clock)
const text = async (path: string): Promise<string | null> => {
  const page = await pages.find(path)
  return page === null || page === 'not-built' ? page : new TextDecoder().decode(page.bytes)
}
beforeAll(() => writeFileSync(join(folder, 'secret.html'), 'not for screens'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('says that nothing is built, and finds what is built later', async () => {
  expect(await pages.find('/')).toBe('not-built')
  mkdirSync(join(built, 'assets'), { recursive: true })
  writeFileSync(join(built, 'console.html'), 'the console')
  writeFileSync(join(built, 'display.html'), 'the display')
  writeFileSync(join(built, 'assets', 'console-a1b2c3.js'), 'the script')
  writeFileSync(join(built, 'assets', 'notes.txt'), 'no page')
  symlinkSync(join(folder, 'secret.html'), join(built, 'link.html'))
  await clock.advance(3_000)
  expect(await text('/')).toBe('the console')
  expect(await text('/display')).toBe('the display')
})

it('keeps hashed assets for a year and asks for the page anew each time', async () => {
  expect(await pages.find('/assets/console-a1b2c3.js')).toMatchObject({
    type: 'text/javascript; charset=utf-8',
    cache: 'public, max-age=31536000, immutable',
  })
  expect(await pages.find('/console.html')).toMatchObject({ type: 'text/html; charset=utf-8', cache: 'no-cache' })
})

it.each([
  '/nothing',
  '/../secret.html',
  '/assets/../../secret.html',
  '/..\\secret.html',
  '/link.html',
  '/assets',
  '/assets/notes.txt',
  '',
  '//console.html',
])('has no page %j', async (path) => {
  await clock.advance(3_000)
  expect(await text(path)).toBeNull()
})
