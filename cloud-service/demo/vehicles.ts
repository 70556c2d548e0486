/**
 * The demo's register of vehicles: three invented carriers with coal trucks, and the site's own vehicles that carry none. No two
 * plates differ by one confusable letter only, so that a misread plate can mean one truck.
 */
export interface DemoTruck {
  readonly plate: string
  readonly carrier: string
  readonly axles: number
  readonly drivenAxles: number
  readonly combination: boolean
  readonly trailer: string | null
}

const SIX = { axles: 6, drivenAxles: 2, combination: true }
/** One driven axle: 46 t instead of 49 t. */
const SIX_SINGLE = { axles: 6, drivenAxles: 1, combination: true }
const FOUR = { axles: 4, drivenAxles: 2, combination: false }
const THREE = { axles: 3, drivenAxles: 1, combination: false }

export const DEMO_TRUCKS: readonly DemoTruck[] = [
  { plate: '陕K27472', carrier: 'tuoyun', trailer: '陕K7648挂', ...SIX },
  { plate: '陕K20923', carrier: 'tuoyun', trailer: '陕K2068挂', ...SIX },
  { plate: '陕K2Z306', carrier: 'tuoyun', trailer: '陕K0698挂', ...SIX },
  { plate: '陕K13712', carrier: 'tuoyun', trailer: '陕K6526挂', ...SIX },
  { plate: '陕K64N49', carrier: 'tuoyun', trailer: null, ...THREE },
  { plate: '陕KB4928', carrier: 'tuoyun', trailer: null, ...FOUR },
  { plate: '陕KL0605', carrier: 'tuoyun', trailer: '陕K8829挂', ...SIX_SINGLE },
  { plate: '陕K30820', carrier: 'tuoyun', trailer: '陕K8695挂', ...SIX },
  { plate: '陕K90447', carrier: 'tuoyun', trailer: '陕K1248挂', ...SIX },
  { plate: '陕K22986', carrier: 'tuoyun', trailer: '陕K6507挂', ...SIX },
  { plate: '陕KM4526', carrier: 'tuoyun', trailer: '陕K1862挂', ...SIX },
  { plate: '陕KR8961', carrier: 'tuoyun', trailer: '陕K0441挂', ...SIX },
  { plate: '陕K33947', carrier: 'tuoyun', trailer: null, ...FOUR },
  { plate: '陕K62751', carrier: 'tuoyun', trailer: '陕K4477挂', ...SIX_SINGLE },
  { plate: '陕K76903', carrier: 'beiyuan', trailer: '陕K9190挂', ...SIX },
  { plate: '陕K75970', carrier: 'beiyuan', trailer: '陕K4098挂', ...SIX },
  { plate: '陕K65447', carrier: 'beiyuan', trailer: '陕K8273挂', ...SIX },
  { plate: '陕K2E861', carrier: 'beiyuan', trailer: '陕K1633挂', ...SIX },
  { plate: '陕K79R70', carrier: 'beiyuan', trailer: null, ...THREE },
  { plate: '陕K4W490', carrier: 'beiyuan', trailer: null, ...FOUR },
  { plate: '陕K79843', carrier: 'beiyuan', trailer: '陕K8673挂', ...SIX_SINGLE },
  { plate: '陕K9C214', carrier: 'beiyuan', trailer: '陕K7504挂', ...SIX },
  { plate: '陕K38513', carrier: 'beiyuan', trailer: '陕K8190挂', ...SIX },
  { plate: '陕KN1804', carrier: 'beiyuan', trailer: '陕K1221挂', ...SIX },
  { plate: '陕K35V73', carrier: 'beiyuan', trailer: '陕K8912挂', ...SIX },
  { plate: '陕K68555', carrier: 'beiyuan', trailer: '陕K0254挂', ...SIX },
  { plate: '陕K79196', carrier: 'beiyuan', trailer: null, ...FOUR },
  { plate: '陕K87H55', carrier: 'shunda', trailer: '陕K2748挂', ...SIX },
  { plate: '陕K87U19', carrier: 'shunda', trailer: '陕K2019挂', ...SIX },
  { plate: '陕K51N89', carrier: 'shunda', trailer: '陕K6683挂', ...SIX },
  { plate: '陕K58V60', carrier: 'shunda', trailer: '陕K1674挂', ...SIX },
  { plate: '陕K60J70', carrier: 'shunda', trailer: null, ...THREE },
  { plate: '陕K64X96', carrier: 'shunda', trailer: null, ...FOUR },
  { plate: '陕K29896', carrier: 'shunda', trailer: '陕K9464挂', ...SIX_SINGLE },
  { plate: '陕K97478', carrier: 'shunda', trailer: '陕K3124挂', ...SIX },
  { plate: '陕KB2931', carrier: 'shunda', trailer: '陕K6919挂', ...SIX },
  { plate: '陕K2F822', carrier: 'shunda', trailer: '陕K3701挂', ...SIX },
  { plate: '陕KX7306', carrier: 'shunda', trailer: '陕K3705挂', ...SIX },
]

export interface DemoNonCargo {
  readonly plate: string
  readonly what: string
  readonly capKg: number
  /** What it weighs, for the simulated scale. */
  readonly weightKg: number
}
/** Registered at the demo site: they pass under their cap without a ticket. */
export const DEMO_NON_CARGO: readonly DemoNonCargo[] = [
  { plate: '陕K57673', what: '通勤车 staff car', capKg: 3500, weightKg: 1780 },
  { plate: '陕KZ1092', what: '通勤车 staff bus', capKg: 9000, weightKg: 6420 },
  { plate: '陕K87110', what: '洒水车 water truck', capKg: 20000, weightKg: 14360 },
  { plate: '陕K16386', what: '抢修车 repair van', capKg: 5000, weightKg: 2940 },
]
