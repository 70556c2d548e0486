import { randomUUID } from 'node:crypto'
import { signDialect } from '#dialects/sign/sign-dialects'
import { speechDialect } from '#dialects/speech/speech-dialects'
import { milliseconds } from '#edge/units'
import type { SignConfig, SpeechConfig } from '../config/signs.ts'
import { byteLink } from '../devices/byte-link.ts'
import type { LanBroker } from '../devices/lan-broker.ts'
import { type OpenWay, SIGN_DEFAULT_AFTER, type Sign, signDevice } from '../devices/sign.ts'
import { type Speech, speechDevice } from '../devices/speech.ts'
import { vzenithWay } from '../devices/vzenith-way.ts'
import { EdgeError } from '../errors.ts'
import { common, type Fitting } from './fitting.ts'

/** `sign-1`, `sign-2`. */
export const fitSigns = (fitting: Fitting, signs: readonly SignConfig[], broker: Pick<LanBroker, 'hear' | 'publish'>): Sign[] =>
  signs.map((config, at) => {
    const dialect = signDialect(config.dialect)
    if (!dialect) throw new EdgeError('config-wrong', { sign: config.dialect })
    const parts = common(fitting, `sign-${at + 1}`)
    const { lines = 2, columns = 16, unitAddress = 1, colour = 'red', brightness, volume, defaultAfterSeconds } = config
    return signDevice({
      ...parts,
      way: wayOf(config, parts, broker),
      dialect: config.speaks === true ? dialect : { ...dialect, speak: null },
      look: { lines, columns, unit: unitAddress, colour },
      defaultText: config.defaultText ?? '请排队 依次上磅',
      defaultAfter: defaultAfterSeconds === undefined ? SIGN_DEFAULT_AFTER : milliseconds(Math.round(defaultAfterSeconds * 1_000)),
      setUp: { ...(brightness === undefined ? {} : { brightness }), ...(volume === undefined ? {} : { volume }) },
      replace: new Map(Object.entries(config.replace ?? {})),
    })
  })

export function fitSpeech(fitting: Fitting, config: SpeechConfig, broker: Pick<LanBroker, 'hear' | 'publish'>): Speech {
  const dialect = speechDialect(config.dialect)
  if (!dialect) throw new EdgeError('config-wrong', { speech: config.dialect })
  const parts = common(fitting, 'speech')
  return speechDevice({ ...parts, way: wayOf(config, parts, broker), dialect, replace: new Map(Object.entries(config.replace ?? {})) })
}

function wayOf(
  { address, through }: Pick<SignConfig, 'address' | 'through'>,
  { clock, log, schedule }: ReturnType<typeof common>,
  broker: Pick<LanBroker, 'hear' | 'publish'>,
): OpenWay {
  if (through)
    return vzenithWay({ serialNumber: through.serialNumber, channel: through.channel === 1 ? 1 : 0, broker, clock, newId: randomUUID })
  if (address === undefined) throw new EdgeError('config-wrong', { why: 'neither address nor through' })
  return (ears) => byteLink(address, { clock, log, schedule, ...ears })
}
