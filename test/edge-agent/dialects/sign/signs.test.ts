import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scanner } from '#dialects/framing'
import { gbkBytes } from '#dialects/gbk'
import { kfAnswer, kfSign } from '#dialects/sign/kf'
import { pagesOf, wrap } from '#dialects/sign/layout'
import { dynamicArea } from '#dialects/sign/onbon-bx5'
import type { SignDialect, SignLook, SignOrder } from '#dialects/sign/sign'
import { SIGN_DIALECTS, signDialect } from '#dialects/sign/sign-dialects'
import { cut, feed, flips } from '../feed.ts'
import { bytesOf, hexOf, joined, readTape } from '../tapes.ts'

interface Said {
  readonly id: string
  readonly dialect: string
  readonly hex: string
  readonly says: unknown
}
const tapes = readTape<Said[]>('signs-and-voices').filter(({ dialect }) => signDialect(dialect))
const LOOK: SignLook = { lines: 2, columns: 16, unit: 1, colour: 'red' }
const dialects: [string, SignDialect][] = Object.entries(SIGN_DIALECTS)
const text = fc.string({ unit: fc.constantFrom('请', '上', '磅', '陕', 'K', '1', '9', ' ', '.', '@', 'Z'), maxLength: 20 })

it.each(tapes)('reads what was published: $id', ({ dialect, hex, says }) => {
  const of = signDialect(dialect) ?? expect.unreachable()
  expect(feed(of.hears, bytesOf(hex))).toEqual({ said: [says], reasons: [], bytes: 0 })
})

describe('KF', () => {
  it('writes what was published', () => {
    const [brightness, speech] = tapes
    expect(hexOf(kfSign.setUp?.('brightness', 50) ?? new Uint8Array())).toBe(brightness?.hex)
    expect(hexOf(kfSign.speak?.([{ kind: 'words', text: '晋B12345,请上磅' }], new Map()) ?? new Uint8Array())).toBe(speech?.hex)
  })

  it('a line of text is the published frame byte for byte', () => {
    const [, own] = kfSign.show(['', '您还未缴费，请缴费在通行'], { ...LOOK, columns: 24 })
    expect(hexOf(own ?? new Uint8Array())).toBe(tapes.find(({ id }) => id === 'kf-text-2')?.hex)
  })

  it('an answer says whether the card took it', () => {
    const answers = kfSign.answers ?? expect.unreachable()
    expect(feed(answers, kfAnswer(0x62), kfAnswer(0x62, 3)).said).toEqual([
      { accepted: true, code: 0 },
      { accepted: false, code: 3 },
    ])
  })

  it('whatever is shown or said, no telegram stores a text in flash', () => {
    const stored = (order: SignOrder): boolean => order.kind === 'store' || order.kind === 'other'
    fc.assert(
      fc.property(fc.array(text, { maxLength: 3 }), text, (lines, spoken) => {
        const sent = [...kfSign.show(lines, LOOK), kfSign.speak?.([{ kind: 'words', text: spoken }], new Map()) ?? new Uint8Array()]
        expect(sent.map((telegram) => telegram[4])).not.toContain(0x67)
        expect(feed(kfSign.hears, joined(sent)).said.filter(stored)).toEqual([])
      }),
    )
  })

  it('a single flipped bit is never another text', () => {
    const [frame] = kfSign.show(['陕K12345 48.62吨'], LOOK)
    for (const flipped of flips(frame ?? expect.unreachable())) expect(feed(kfSign.hears, flipped).said).toEqual([])
  })
})

it('a card with a voice spells a plate, with marks where its voice knows them', () => {
  const parts = [{ kind: 'singly', text: '藏A1' } as const]
  const [kf, smart] = [kfSign, signDialect('smart-weighing') ?? expect.unreachable()]
  expect(feed(kf.hears, kf.speak?.(parts, new Map()) ?? new Uint8Array()).said).toEqual([{ kind: 'speak', text: '藏A一' }])
  expect(feed(smart.hears, smart.speak?.(parts, new Map()) ?? new Uint8Array()).said).toEqual([{ kind: 'speak', text: '[n1]藏[=zang4]A1' }])
})

