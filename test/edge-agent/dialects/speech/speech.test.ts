import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromGbk } from '#dialects/gbk'
import type { SpeechDialect } from '#dialects/speech/speech'
import { SPEECH_DIALECTS } from '#dialects/speech/speech-dialects'
import { spokenText } from '#dialects/speech/spoken-text'
import { syn6288 } from '#dialects/speech/syn6288'
import { syn6658, xfsSay } from '#dialects/speech/syn6658'
import { type SpokenPart, speakDriver } from '#edge/words/spoken'
import { cut, feed, flips } from '../feed.ts'
import { bytesOf, hexOf, joined, readTape } from '../tapes.ts'

const tapes = readTape<{ id: string; dialect: string; hex: string; says: { kind: string; text?: string } }[]>('signs-and-voices').filter(
  ({ dialect }) => dialect === 'syn6288',
)
const words = (text: string): SpokenPart[] => [{ kind: 'words', text }]
const dialects: [string, SpeechDialect][] = Object.entries(SPEECH_DIALECTS)

it.each(tapes)('reads what was published: $id', ({ hex, says }) => {
  expect(feed(syn6288.hears, bytesOf(hex))).toEqual({ said: [says], reasons: [], bytes: 0 })
})

it('writes what was published', () => {
  expect(hexOf(syn6288.say(words('直行')))).toBe('FD 00 07 01 01 D6 B1 D0 D0 9D')
  expect(hexOf(syn6288.stop)).toBe('FD 00 02 02 FD')
  expect(hexOf(syn6658.stop)).toBe('FD 00 01 02')
  expect(hexOf(syn6658.say(words('直行')))).toBe('FD 00 06 01 01 D6 B1 D0 D0')
})

it('writes a plate and an order as published', () => {
  expect(hexOf(syn6288.say(words('晋B12345请上磅')))).toBe(tapes[0]?.hex)
})

it('spells a plate, says a weight as a number, and gives the sound of what is hard to say', () => {
  const parts = speakDriver('go', { plate: '藏K12345', weightKg: 48_620 }, 'zh')
  const marked = spokenText(parts, { marks: true, replace: new Map(), longest: 200 })
  expect(marked).toBe('[n1]藏[=zang4]K12345,[n2]48620公斤,请驶离')
  expect(spokenText(parts, { marks: false, replace: new Map(), longest: 200 })).toBe('藏K一二三四五,48620公斤,请驶离')
  expect(spokenText(words('请上磅'), { marks: true, replace: new Map([['磅', '棒']]), longest: 200 })).toBe('请上棒')
})

it('what nobody knows is not spoken of', () => {
  const parts = speakDriver('go', { plate: null, weightKg: 48_620 }, 'zh')
  expect(spokenText(parts, { marks: true, replace: new Map(), longest: 200 })).toBe('[n2]48620公斤,请驶离')
})

it('tells a held driver the reason first', () => {
  const parts = speakDriver('held', { code: 'over-legal-limit', overKg: 3_400 }, 'zh')
  expect(parts.map(({ text }) => text).join('')).toBe('超载 3.40 吨,请卸载,不予放行,请倒车下磅')
})

it('a plate as some camera read it gives the module no orders', () => {
  const text = spokenText([{ kind: 'singly', text: '[v0]K\u0002' }], { marks: true, replace: new Map(), longest: 200 })
  expect(text).toBe('[n1]v0K ')
})

it('a text too long for one telegram ends at a whole character', () => {
  const [said] = feed(syn6288.hears, syn6288.say(words(`a${'请'.repeat(150)}`))).said
  expect(said).toEqual({ kind: 'say', text: `a${'请'.repeat(99)}` })
})

it('the one with a check is never misheard by a single flipped bit', () => {
  for (const flipped of flips(syn6288.say(words('请上磅')))) expect(feed(syn6288.hears, flipped).said).toEqual([])
})

it('Unicode is read too', () => {
  expect(feed(syn6658.hears, xfsSay('[n1]陕K1', 'unicode')).said).toEqual([{ kind: 'say', text: '[n1]陕K1' }])
})

describe.each(dialects)('%s', (_name, dialect) => {
  it('is heard whatever the chunking and the noise between', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('请', '停', 'K', '7', ','), minLength: 1, maxLength: 30 }), {
          minLength: 1,
          maxLength: 3,
        }),
        fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 5 }),
        fc.uint8Array({ maxLength: 8 }).map((noise) => noise.filter((byte) => byte !== 0xfd)),
        (texts, sizes, noise) => {
          const whole = joined(texts.flatMap((text) => [noise, dialect.say(words(text))]))
          expect(feed(dialect.hears, ...cut(whole, sizes)).said).toEqual(texts.map((text) => ({ kind: 'say', text })))
        },
      ),
      { numRuns: 60 },
    )
  })

  it('no bytes make it throw', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => void feed(dialect.hears, bytes)))
  })
})

it('GBK inside a telegram is what a speaker reads', () => {
  expect(fromGbk(syn6288.say(words('请停稳熄火')).subarray(5, -1))).toBe('请停稳熄火')
})
