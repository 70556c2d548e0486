import { expect, it } from 'vitest'
import { type CameraSample, decodeCameraSample, dialectOf } from '../../../edge-agent/kit/camera-sample.ts'
import { readTape } from '../dialects/tapes.ts'

interface Published extends CameraSample {
  readonly id: string
  readonly note?: string
  readonly expected: Readonly<Record<string, unknown>>
}
const samples = readTape<{ messages: Published[] }>('camera-json').messages
const RECEIVED = Date.UTC(2026, 10, 22)

it.each(samples.map((sample) => [sample.id, sample.note ?? String(sample.payload).slice(0, 40), sample] as const))(
  '%s reads as published: %s',
  (_id, _note, sample) => {
    const said = decodeCameraSample(sample, RECEIVED)
    expect(Object.fromEntries(Object.keys(sample.expected).map((key) => [key, said[key]]))).toEqual(sample.expected)
  },
)

it('a vendor nobody knows is told so', () => {
  expect(() => dialectOf({ vendor: 'Vaxtor', transport: 'http-push', topicOrUrl: '/' })).toThrow(/no camera language for vendor "Vaxtor"/)
  expect(dialectOf({ dialect: 'vzenith-http' }).name).toBe('vzenith-http')
})