describe('Onbon', () => {
  it('builds the frame of the reference byte for byte', () => {
    const published = tapes.find(({ dialect }) => dialect === 'onbon-bx5')?.hex
    expect(hexOf(dynamicArea(gbkBytes('称重完成'), 1, { width: 24, height: 32 }))).toBe(published)
  })

  it('escapes once what would be an edge: bytes A5, A6, 5A, 5B inside', () => {
    // 弗 is B8A5, 痹 is B1D4, 'Z' is 5A and '[' is 5B.
    const sent = dynamicArea(gbkBytes('弗Z[Γ'), 1, { width: 24, height: 32 })
    expect(feed(signDialect('onbon-bx5')?.hears ?? expect.unreachable(), sent).said).toEqual([{ kind: 'show', line: null, text: '弗Z[Γ' }])
    expect([...sent.slice(8, -1)]).not.toContain(0xa5)
    expect([...sent.slice(8, -1)]).not.toContain(0x5a)
  })

  it('each line is filled up to the width, where the card wraps', () => {
    const [sent] = signDialect('onbon-bx5')?.show(['陕K12345', '请驶离'], { ...LOOK, columns: 10 }) ?? []
    expect(feed(signDialect('onbon-bx5')?.hears ?? expect.unreachable(), sent ?? new Uint8Array()).said).toEqual([
      { kind: 'show', line: null, text: '陕K12345  请驶离    ' },
    ])
  })
})

describe.each(dialects)('%s', (_name, dialect) => {
  const shown = (orders: readonly SignOrder[]): string[] => orders.flatMap((order) => (order.kind === 'show' ? [order.text] : []))

  it('shows what it was told, whatever the chunking and the garbage between', () => {
    fc.assert(
      fc.property(
        fc.array(text, { minLength: 1, maxLength: 2 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 6 }),
        fc.uint8Array({ maxLength: 12 }).map((noise) => noise.filter((byte) => ![0x00, 0x40, 0xa0, 0xa5].includes(byte))),
        (lines, sizes, noise) => {
          const telegrams = dialect.show(lines, LOOK)
          const whole = joined([noise, ...telegrams.flatMap((telegram) => [telegram, noise])])
          const { said, bytes } = feed(dialect.hears, ...cut(whole, sizes))
          expect(said).toEqual(feed(dialect.hears, ...telegrams).said)
          expect(bytes).toBe(noise.length * (telegrams.length + 1))
        },
      ),
      { numRuns: 60 },
    )
  })

  it('cuts a line at the sign’s width and leaves out lines it does not have', () => {
    const said = shown(feed(dialect.hears, joined(dialect.show(['一二三四五六七八九', '二', '三'], LOOK))).said).join('')
    expect(said).toContain('一二三四五六七八')
    expect(said).not.toMatch(/[九三]$/)
  })

  it('no bytes make it throw', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => void feed(dialect.hears, bytes)))
  })

  it('garbage costs time in proportion to its length', () => {
    const { push } = scanner(dialect.hears)
    let rejected = 0
    for (const start of [0x00, 0x40, 0xa0, 0xa5])
      push(
        new Uint8Array(100_000).fill(start),
        () => {},
        ({ bytes }) => {
          rejected += bytes.length
        },
      )
    expect(rejected).toBeGreaterThan(380_000)
  })
})

describe('the layout', () => {
  it('breaks at blanks and commas, and never inside a plate', () => {
    expect(wrap('陕K12345 48.62吨 请驶离', 16)).toEqual(['陕K12345 48.62吨', '请驶离'])
    expect(wrap('超载 3.40 吨,请卸载 请倒车下磅', 16)).toEqual(['超载 3.40 吨,', '请卸载', '请倒车下磅'])
  })

  it('a word longer than a line is torn, a sign narrower than a character shows nothing', () => {
    expect(wrap('请停在两道光栅之间', 8)).toEqual(['请停在两', '道光栅之', '间'])
    expect(wrap('请', 1)).toEqual([])
  })

  it('makes pages of what the sign can hold, and one empty page of nothing', () => {
    expect(pagesOf('超载 3.40 吨,请卸载  不予放行 请倒车下磅', LOOK)).toEqual([
      ['超载 3.40 吨,', '请卸载'],
      ['不予放行', '请倒车下磅'],
    ])
    expect(pagesOf('', LOOK)).toEqual([[]])
  })
})
