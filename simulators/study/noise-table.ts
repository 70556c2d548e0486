import { CAMERAS, DRIVERS, LANDINGS, NOISE } from './noise.ts'

/** The noise of `noise.ts` for people who read the report: the figure as it is simulated, and where it comes from. */
export interface NoiseRow {
  readonly figure: string
  readonly zh: string
  readonly en: string
}
const share = (part: number): string => `${Math.round(part * 1_000) / 10} %`
const range = ([least, most]: readonly [number, number], unit: string): string => `${least}–${most} ${unit}`

export const NOISE_ROWS: readonly NoiseRow[] = [
  {
    figure: 'e = 20 kg, 5–20 Hz',
    zh: '显示分度与输出速率;双级滤波0.06–0.22秒',
    en: 'division and rate of the indicator; two filters of 0.06–0.22 s each',
  },
  { figure: NOISE.bounceShare.map(share).join('–'), zh: '步行速度驶过时每轴动载', en: 'dynamic load of an axle at walking pace' },
  { figure: NOISE.kickShare.map(share).join('–'), zh: '车轮过台边的冲击', en: 'kick of an axle over the edge' },
  { figure: 'h/L 0.1–0.2 at 0.9 m/s²', zh: '制动点头:前轴加载、后轴减载', en: 'pitch while braking: front axle loaded, rear relieved' },
  { figure: NOISE.swayShare.map(share).join('–'), zh: '停车后的车身晃动,0.4–0.9秒衰减', en: 'sway after the stop, fading in 0.4–0.9 s' },
  { figure: `${share(NOISE.engineRuns)}, ${range(NOISE.engineKg, 'kg')}`, zh: '发动机未熄火', en: 'engine left running' },
  {
    figure: `${share(NOISE.windy)}, ${range(NOISE.windKg.windy, 'kg')}`,
    zh: '10–15米/秒阵风,否则0–5公斤',
    en: 'gusts of 10–15 m/s, else 0–5 kg',
  },
  {
    figure: `${share(NOISE.climbsOut)}, ${range(NOISE.personKg, 'kg')}`,
    zh: '有人下车(偶有两三人)',
    en: 'somebody climbs out (seldom two or three)',
  },
  { figure: range(NOISE.zeroKg, 'kg'), zh: '过磅前的零点:散煤、泥水、温度', en: 'zero before it: coal, mud, warmth' },
  {
    figure: `${share(NOISE.drops)}, ${range(NOISE.dropsKg, 'kg')}; ${share(NOISE.dropsMuch)}, ${range(NOISE.dropsMuchKg, 'kg')}`,
    zh: '重车掉煤',
    en: 'coal dropped by a loaded truck',
  },
  { figure: range(NOISE.tankKg, 'kg'), zh: '油箱,十分之一到满箱之间任意', en: 'tank, anywhere from a tenth to full' },
  {
    figure: `${share(1 - NOISE.tankOnTractor)} / ${share(NOISE.tankOnTractor)}`,
    zh: '藏重位置:挂车或车厢 / 牵引车油箱旁;燃油、人员在牵引车上',
    en: 'a hidden tank is on the trailer or body / beside the tractor’s fuel tank; fuel and people are on the tractor',
  },
  {
    figure: `${LANDINGS.errorKg} kg, ${share(LANDINGS.unseen)}, ${share(LANDINGS.elsewhere)}`,
    zh: '历史皮重的挂车轴组:误差、未测得、停在别处',
    en: 'trailer axles of earlier tares: error, not seen, halted on other axles',
  },
  { figure: `≤ ${NOISE.mudKg.most} kg`, zh: '泥雪(两成为湿天)', en: 'mud and snow (one day in five is wet)' },
  {
    figure: `${share(NOISE.rebuilt)}, ${range(NOISE.rebuiltKg, 'kg')}`,
    zh: '历史皮重期间车辆改装',
    en: 'the truck was changed within its history',
  },
  {
    figure: `${share(DRIVERS.halts)} / ${share(DRIVERS.stopsShort)} / ${share(DRIVERS.overshoots)} / ${share(DRIVERS.rollsOn)}`,
    zh: '中途停车 / 未到位 / 越位后退 / 停后溜动',
    en: 'halts half-way / stops short / overshoots and backs / rolls after the stop',
  },
  {
    figure: `${share(DRIVERS.gapSeen)} / ${share(DRIVERS.loopDrops)}`,
    zh: '光栅看穿主挂间隙 / 线圈漏挂车',
    en: 'beam sees through the gap / loop drops the trailer',
  },
  {
    figure: `${share(CAMERAS.misread)} / ${share(CAMERAS.unread)} / ${share(CAMERAS.rearUnread)}`,
    zh: '误读一字 / 未读出 / 后牌未读出',
    en: 'one letter misread / unread / rear unread',
  },
  { figure: '1/12', zh: '无光栅车道', en: 'lanes without light barriers' },
]
