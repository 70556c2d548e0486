import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

/** WCAG 2.2 contrast of the tokens as they stand in the style sheet: axe cannot see all of it, arithmetic can. */
const room = resolve(import.meta.dirname, '../../dashboard')
const css = readFileSync(join(room, 'theme.css'), 'utf8')
const tokens = new Map([...css.matchAll(/--([a-z0-9-]+):\s*(#[0-9a-f]{6})/g)].map((match) => [match[1] as string, match[2] as string]))
const hex = (name: string): string => {
  const value = name.startsWith('#') ? name : tokens.get(name)
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
function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(hex(a)), luminance(hex(b))].sort((x, y) => x - y) as [number, number]
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
