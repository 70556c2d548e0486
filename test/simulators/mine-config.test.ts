import { expect, it } from 'vitest'
import { scaleOf } from '../../simulators/clock.ts'
import { checkMineConfig } from '../../simulators/mine-config.ts'

const lane = {
  lane: 'north',
  eKg: 20,
  scale: { link: 'north-scale', baud: 9_600, dialect: 'yaohua-tf0' },
  board: { link: 'north-board', baud: 38_400, unitAddress: 1, outputs: { entryOpen: 0 }, inputs: { 'entry-loop': { input: 0 } } },
  cameras: { front: 'a', rear: 'b' },
  reader: { port: 0 },
}
const mine = {
  site: 'hongliu',
  seed: 1,
  folder: '/tmp/lines',
  lanBroker: { url: 'mqtt://127.0.0.1:1884' },
  cloud: { url: 'http://127.0.0.1:8080', keys: [] },
  lanes: [lane],
  trucks: [{ plate: '陕K27472', carrier: 'tuoyun', axles: 6, trailer: null }],
  nonCargo: [],
}

it('a whole configuration is taken', () => {
  expect(checkMineConfig(mine)).toEqual({ config: mine })
})

it('all mistakes are said at once, with their path', () => {
  const wrong = { ...mine, sead: 1, lanes: [{ ...lane, scale: { ...lane.scale, dialect: 'klingon' }, eKg: 0 }] }
  const checked = checkMineConfig(wrong)
  const said = 'mistakes' in checked ? checked.mistakes : ''
  for (const path of ['sead', 'lanes.0.eKg', 'lanes.0.scale.dialect']) expect(said).toContain(`  ${path}:`)
  expect(said.split('\n')).toHaveLength(3)
})

it('the scale of the shared clock is whole or refused', () => {
  expect(scaleOf(undefined)).toEqual({ speed: 1, realStart: 0, shownStart: 0 })
  expect(scaleOf('{"speed":4,"realStart":10,"shownStart":20}')).toEqual({ speed: 4, realStart: 10, shownStart: 20 })
  for (const text of ['4', '{"speed":4}', 'fast']) expect(() => scaleOf(text)).toThrow('PITGATE_CLOCK must hold')
})
