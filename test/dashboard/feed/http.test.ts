import { describe, expect, it } from 'vitest'
import { scaledClock } from '#edge/clock'
import { oneWish, withQuery } from '../../../dashboard/feed/http.ts'
import { serverTime } from '../../../dashboard/feed/server-time.ts'
import { problemText } from '../../../dashboard/parts/problem-words.ts'
import { zh } from '../../../dashboard/words/zh.ts'

describe('one wish', () => {
  const refused = (status: number) => ({ ok: false, problem: { type: 't', title: 't', status } }) as const
  it('keeps its key while nobody knows whether it was done', () => {
    const wish = oneWish()
    const key = wish.keyFor('{"a":1}')
    wish.answered(refused(0))
    wish.answered(refused(503))
    expect(wish.keyFor('{"a":1}')).toBe(key)
  })
  it.each<[what: string, end: (wish: ReturnType<typeof oneWish>) => void, next: string]>([
    ['it was done', (wish) => wish.answered({ ok: true, status: 201, body: null }), 'x'],
    ['it was refused', (wish) => wish.answered(refused(409)), 'x'],
    ['it says something else', () => undefined, 'y'],
  ])('is another wish once %s', (_what, end, next) => {
    const wish = oneWish()
    const key = wish.keyFor('x')
    end(wish)
    expect(wish.keyFor(next)).not.toBe(key)
  })
  it('has a key nobody guesses', () => {
    expect(oneWish().keyFor('x')).toMatch(/^[0-9a-f]{32}$/)
  })
})

it('asks only for what was chosen', () => {
  expect(withQuery('/api/tickets', { state: 'held', site: '', plate: null, cursor: undefined, limit: 50 })).toBe(
    '/api/tickets?state=held&limit=50',
  )
  expect(withQuery('/api/tickets', {})).toBe('/api/tickets')
})

describe('the time of the cloud on a computer whose clock is wrong', () => {
  const noon = Date.parse('2026-11-21T04:00:00Z')
  const clockAt = (wall: number) => scaledClock({ wall: () => wall, steady: () => 0, startTimer: () => () => undefined })
  it('follows the cloud', () => {
    const time = serverTime(clockAt(noon + 3_600_000))
    time.heard('Sat, 21 Nov 2026 04:00:00 GMT')
    expect(time.now()).toBe(noon + 500)
  })
  it('does not tremble within a second, and learns nothing from nonsense', () => {
    const time = serverTime(clockAt(noon))
    for (const header of ['Sat, 21 Nov 2026 04:00:00 GMT', null, 'yesterday']) time.heard(header)
    expect(time.now()).toBe(noon)
  })
})

it.each<[what: string, problem: Parameters<typeof problemText>[0], text: string]>([
  [
    'the cloud said it itself',
    { type: 'https://pitgate.dev/problems/not-now', title: 'c', status: 409, detail: '已经确认过了。' },
    '已经确认过了。',
  ],
  ['only a kind is known', { type: 'https://pitgate.dev/problems/not-allowed', title: 'f', status: 403 }, zh.problems['not-allowed']],
  ['only a status is known', { type: 'about:blank', title: 'x', status: 404 }, zh.problems['not-found']],
  [
    'the server broke, and says things people need not read',
    { type: 'about:blank', title: 'x', status: 500, detail: 'TypeError: …' },
    zh.problems.internal,
  ],
  ['nothing answered', { type: 'urn:pitgate:unreachable', title: 'TypeError', status: 0 }, zh.problems.unreachable],
])('says a problem in words when %s', (_what, problem, text) => {
  expect(problemText(problem, zh)).toBe(text)
})
