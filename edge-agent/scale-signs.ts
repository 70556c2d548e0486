import { zeroTrend } from '#edge/scale-state-check'
import { days, type Instant } from '#edge/units'
import type { Health } from './health.ts'

/** One line of `doctor`: how it is, what was looked at, and what to do when it is not well. */
export interface Sign {
  readonly state: 'good' | 'doubtful' | 'bad'
  readonly what: string
  readonly says: string
}

/** Before a certificate runs out somebody must order the next verification. */
const TOLD_BEFORE = days(30)

/** A lane's scale as the law sees it: certificate, seal, newest known weight, and where its zero goes. */
export function scaleSigns({ scale, scaleState }: Health['lanes'][number], now: Instant | null): Sign[] {
  const { check, seal, zeros } = scaleState
  const left = now === null ? 0 : Date.parse(scale.certificateUntil) - now
  const until = scale.certificateUntil.slice(0, 10)
  const trend = now === null ? null : zeroTrend(zeros, scale.eKg, now)
  return [
    {
      state: left < 0 ? 'bad' : left < TOLD_BEFORE ? 'doubtful' : 'good',
      what: '  检定 / certificate',
      says: `${scale.certificate} ${left < 0 ? `已于 ${until} 到期，不得用于结算 / expired, not for trade` : `有效至 / until ${until}`}`,
    },
    ...(seal === null
      ? []
      : [
          {
            state: 'bad',
            what: '  封签 / seal',
            says: `${seal.seal} 破损或不符，${seal.at} 查得，请报计量部门 / broken or another one, found then: tell the metrology office`,
          } as const,
        ]),
    check === null
      ? { state: 'doubtful', what: '  校核 / check', says: '还没有用标准物校核过 / no known weight was ever weighed' }
      : {
          state: check.good ? 'good' : 'bad',
          what: '  校核 / check',
          says: `${check.at} 标准 / known ${check.knownKg} kg, 示值 / shown ${check.shownKg} kg, 允差 / limit ${check.limitKg} kg${check.good ? '' : '，超差，请停用报修 / off: take it out of use'}`,
        },
    trend === null
      ? { state: 'good', what: '  零点 / zero', says: zeros.length === 0 ? '尚未记录 / not seen yet' : `${zeros.at(-1)?.[1]} kg` }
      : {
          state: 'doubtful',
          what: '  零点 / zero',
          says: `${trend.zeroKg} kg, ${trend.hours} 小时漂移 ${trend.movedKg} kg，请清台置零 / moved in ${trend.hours} h: sweep the platform and set zero`,
        },
  ]
}
