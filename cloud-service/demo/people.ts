import type { OperatorRole } from '#edge/acts'
import type { NewPerson } from '../people/register.ts'
import { usccOf } from './uscc.ts'

/** Invented firms, and one person for each role, so that everybody can see what the other may not. */
export const DEMO_CARRIERS = [
  { carrier: 'tuoyun', name: '驼运物流(示例)', uscc: usccOf('91610881MA7DEM001') },
  { carrier: 'beiyuan', name: '北塬运输(示例)', uscc: usccOf('91610822MA7DEM002') },
  { carrier: 'shunda', name: '顺达车队(示例)', uscc: usccOf('91610802MA7DEM003') },
] as const

export const DEMO_PEOPLE: readonly Omit<NewPerson, 'password'>[] = [
  { name: 'city', shownName: '市级监管员 city regulator', role: 'city', scope: null },
  { name: 'shenmu', shownName: '神木市监管员 county regulator', role: 'county', scope: '610881' },
  { name: 'fugu', shownName: '府谷县监管员 county regulator', role: 'county', scope: '610822' },
  { name: 'mine', shownName: '红柳沟煤矿 enterprise', role: 'enterprise', scope: 'hongliu' },
  { name: 'operator', shownName: '红柳沟司磅员 weighbridge operator', role: 'operator', scope: 'hongliu' },
  { name: 'tuoyun', shownName: '驼运物流 carrier', role: 'carrier', scope: 'tuoyun' },
  { name: 'beiyuan', shownName: '北塬运输 carrier', role: 'carrier', scope: 'beiyuan' },
]

/** Who signs in at the console of each demo site: two at the scale and one who answers for the shift. Ids of digits, for a pad of ten keys. */
export const DEMO_OPERATORS: readonly { readonly id: string; readonly name: string; readonly role: OperatorRole }[] = [
  { id: '1001', name: '张司磅', role: 'operator' },
  { id: '1002', name: '李司磅', role: 'operator' },
  { id: '9001', name: '王班长', role: 'supervisor' },
]
