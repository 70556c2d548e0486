import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, it } from 'vitest'

/** The house rules of DESIGN.md section 1, held against every import there is: arrows point downhill, what is pure stays pure. */
const root = resolve(import.meta.dirname, '..')
const files = ['edge-agent', 'cloud-service', 'dashboard', 'simulators', 'test'].flatMap((room) =>
  readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|vue)$/.test(name))
    .map((name) => join(room, name)),
)
const doors: Record<string, string> = {
  '#edge/': 'edge-agent/contract',
  '#dialects/': 'edge-agent/dialects',
  '#weighing/': 'edge-agent/weighing',
  '#cloud/': 'cloud-service/contract',
}
const pure = [
  'edge-agent/contract',
  'edge-agent/dialects',
  'edge-agent/weighing',
  'cloud-service/contract',
  'dashboard/feed/live-state.ts',
  'simulators/truck.ts',
]
const mayUse: Record<string, readonly string[]> = {
  'edge-agent/contract': ['edge-agent/contract'],
  'edge-agent/dialects': ['edge-agent/dialects', 'edge-agent/contract'],
  'edge-agent/weighing': ['edge-agent/weighing', 'edge-agent/contract'],
  'edge-agent/store': [
    'edge-agent/store',
    'edge-agent/contract',
    'edge-agent/weighing/vocabulary.ts',
    'edge-agent/errors.ts',
    'edge-agent/log.ts',
    'edge-agent/keys.ts',
  ],
  'edge-agent/sync': [
    'edge-agent/sync',
    'edge-agent/store',
    'edge-agent/contract',
    'edge-agent/errors.ts',
    'edge-agent/log.ts',
    'edge-agent/keys.ts',
  ],
  'edge-agent/devices': [
    'edge-agent/devices',
    'edge-agent/dialects',
    'edge-agent/contract',
    'edge-agent/weighing/vocabulary.ts',
    'edge-agent/errors.ts',
    'edge-agent/log.ts',
  ],
  'edge-agent': ['edge-agent'],
  'cloud-service/contract': ['cloud-service/contract', 'edge-agent/contract'],
  'cloud-service': ['cloud-service', 'edge-agent/contract', 'edge-agent/weighing', 'edge-agent/dialects'],
  dashboard: ['dashboard', 'cloud-service/contract', 'edge-agent/contract', 'edge-agent/weighing', 'edge-agent/dialects'],
  simulators: ['simulators', 'edge-agent/contract', 'edge-agent/dialects', 'edge-agent/weighing', 'cloud-service/contract'],
  test: [''],
}
const imports = files.flatMap((file) =>
  [
    ...readFileSync(join(root, file), 'utf8').matchAll(
      /(?:^|\n)\s*(?:import|export)\s(?:[^'"]*?from\s)?['"]([^'"]+)['"]|import\(['"]([^'"]+)['"]\)/g,
    ),
  ].map((match) => {
    const said = (match[1] ?? match[2]) as string
    const door = Object.keys(doors).find((start) => said.startsWith(start))
    const to = door
      ? `${doors[door]}/${said.slice(door.length)}.ts`
      : said.startsWith('.')
        ? relative(root, resolve(root, dirname(file), said))
        : null
    return { file, said, to }
  }),
)
const under = (file: string, place: string): boolean => place === '' || file === place || file.startsWith(`${place}/`)
const placeOf = (file: string): string =>
  Object.keys(mayUse)
    .filter((place) => under(file, place))
    .sort((a, b) => b.length - a.length)[0] as string

it('arrows point downhill', () => {
  const wrong = imports.filter(
    ({ file, to }) => to !== null && !(mayUse[placeOf(file)] as readonly string[]).some((place) => under(to, place)),
  )
  expect(wrong.map(({ file, said }) => `${file} may not import ${said}`)).toEqual([])
})

it('a room is entered by its door', () => {
  const wrong = imports.filter(
    ({ file, said, to }) => to !== null && said.startsWith('.') && file.split('/')[0] !== to.split('/')[0] && file.split('/')[0] !== 'test',
  )
  expect(wrong.map(({ file, said }) => `${file} reaches past a door: ${said}`)).toEqual([])
})

it('the pure folders touch no clock, no chance, no node and no library but the schemas', () => {
  const inPure = (file: string): boolean => pure.some((place) => under(file, place))
  const foreign = imports
    .filter(({ file, said, to }) => inPure(file) && to === null && !/^typebox(\/|$)/.test(said))
    .map(({ file, said }) => `${file} imports ${said}`)
  const world = files.filter(inPure).flatMap((file) =>
    [
      ...readFileSync(join(root, file), 'utf8')
        .replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
        .matchAll(/\b(Date\.now|new Date\(\)|Math\.random|performance\.|process\.|setTimeout|setInterval|fetch\(|Buffer\b)/g),
    ].map((match) => `${file} uses ${match[1]}`),
  )
  expect([...foreign, ...world]).toEqual([])
})
