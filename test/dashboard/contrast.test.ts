import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

/** WCAG 2.2 contrast of the tokens as they stand in the style sheet: axe cannot see all of it, arithmetic can. */
const room = resolve(import.meta.dirname, '../../dashboard')
const css = readFileSync(join(room, 'theme.css'), 'utf8')
type Tokens = ReadonlyMap<string, string>
const tokensIn = (text: string): Tokens =>
  new Map([...text.matchAll(/--([a-z0-9-]+):\s*(#[0-9a-f]{6})/g)].map((match) => [match[1] as string, match[2] as string]))
const tokens = tokensIn(css)
/** The console's screen for the night: what it does not name stays as by day. */
const night: Tokens = new Map([...tokens, ...tokensIn(readFileSync(join(room, 'console/console.css'), 'utf8'))])
const hex = (name: string, of: Tokens): string => {
  const value = name.startsWith('#') ? name : of.get(name)
  if (!value) throw new Error(`there is no colour token --${name}`)
  return value
}
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
function contrast(a: string, b: string, of: Tokens = tokens): number {
  const [dark, light] = [luminance(hex(a, of)), luminance(hex(b, of))].sort((x, y) => x - y) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

describe('text is readable, 4.5:1', () => {
  const grounds = ['page', 'panel', 'raised', 'sunken']
  it.each(['text', 'muted', 'p1', 'p3', 'action', 'stale'].flatMap((ink) => grounds.map((ground) => [ink, ground] as const)))(
    '%s on %s',
    (ink, ground) => {
      expect(contrast(ink, ground)).toBeGreaterThanOrEqual(4.5)
    },
  )
  it.each([
    ['p2', 'panel'],
    ['p2', 'raised'],
    ['p2', 'sunken'],
    ['on-chip', 'p1'],
    ['on-chip', 'p2'],
    ['on-chip', 'p3'],
    ['on-chip', 'stale'],
    ['on-action', 'action'],
    ['on-action', 'muted'],
    ['ink-text', 'ink'],
    ['ink-muted', 'ink'],
    ['ink-text', 'text'],
  ])('%s on %s', (ink, ground) => {
    expect(contrast(ink, ground)).toBeGreaterThanOrEqual(4.5)
  })
  it.each([
    ['yellow plate', '#15191c', '#f2bd1d'],
    ['blue plate', '#ffffff', '#164a9e'],
    ['black plate', '#ffffff', '#16191c'],
    ['green plate, darkest', '#10191c', '#6cc487'],
    ['data out of date', '#2a1650', '#c9b3ee'],
    ['something wrong in the console’s head', '#14181b', '#ffa24c'],
    ['driver: go', '#ffffff', '#0a5c2a'],
    ['driver: do this', '#ffffff', '#0b3f7a'],
    ['driver: wait', '#15191c', '#f2bd1d'],
    ['driver: no', '#ffffff', '#a30018'],
    ['driver: no news', '#ffffff', '#2a1650'],
    ['alarm count', '#ffffff', '#d4183a'],
  ])('%s', (_what, ink, ground) => {
    expect(contrast(ink, ground)).toBeGreaterThanOrEqual(4.5)
  })
})

it.each([
  ['border', 'panel'],
  ['border', 'raised'],
  ['border', 'page'],
  ['focus', 'page'],
  ['focus', 'panel'],
])('the edge of a control is seen, 3:1: %s on %s', (edge, ground) => {
  expect(contrast(edge, ground)).toBeGreaterThanOrEqual(3)
})

describe('the console by night', () => {
  const grounds = ['page', 'panel', 'raised', 'sunken']
  it.each(['text', 'muted', 'p1', 'p2', 'p3', 'action', 'stale'].flatMap((ink) => grounds.map((ground) => [ink, ground] as const)))(
    '%s on %s is readable',
    (ink, ground) => expect(contrast(ink, ground, night)).toBeGreaterThanOrEqual(4.5),
  )
  it.each([
    ['on-chip', 'p1'],
    ['on-chip', 'p2'],
    ['on-chip', 'stale'],
    ['on-action', 'action'],
    ['on-action', 'action-strong'],
    ['ink-text', 'ink'],
    ['ink-muted', 'ink'],
    ['page', 'text'],
  ])('%s on %s is readable', (ink, ground) => expect(contrast(ink, ground, night)).toBeGreaterThanOrEqual(4.5))
  it.each(['page', 'panel', 'raised'])('borders and focus are seen on %s', (ground) => {
    expect(contrast('border', ground, night)).toBeGreaterThanOrEqual(3)
    expect(contrast('focus', ground, night)).toBeGreaterThanOrEqual(3)
  })
})

it('normal is grey: no token is green, and none flashes', () => {
  const green = [...tokens].filter(([, colour]) => {
    const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)) as [number, number, number]
    return g > r + 24 && g > b + 24
  })
  expect(green).toEqual([])
})

it('the strict content-security policy has nothing to object to: no inline style or script in any template', () => {
  const sources = readdirSync(room, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(vue|html)$/.test(name))
  const inline = sources.filter((name) => {
    const text = readFileSync(join(room, name), 'utf8').replace(/<style[\s\S]*?<\/style>/g, '')
    return /\sstyle="|<script>(?!\s*$)|\son[a-z]+="|https?:\/\//.test(text)
  })
  expect(inline).toEqual([])
})
