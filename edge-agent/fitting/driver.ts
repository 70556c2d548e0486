import type { Facts } from '#edge/findings'
import { sayDriver } from '#edge/why'
import { speakDriver } from '#edge/words/spoken'
import type { SayCode } from '#edge/words/words'
import type { LaneConfig } from '../config.ts'
import type { Device } from '../devices/device.ts'
import type { LanBroker } from '../devices/lan-broker.ts'
import { reasonOf } from '../errors.ts'
import type { Fitting } from './fitting.ts'
import { fitSigns, fitSpeech } from './signs.ts'

/** Everything that speaks to the driver of one lane, and one mouth for all of it. */
export interface Driver {
  readonly devices: readonly Device[]
  /** Never throws and never waits: what is said to the driver must not hold up the lane. */
  tellDriver(say: SayCode, facts: Facts): void
}

/** Drivers at these mines read Chinese. */
const LANGUAGE = 'zh'

export function fitDriver(
  fitting: Fitting,
  config: Pick<LaneConfig, 'signs' | 'speech'>,
  broker: Pick<LanBroker, 'hear' | 'publish'>,
): Driver {
  const signs = fitSigns(fitting, config.signs ?? [], broker)
  const ends = (config.signs ?? []).map(({ at }) => at)
  const speech = config.speech ? fitSpeech(fitting, config.speech, broker) : null
  return {
    devices: [...signs, ...(speech ? [speech] : [])],
    tellDriver(say, facts) {
      try {
        // Words for who waits at the other end must not stop the driver who is here.
        const there = say === 'stop-not-your-turn' ? signs.filter((_, nth) => ends[nth] !== undefined && ends[nth] === facts.side) : null
        for (const sign of there ?? signs) sign.show(sayDriver(say, facts, LANGUAGE))
        if (there) return
        for (const voice of speech ? [speech, ...signs] : signs) voice.say(speakDriver(say, facts, LANGUAGE))
      } catch (error) {
        fitting.log.warn({ say, reason: reasonOf(error) }, 'the driver could not be told')
      }
    },
  }
}
