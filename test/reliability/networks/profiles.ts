import type { Random } from '../../../simulators/random.ts'
import { forMilliseconds } from '../life.ts'
import { type BadLine, FAIR, type Weather, weather } from './bad-line.ts'

/** A kind of bad network (T08), played over a line until it is over. */
export interface Profile {
  readonly name: string
  readonly zh: string
  readonly en: string
  /** From the first byte, or as soon as the first records have arrived. */
  readonly begins: 'at-once' | 'under-way'
  /** Something gets through all the time: records have to arrive while it lasts, and alarms ahead of the backlog. */
  readonly passes: boolean
  /** Played in the ordinary suite too. */
  readonly fast: boolean
  play(line: BadLine, chance: Random, over: () => boolean): Promise<void>
}

const steady = (one: Weather): Profile['play'] => {
  return async (line) => line.become(one)
}
/** One blow after another, so many milliseconds apart. */
const again = (least: number, most: number, blow: (line: BadLine, chance: Random) => void): Profile['play'] => {
  return async (line, chance, over) => {
    while (!over()) {
      blow(line, chance)
      await forMilliseconds(chance.between(least, most))
    }
  }
}
const CUT: Weather = { ...FAIR, refuses: true }
const HELD = { held: true } as const

export const PROFILES: readonly Profile[] = [
  {
    name: 'far',
    zh: '卫星线路，单程 300 毫秒',
    en: 'by satellite, 300 ms each way',
    begins: 'at-once',
    passes: true,
    fast: false,
    play: steady(weather({ delayMs: [300, 300] })),
  },
  {
    name: 'jitter',
    zh: '时快时慢，20–900 毫秒',
    en: 'now quick, now slow, 20–900 ms',
    begins: 'at-once',
    passes: true,
    fast: false,
    play: steady(weather({ delayMs: [20, 900] })),
  },
  {
    name: 'thin',
    zh: '64 kbit/s',
    en: '64 kbit/s',
    begins: 'at-once',
    passes: true,
    fast: true,
    play: steady(weather({ delayMs: [50, 80], bytesPerSecond: 8_000 })),
  },
  {
    name: 'drip',
    zh: '一次只到一两个字节，32 kbit/s',
    en: 'a byte or two at a time, 32 kbit/s',
    begins: 'at-once',
    passes: true,
    fast: false,
    play: steady(weather({ delayMs: [5, 50], bytesPerSecond: 4_000, pieces: [1, 8] }, { pieces: [1, 8] })),
  },
  {
    name: 'cut',
    zh: '断线',
    en: 'cut',
    begins: 'under-way',
    passes: false,
    fast: false,
    play: async (line) => {
      line.become(CUT)
      line.reset()
    },
  },
  {
    name: 'flapping',
    zh: '每隔几秒断一次',
    en: 'up and down every few seconds',
    begins: 'under-way',
    passes: false,
    fast: true,
    play: again(700, 3_000, (line, chance) => {
      const up = chance.chance(0.5)
      line.become(up ? weather({ delayMs: [10, 120] }) : CUT)
      if (!up) line.reset()
    }),
  },
  {
    name: 'reset',
    zh: '连接被随机复位，随即可再连',
    en: 'connections are reset at random, and may come back at once',
    begins: 'under-way',
    passes: false,
    fast: false,
    play: again(300, 4_000, (line) => line.reset()),
  },
  {
    name: 'half-open',
    zh: '半开：本端不知对端已失',
    en: 'half open: the far end is gone and the near end does not know',
    begins: 'under-way',
    passes: false,
    fast: false,
    play: again(5_000, 8_000, (line) => line.orphan()),
  },
  {
    name: 'deaf',
    zh: '只能发、收不到',
    en: 'one way: it is heard, and hears nothing',
    begins: 'under-way',
    passes: false,
    fast: true,
    play: steady(weather({}, HELD)),
  },
  {
    name: 'mute',
    zh: '只能收、发不出',
    en: 'one way: it hears, and is not heard',
    begins: 'under-way',
    passes: false,
    fast: false,
    play: steady(weather(HELD, {})),
  },
  {
    name: 'nobody-answers',
    zh: '连得上，但无人应答',
    en: 'connections are taken, and nobody answers',
    begins: 'under-way',
    passes: false,
    fast: false,
    play: async (line) => {
      line.reset()
      line.become(weather(HELD))
    },
  },
  {
    name: 'stragglers',
    zh: '旧连接的数据晚到，与新连接的交错',
    en: 'what an old connection had under way arrives late, beside the new one’s',
    begins: 'under-way',
    passes: false,
    fast: false,
    play: again(1_500, 4_000, (line, chance) => {
      line.become(weather({ delayMs: [200, 400] }))
      line.straggle(chance.between(300, 2_500))
    }),
  },
]
