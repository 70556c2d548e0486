import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { type JsonMapping, JsonMappingSchema, mappingMistakes, parseJsonPath } from '#dialects/camera/json-mapping'
import { mappedJson } from '#dialects/camera/mapped-json'
import type { CameraMessage } from '#dialects/camera/sighting'
import { mistakeFinder } from '#edge/mistakes'
import { hostileBody } from './hostile-json.ts'

const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value))
const hear = (mapping: JsonMapping, body: unknown): readonly CameraMessage[] =>
  mappedJson(mapping).decode({ place: '/', headers: {}, body: body instanceof Uint8Array ? body : bytes(body), receivedAt: 0 })

/** A profile as a site engineer writes it. */
function profile(yaml: string): JsonMapping {
  const said: unknown = parse(yaml)
  expect(mistakeFinder(JsonMappingSchema)(said)).toEqual([])
  return said as JsonMapping
}

describe('a camera nobody wrote a dialect for', () => {
  const mapping = profile(`
about: 某相机 / some camera
plateWhen: [{ path: event.kind, is: [anpr, 7] }]
heartbeatWhen: [{ path: event.kind, is: [alive] }]
each: data.vehicles
plate: plate.text
device: $.camera.sn
record: id
colour: { path: plate.colour, values: { '2': yellow, '5': blue } }
plateType: plate.type
confidence: { path: plate.score, most: 1 }
direction: move
lane: $.lane
time: { path: seen, as: text, utcOffsetMinutes: 480 }
backfillWhen: { path: late, is: [true] }
fakeWhen: { path: fake, is: [1] }
pictures: [img, 'crops[0]']
noPlate: [NICHTS]
answer: { json: { ok: true }, status: 201 }
`)
  const vehicle = { id: 9, move: 'in', seen: '2025-10-09 16:58:20', plate: { text: '晋B12345', colour: 2, type: 'big', score: 0.931 } }
  const body = (...vehicles: object[]): object => ({ event: { kind: 'anpr' }, camera: { sn: 'S1' }, lane: 3, data: { vehicles } })

  it('is read by its profile', () => {
    expect(hear(mapping, body({ ...vehicle, img: 'AQID', crops: ['BAUG'] }))).toEqual([
      {
        kind: 'sighting',
        preview: false,
        device: 'S1',
        record: '9',
        text: '晋B12345',
        colour: 'yellow',
        colourRaw: '2',
        plateType: 'big',
        direction: 'in',
        confidence: 93.1,
        confidenceRaw: 0.931,
        deviceTime: 1_760_000_300_000,
        clockSuspect: false,
        backfill: false,
        fake: false,
        pictures: [Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5, 6)],
        beside: { lane: 3 },
        reply: { as: 'json', status: 201, body: { ok: true } },
      },
    ])
  })

  it('says several vehicles at once, and is answered once', () => {
    const [first, second] = hear(mapping, body(vehicle, { plate: { text: 'NICHTS', colour: 99 }, late: true, fake: 1 }))
    expect(first).toHaveProperty('reply')
    expect(second).not.toHaveProperty('reply')
    expect(second).toMatchObject({ text: '', colour: 'unknown', colourRaw: '99', backfill: true, fake: true, deviceTime: null })
  })

  it.each<[says: string, body: object, is: object]>([
    ['a heartbeat', { event: { kind: 'alive' }, camera: { sn: 'S1' } }, { kind: 'heartbeat', device: 'S1' }],
    ['another event', { event: { kind: 'motion' } }, { kind: 'ignored', why: 'no condition for plates is met' }],
    ['a number where a word was meant', { event: { kind: 7 }, data: { vehicles: [{}] } }, { kind: 'sighting', text: '' }],
    ['an event without vehicles', { event: { kind: 'anpr' }, data: {} }, { kind: 'ignored', why: 'no plate at its path' }],
  ])('%s', (_says, said, is) => {
    expect(hear(mapping, said)).toMatchObject([is])
  })

  it('hostile bodies give an answer', () => {
    fc.assert(
      fc.property(hostileBody, (said) => {
        for (const one of [mapping, { plate: 'license' }, { plate: 'a', each: 'results', plateBase64: true }])
          expect(hear(one, said).length).toBeGreaterThan(0)
      }),
      { numRuns: 500 },
    )
  })
})

it.each<[as: 's' | 'ms' | 'us' | 'text', value: unknown, deviceTime: number | null, text: string | undefined]>([
  ['s', 1_760_000_300, 1_760_000_300_000, undefined],
  ['ms', '1760000300250', 1_760_000_300_250, undefined],
  ['us', '1760000300250999', 1_760_000_300_250, undefined],
  ['text', '2025-10-09T16:58:20+08:00', 1_760_000_300_000, undefined],
  ['text', '2025-10-09 16:58:20', null, '2025-10-09 16:58:20'],
  ['text', 'yesterday', null, 'yesterday'],
  ['s', 'yesterday', null, undefined],
])('a time as %s, %j', (as, value, deviceTime, text) => {
  const [message] = hear({ plate: 'p', time: { path: 't', as } }, { p: 'A1', t: value })
  expect(message).toMatchObject({ deviceTime })
  expect(message?.kind === 'sighting' ? message.beside?.deviceTimeText : null).toBe(text)
})

it.each<[path: string, steps: readonly (string | number)[] | null]>([
  ['a', ['a']],
  ['a.b[0].c', ['a', 'b', 0, 'c']],
  ['[1][2]', [1, 2]],
  ['anpr.decision.@plate', ['anpr', 'decision', '@plate']],
  ['["a.b"].c', ['a.b', 'c']],
  ['车牌.号', ['车牌', '号']],
  ['a..b', null],
  ['a[x]', null],
  ['a[', null],
  ['a.', null],
  ['', null],
])('the path %j', (path, steps) => {
  expect(parseJsonPath(path)).toEqual(steps)
})

it('a profile’s mistakes are found before a vehicle comes', () => {
  const find = mistakeFinder(JsonMappingSchema)
  expect(find({})).toMatchObject([{ path: 'plate' }])
  expect(find({ plate: 'a', colour: { path: 'c', values: { '1': 'pink' } } }).length).toBeGreaterThan(0)
  expect(find({ plate: 'a', plat: 'b' })).toHaveLength(1)
  expect(find({ plate: 'a', confidence: { path: 'c', most: 10 } }).length).toBeGreaterThan(0)
  expect(
    mappingMistakes({ plate: 'a..b', colour: { path: 'c[' }, pictures: ['ok', 'no['], plateWhen: [{ path: '$.x' }], about: 'a..b' }),
  ).toEqual([
    { at: 'plate', path: 'a..b' },
    { at: 'colour.path', path: 'c[' },
    { at: 'pictures.1', path: 'no[' },
  ])
})
