import type { Mistake } from '#edge/mistakes'
import { lineKey } from '../devices/asked-lines.ts'
import { dialectOf, isAsked, settingMistakes } from './profile.ts'
import { readProfile } from './read-profile.ts'
import { overlaid, profilePlace, type ScaleConfig } from './scale.ts'

type Group = Readonly<Record<string, unknown>>

/** What the schema of a lane's `scale` cannot say of it alone. */
export function indicatorMistakes(path: string, scale: Group, here: (path: string) => string): Mistake[] {
  const { dialect, profile, unit } = scale
  if (dialect === undefined && profile === undefined)
    return [{ path, zh: '请写 dialect（仪表协议）或 profile（仪表配置）', en: 'say which dialect: or profile: the indicator has' }]
  if (dialect !== undefined && profile !== undefined)
    return [{ path: `${path}.profile`, zh: '与 dialect 只能写一个', en: 'and dialect: write one of them, a profile names its dialect' }]
  const noUnit: Mistake = { path: `${path}.unit`, zh: '缺少此项：仪表显示的单位', en: 'is missing: what the indicator shows' }
  const reading = typeof profile === 'string' ? readProfile(profilePlace(profile, here)) : null
  if (reading?.ok === false) return [{ path: `${path}.profile`, zh: '仪表配置有误', en: reading.sentence }]
  const of = reading?.profile
  return [
    ...settingMistakes(path, of?.dialect ?? dialect, { ...scale, settings: together(of?.settings, scale.settings) }),
    ...(unit === undefined && of?.unit === undefined ? [noUnit] : []),
    ...wrappingMistakes(path, scale, here),
  ]
}

/** The settings as they will be; what is no group of settings stays as it is, for the schema to tell. */
const together = (profiled: unknown, here: unknown): unknown =>
  here === undefined ? profiled : typeof here === 'object' && here !== null ? { ...(profiled as object | undefined), ...here } : here

/** Modbus TCP has no check of its own: it relies on its network's, and a serial line has none. */
function wrappingMistakes(path: string, scale: Group, here: (path: string) => string): Mistake[] {
  const whole = merged(scale, here)
  const set = whole?.dialect === undefined ? null : dialectOf({ ...whole, dialect: whole.dialect })
  if (set?.settings.framing !== 'tcp' || typeof scale.address !== 'string' || !scale.address.startsWith('serial:')) return []
  return [
    {
      path: `${path}.address`,
      zh: 'Modbus TCP 只能走网络：写 tcp://，或在 settings 中写 framing: rtu',
      en: 'Modbus TCP is spoken over a network only: write tcp://…, or framing: rtu among the settings',
    },
  ]
}

/** One indicator among those of all lanes. */
export interface Placed {
  readonly path: string
  readonly scale: Group
}

/**
 * Indicators at the same port (`portKey`). On one line several can stand only where each is asked by an address of its own: nothing that
 * speaks by itself shares a line, and nothing that has no address. Null for the first indicator at an address.
 */
export function sharedLines(here: (path: string) => string): (port: string, placed: Placed) => Mistake[] | null {
  const at = new Map<string, readonly Placed[]>()
  return (port, placed) => {
    const before = at.get(port) ?? []
    at.set(port, [...before, placed])
    const [first] = before
    return first === undefined ? null : beside(placed, first, before, here)
  }
}

function beside(placed: Placed, first: Placed, before: readonly Placed[], here: (path: string) => string): Mistake[] {
  const where = `${placed.path}.address`
  const place = placeOnLine(placed.scale, here)
  const firstPlace = placeOnLine(first.scale, here)
  // Of what cannot be understood something else is said already.
  if (place === 'unclear' || firstPlace === 'unclear') return []
  if (place === 'unasked' || firstPlace === 'unasked')
    return [{ path: where, zh: `与 ${first.path}.address 重复`, en: `is the same as ${first.path}.address` }]
  if (place === 'no-address' || firstPlace === 'no-address')
    return [
      {
        path: where,
        zh: `与 ${first.path}.address 重复；共用一条线的仪表须各有地址（settings 中的 address 或 unitId）`,
        en: `is the same as ${first.path}.address; indicators that share a line need addresses of their own (address or unitId among the settings)`,
      },
    ]
  if (place.line !== firstPlace.line)
    return [
      {
        path: where,
        zh: `与 ${first.path}.address 是同一条线，串口参数却不同`,
        en: `is the line of ${first.path}.address, but its profile sets the line otherwise`,
      },
    ]
  const same = before.find(({ scale }) => {
    const other = placeOnLine(scale, here)
    return typeof other === 'object' && other.unit === place.unit
  })
  return same === undefined
    ? []
    : [
        {
          path: where,
          zh: `与 ${same.path} 在同一条线上地址相同`,
          en: `has the address ${place.unit} on the line that ${same.path} has, too`,
        },
      ]
}

type Place = { readonly line: string; readonly unit: string } | 'unasked' | 'no-address' | 'unclear'

function placeOnLine(scale: Group, here: (path: string) => string): Place {
  const whole = merged(scale, here)
  const set = whole?.dialect === undefined ? null : dialectOf({ ...whole, dialect: whole.dialect })
  if (!whole || !set) return 'unclear'
  if (!isAsked(set)) return 'unasked'
  const { unitId, address, scaleNo, channel } = set.settings
  const unit = unitId ?? address ?? (scaleNo === undefined ? undefined : `${String(scaleNo)} ${String(channel ?? '')}`)
  return typeof unit === 'number' || (typeof unit === 'string' && unit.trim() !== '')
    ? { line: lineKey(whole.address), unit: String(unit) }
    : 'no-address'
}

function merged(scale: Group, here: (path: string) => string): ScaleConfig | null {
  const config = scale as ScaleConfig
  if (typeof scale.profile !== 'string') return config
  const reading = readProfile(profilePlace(scale.profile, here))
  return reading.ok ? overlaid(config, reading.profile) : null
}
