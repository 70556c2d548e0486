import {
  axleShare,
  BLIND_UNREAD,
  BLIND_VISITS,
  driftBand,
  FITS_TIMES,
  fitsBand,
  groupsLeast,
  halfOnLeast,
  movedLeast,
  rearBand,
  returnBand,
  rollingLeast,
  SECOND_VEHICLE_KG,
  STUCK_VISITS,
  smoothLeast,
  stepLeast,
  TARES_NEEDED,
  tareBand,
} from '#weighing/suspicion/thresholds'

/** The thresholds as they are, worked out for e = 20 kg at 15 t and 48 t, with their reasons in both languages. */
export interface ThresholdRow {
  readonly code: string
  readonly at15t: string
  readonly at48t: string
  readonly zh: string
  readonly en: string
}
const E = 20
const kg = (value: number): string => `${value} kg`
const both = (of: (e: number, weight: number) => number): Pick<ThresholdRow, 'at15t' | 'at48t'> => ({
  at15t: kg(of(E, 15_000)),
  at48t: kg(of(E, 48_000)),
})
const same = (text: string): Pick<ThresholdRow, 'at15t' | 'at48t'> => ({ at15t: text, at48t: text })

export const THRESHOLD_ROWS: readonly ThresholdRow[] = [
  {
    code: 'weight-step',
    ...both((e) => stepLeast(e)),
    zh: '静止时重量只会因人上下车而变:司机带两人及行李约300公斤;分度值大时取8e',
    en: 'At rest only people change the weight: a driver, two mates and their bags are 300 kg; 8 e where e is coarse',
  },
  {
    code: 'moved-while-weighing',
    ...both(movedLeast),
    zh: '同一辆车停在台面任何位置重量相同:角差1–2e,加上晃动余量,取8e或1%',
    en: 'A truck wholly on weighs the same wherever it stands: corner error is one or two e, with room for sway 8 e or 1 %',
  },
  {
    code: 'curve-shape (rolling)',
    ...both(rollingLeast),
    zh: '完全上台未停稳时的平均重量:车身在真值上下摆动,一秒余的平均误差在0.5%以内,取0.9%',
    en: 'Mean while rolling wholly on: springs swing around the truth, over a second they leave half a percent; 0.9 %',
  },
  {
    code: 'curve-shape (axle groups)',
    ...both(groupsLeast),
    zh: '各轴组上台与下台之和应等于整车;制动使轴间转移至多2%,取3.5%',
    en: 'Groups on plus groups off make the truck; braking moves 2 % between them at most; 3.5 % leaves room',
  },
  {
    code: 'curve-smooth',
    ...both(smoothLeast),
    zh: '真车上台逐轴成阶、必有回落;无阶且回落合计不足1/400者为仿真曲线',
    en: 'A truck comes on in steps and shakes; no landing and falls of less than 1/400 in all is a drawn curve',
  },
  {
    code: 'half-on',
    ...both(halfOnLeast),
    zh: '一根轴至少占6%;连续三次读数的滚动起伏在2%以内,取3%',
    en: 'An axle is 6 % of a truck at least; rolling held over three readings stays within 2 %; 3 % lies between',
  },
  { code: 'two-trucks', ...same(kg(SECOND_VEHICLE_KG)), zh: '空载轻型车的一根轴', en: 'One axle of an empty light truck' },
  {
    code: 'tare-off-history (whole)',
    ...same(`${tareBand(E, 15_000, 10, 0, false)}–900 kg`),
    zh: `同车同挂至少${TARES_NEEDED}次皮重的中位数;油箱600公斤即±300(车轻则油箱小),加泥雪、人员;次数少、本车离散大或偏轻则放宽`,
    en: `Median of at least ${TARES_NEEDED} tares of the same pair; a 600 kg tank is ±300 kg (less on a lighter truck), mud and people come on top; wider with few tares, much scatter, or where it is lighter`,
  },
  {
    code: 'tare-off-history (trailer axles)',
    ...same(`${rearBand(E, 10, 0, false)}–600 kg`),
    zh: '油箱和人员都在牵引车上,挂车轴组只有泥雪(约50公斤)和上秤滚动误差(约36公斤);次数少、离散大或偏轻则放宽',
    en: 'Fuel and people are on the tractor: a trailer’s axles carry mud (50 kg) and the error of rolling on (36 kg); wider with few tares, much scatter, or where they are lighter',
  },
  {
    code: 'weighed-until-fits',
    ...same(`${FITS_TIMES} × within ${fitsBand(E)} kg`),
    zh: '因重量被拦后一小时内差异300公斤以内的第三次过磅;卸超的车差异大于一铲',
    en: 'The third weighing within 300 kg and an hour after verdicts about weight; who tips off takes a bucket, not a shovel',
  },
  {
    code: 'zero-not-returned',
    ...same(kg(returnBand(E))),
    zh: '散煤、泥水一般在60公斤以内,取4e',
    en: 'Coal and mud left behind are within 60 kg as a rule; 4 e',
  },
  {
    code: 'zero-drifting',
    ...same(kg(driftBand(E))),
    zh: '24小时内漂移5e即应清台置零',
    en: 'Five e within 24 hours: nobody swept or set it',
  },
  {
    code: 'sensor-stuck / sensor-masked',
    ...same(`${STUCK_VISITS} / 1`),
    zh: '车辆必经的线圈、光栅本次未动作为遮挡,连续两车未动作为卡死',
    en: 'A loop or beam on the way that did not act: masked for one vehicle, stuck from the second in a row',
  },
  {
    code: 'camera-blind',
    ...same(`${BLIND_UNREAD} of ${BLIND_VISITS}`),
    zh: '同一车多数识别失败,而该相机对其他车辆正常',
    en: 'Most visits of one truck unread by a camera that reads the others',
  },
  {
    code: '(no beams)',
    ...both((_e, weight) => axleShare(weight)),
    zh: '无光栅车道:差一根轴的变化视为上车过程',
    en: 'In lanes without beams a change as large as an axle is taken for an axle',
  },
]
