import { expect, it } from 'vitest'
import { decode } from '../../../../edge-agent/kit/decode.ts'
import { readTape } from '../tapes.ts'

/** Frames a second hand worked out from the published layouts, without looking at these decoders. */
interface Opinion {
  readonly id: string
  readonly protocol: string
  readonly about: string
  readonly hex: string
  readonly expected: Readonly<Record<string, unknown>> & { readonly result: 'accepted' | 'rejected' | 'stream' | 'request' | 'reply' }
}

const NOTHING = {
  value: null,
  unit: null,
  weightKg: null,
  decimals: null,
  stable: null,
  mode: null,
  overload: null,
  underload: null,
  zero: null,
  tare: null,
}

/** In the form of the kit's answer. A stream expects its readings in order and says nothing of the noise around them. */
function expectedAnswer({ expected: { result, ...rest } }: Opinion): unknown {
  switch (result) {
    case 'accepted':
      return { frames: [{ ...NOTHING, ...rest }], remarks: [], reasons: [] }
    case 'stream':
      return { frames: (rest.readings as object[]).map((reading) => ({ ...NOTHING, ...reading })) }
    case 'rejected':
      return { frames: [], remarks: [], reasons: [rest.reason] }
    case 'request':
    case 'reply':
      return { frames: [], remarks: [{ result, ...rest }], reasons: [] }
  }
}

const { entries } = readTape<{ entries: Opinion[] }>('scale-second-opinion')

it.each(entries.map((entry) => [entry.id, entry.about, entry] as const))('%s %s', (id, _about, entry) => {
  const { frames, rejected, remarks = [] } = decode({ ...entry })
  const heard = entry.expected.result === 'stream' ? { frames } : { frames, remarks, reasons: rejected.map(({ reason }) => reason) }
  expect(heard, id).toEqual(expectedAnswer(entry))
})
