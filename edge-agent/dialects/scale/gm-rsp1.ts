import Type from 'typebox'
import type { Framing, Judgement } from '../framing.ts'
import { newestQuestion } from './asked.ts'
import { CR, NOTHING_SAID, placeOf, STX, textAt } from './characters.ts'
import { decoderOf } from './decoder-of.ts'
import { endsLine, gmChecks, gmFramed, gmWeight, gmWeightText } from './gm-status.ts'
import type { DialectSettings, Reading, Remark, ScaleDialect } from './reading.ts'
import { decimalsSchema, numberSetting, textSetting } from './settings.ts'

/**
 * General Measure (深圳杰曼) M02 register protocol r-SP1:
 *
 *   02 │ scale number, two digits │ channel, one │ R read, W write, C calibrate, O zero │ parameter, two letters │ data │
 *      check, two decimal digits │ 0D 0A
 *
 *   RWT    asks for the weight; answered by RWT, two bytes of status and six characters (gm-status.ts)
 *   …OK    done;  …E and a digit   refused. The error may also stand in place of the operation
 *
 * A write carries its data in the question. M02 manual p.37 and p.47–48.
 */
const SHORTEST = 10
const LONGEST = 40
const WEIGHT = 'RWT'
const HEAD = /^(\d\d)(\d)([RWCO][A-Z0-9]{2})?(.*)$/

interface Own {
  readonly scaleNo: string | null
  readonly channel: string | null
}

function framing(decimals: number, own: Own): Framing<Reading | Remark> {
  return {
    starts: [STX],
    shortest: SHORTEST,
    longest: LONGEST,
    judge(bytes, from, to) {
      const end = placeOf(CR, bytes, from + 1, to)
      if (placeOf(STX, bytes, from + 1, end < 0 ? to : end) >= 0) return 'bad-length'
      if (end < 0) return to - from < LONGEST ? 'need-more' : 'bad-length'
      if (to < end + 2) return to - from < LONGEST ? 'need-more' : 'bad-length'
      if (!endsLine(bytes, end)) return 'bad-frame'
      if (end - from < SHORTEST - 2) return 'bad-length'
      if (!gmChecks(bytes, from, end)) return 'bad-checksum'
      const [, scaleNo, channel, command, data = ''] = HEAD.exec(textAt(bytes, from + 1, end - 2)) ?? []
      if (scaleNo === undefined || channel === undefined) return 'bad-header'
      const said = meaning(bytes, from, { scaleNo, channel, command: command ?? null, data, decimals })
      if (typeof said === 'string') return said
      const isAnswer = !('remark' in said) || said.remark === 'reply'
      const isForeign = (own.scaleNo ?? scaleNo) !== scaleNo || (own.channel ?? channel) !== channel
      return isAnswer && isForeign ? 'address-mismatch' : { length: end + 2 - from, said }
    },
  }
}

function meaning(
  bytes: Uint8Array,
  from: number,
  frame: {
    readonly scaleNo: string
    readonly channel: string
    readonly command: string | null
    readonly data: string
    readonly decimals: number
  },
): Exclude<Judgement<never>, 'need-more' | object> | Reading | Remark {
  const { scaleNo, channel, command, data } = frame
  const error = /^E(\d)$/.exec(data)
  const named = command === null ? {} : { command }
  if (error) return { remark: 'reply', status: 'error', facts: { ...named, errorCode: Number(error[1]) } }
  if (command === null) return 'bad-header'
  if (data === 'OK') return { remark: 'reply', status: 'ok', facts: named }
  if (data === '' || command.startsWith('W')) {
    return { remark: 'request', status: null, facts: { scaleNo, channel, command, ...(data === '' ? {} : { data }) } }
  }
  if (command !== WEIGHT) return { remark: 'reply', status: null, facts: { command, data } }
  if (data.length !== 8) return 'bad-length'
  const weight = gmWeight(bytes, from + 7, frame.decimals)
  return typeof weight === 'string' ? weight : { ...NOTHING_SAID, ...weight, beside: { ...weight.beside, scaleNo, channel, command } }
}

const wayTo = (settings: DialectSettings | undefined): string =>
  textSetting(settings, 'scaleNo', '01') + textSetting(settings, 'channel', '1')

export const gmRsp1: ScaleDialect = {
  name: 'gm-rsp1',
  about: '深圳杰曼 M02 r-SP1 应答方式 / General Measure M02 register protocol r-SP1',
  evidence: 'fair',
  distrustFirst: 0,
  longestFrame: 19,
  eightBit: false,
  usual: { baud: 9600, data: 8, parity: 'none', stop: 1 },
  settings: Type.Object(
    {
      scaleNo: Type.Optional(Type.String({ pattern: '^[0-9]{2}$', description: 'asked: 01' })),
      channel: Type.Optional(Type.String({ pattern: '^[0-9]$', description: 'asked: 1' })),
      decimals: decimalsSchema(4),
    },
    { additionalProperties: false },
  ),
  asking: {
    ask: (settings) => gmFramed(wayTo(settings) + WEIGHT),
    answerWithinMs: 500,
    answer(heard, reading, settings) {
      const way = wayTo(settings)
      const open = decoderOf(framing(0, { scaleNo: null, channel: null }))
      const asked = newestQuestion(open, heard, ({ facts }) => `${facts.scaleNo}${facts.channel}` === way)
      return asked?.remark === 'request' && asked.facts.command === WEIGHT ? gmFramed(way + WEIGHT + gmWeightText(reading)) : null
    },
  },
  decoder: (settings) =>
    decoderOf(
      framing(numberSetting(settings, 'decimals', 0), {
        scaleNo: textSetting(settings, 'scaleNo', '') || null,
        channel: textSetting(settings, 'channel', '') || null,
      }),
    ),
  encode: (reading, settings) => gmFramed(wayTo(settings) + WEIGHT + gmWeightText(reading)),
}
