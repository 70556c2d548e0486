import type { FindingCode } from '#edge/findings'

/** What a visit of the study is about. `codes`: findings that say so; `refused`: the machine not weighing it at all says so too. */
export interface Kind {
  readonly zh: string
  readonly en: string
  /** Kilograms added or taken away, drawn from these; none where the cheat has no size. */
  readonly sizes: readonly number[]
  readonly pass: 'tare' | 'gross' | 'either'
  readonly codes: readonly FindingCode[]
  readonly refused?: true
  /** The part of the goal it belongs to: hits ≥ 95 % from 500 kg on, or of all. */
  readonly goal?: 'from-500' | 'all'
}

const SIZES = [50, 100, 150, 200, 250, 300, 400, 500, 600, 800, 1_000, 1_500, 2_000, 3_000]
const TANK = [100, 200, 300, 400, 500, 600, 700, 800, 1_000, 1_250, 1_500, 2_000]
const CHIP: readonly FindingCode[] = [
  'weight-step',
  'moved-while-weighing',
  'curve-shape',
  'curve-smooth',
  'zero-not-returned',
  'half-on',
  'tare-off-history',
]

export const KINDS = {
  'chip-at-rest': {
    zh: '静止时遥控加减',
    en: 'chip switched while the truck stands',
    sizes: SIZES,
    pass: 'either',
    codes: CHIP,
    goal: 'from-500',
  },
  'chip-ramp': {
    zh: '静止时遥控缓慢加减',
    en: 'chip that ramps while the truck stands',
    sizes: SIZES,
    pass: 'either',
    codes: CHIP,
    goal: 'from-500',
  },
  'chip-after-verdict': {
    zh: '判定后仍在秤上时撤除',
    en: 'chip on since boarding, off while it still stands',
    sizes: SIZES,
    pass: 'either',
    codes: CHIP,
    goal: 'from-500',
  },
  'chip-rolling': {
    zh: '完全上秤未停稳时遥控',
    en: 'chip switched on the last metre, wholly on',
    sizes: SIZES,
    pass: 'either',
    codes: CHIP,
  },
  'chip-boarding': { zh: '上秤途中遥控', en: 'chip switched between two axle groups', sizes: SIZES, pass: 'either', codes: CHIP },
  'chip-left-on': { zh: '下秤后才撤除', en: 'chip switched off after the truck has gone', sizes: SIZES, pass: 'either', codes: CHIP },
  'chip-constant': { zh: '有载即加固定值', en: 'chip that adds whenever anything is on', sizes: SIZES, pass: 'either', codes: CHIP },
  'chip-scale': { zh: '按比例放大缩小', en: 'chip that multiplies', sizes: SIZES, pass: 'either', codes: CHIP },
  'drawn-curve': {
    zh: '以仿真曲线替代仪表',
    en: 'indicator replaced by a drawn curve',
    sizes: [],
    pass: 'either',
    codes: ['curve-smooth'],
  },
  'water-tank': {
    zh: '空车过磅时加水加重',
    en: 'water tank full at tare',
    sizes: TANK,
    pass: 'tare',
    codes: ['tare-off-history'],
    goal: 'from-500',
  },
  'rear-off': {
    zh: '后轮未上秤,光栅正常',
    en: 'rear axle off, beams sound',
    sizes: [],
    pass: 'either',
    codes: ['half-on', 'sensor-masked', 'sensor-stuck', 'tare-off-history'],
    refused: true,
    goal: 'all',
  },
  'rear-off-taped': {
    zh: '后轮未上秤,光栅贴反光片',
    en: 'rear axle off, entry beam taped',
    sizes: [],
    pass: 'either',
    codes: ['half-on', 'sensor-masked', 'sensor-stuck', 'tare-off-history'],
    refused: true,
    goal: 'all',
  },
  'rear-off-mirror': {
    zh: '后轮未上秤,停车后放镜子',
    en: 'rear axle off, mirror put there once it stands',
    sizes: [],
    pass: 'either',
    codes: ['half-on', 'sensor-masked', 'sensor-stuck', 'tare-off-history', 'moved-while-weighing'],
    refused: true,
    goal: 'all',
  },
  'front-off-taped': {
    zh: '前轮驶出秤台,光栅贴反光片',
    en: 'front axle off, exit beam taped',
    sizes: [],
    pass: 'either',
    codes: ['half-on', 'sensor-masked', 'sensor-stuck', 'tare-off-history', 'moved-while-weighing'],
    refused: true,
    goal: 'all',
  },
  'two-on': {
    zh: '两车同时在秤上',
    en: 'two trucks wholly on, bumper to bumper',
    sizes: [],
    pass: 'either',
    codes: ['two-trucks', 'tailgate', 'two-plates', 'sensor-masked', 'sensor-stuck', 'tare-off-history', 'half-on'],
    refused: true,
    goal: 'all',
  },
  'second-front-on': {
    zh: '后车前轴压秤',
    en: "the next truck's front axle is on as well",
    sizes: [],
    pass: 'either',
    codes: ['two-trucks', 'tailgate', 'two-plates', 'sensor-masked', 'sensor-stuck', 'tare-off-history', 'half-on'],
    refused: true,
    goal: 'all',
  },
  tailgate: {
    zh: '跟车闯出',
    en: 'a second truck follows through on one release',
    sizes: [],
    pass: 'either',
    codes: ['tailgate', 'two-trucks', 'two-plates'],
    refused: true,
    goal: 'all',
  },
  rocking: {
    zh: '过磅时前后晃动',
    en: 'rocks to and fro while weighed',
    sizes: [],
    pass: 'either',
    codes: ['moved-while-weighing', 'weight-step', 'half-on', 'curve-shape'],
    refused: true,
  },
  'until-it-fits': {
    zh: '反复过磅直到合格',
    en: 'weighed again and again until it fits',
    sizes: [],
    pass: 'gross',
    codes: ['weighed-until-fits'],
  },
  'beam-taped': {
    zh: '光栅贴反光片',
    en: 'entry beam taped, truck wholly on',
    sizes: [],
    pass: 'either',
    codes: ['sensor-masked', 'sensor-stuck'],
  },
  'muddy-plate': { zh: '号牌遮挡', en: 'muddy plate, visit after visit', sizes: [], pass: 'either', codes: ['camera-blind'] },
  'power-cycled': {
    zh: '车在秤上时仪表断电',
    en: 'indicator switched off and on under the truck',
    sizes: [],
    pass: 'either',
    codes: ['weight-untrusted'],
    refused: true,
  },
  zeroed: {
    zh: '车在秤上时置零',
    en: 'indicator zeroed under the truck',
    sizes: [],
    pass: 'either',
    codes: ['weight-untrusted', 'half-on'],
    refused: true,
  },
} as const satisfies Record<string, Kind>

export type CheatName = keyof typeof KINDS
export const CHEATS = Object.keys(KINDS) as CheatName[]
export const kindOf = (name: CheatName): Kind => KINDS[name]
export type Story = CheatName | 'honest'

/** The findings of anti-cheating: what this study counts. Papers and plates have their own tests. */
export const SUSPICION_CODES: ReadonlySet<string> = new Set<FindingCode>([
  'weight-step',
  'curve-smooth',
  'curve-shape',
  'zero-not-returned',
  'zero-drifting',
  'tare-off-history',
  'half-on',
  'two-trucks',
  'moved-while-weighing',
  'weighed-until-fits',
  'sensor-stuck',
  'sensor-masked',
  'camera-blind',
  'tailgate',
  'weight-untrusted',
])
