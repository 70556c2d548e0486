import Type, { type Static } from 'typebox'
import { SCALE_DIALECTS } from '#dialects/scale/scale-dialects'
import { oneOf } from '#edge/ids'
import { AddressSchema, strict } from './common.ts'
import { type ProfileLine, SCALE_SETTINGS, type ScaleProfile } from './profile.ts'
import { isProfileFile, readProfile } from './read-profile.ts'

/** A lane's indicator: a dialect or a profile that names one, and what is set otherwise than there. */
export const ScaleConfigSchema = Type.Object(
  {
    address: AddressSchema,
    dialect: Type.Optional(oneOf(Object.keys(SCALE_DIALECTS))),
    /** `./weighbridge.yaml`, relative to the configuration, or the name of one that is shipped. */
    profile: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    ...SCALE_SETTINGS,
    silentAfterSeconds: Type.Optional(Type.Number({ minimum: 0.5, maximum: 60 })),
  },
  strict,
)
export type ScaleConfig = Static<typeof ScaleConfigSchema>

/** The profile's path as it is found from the configuration's folder. */
export const profilePlace = (profile: string, here: (path: string) => string): string => (isProfileFile(profile) ? here(profile) : profile)

/** The configuration with its profile worked in: what stands in place goes before the profile. The profile must have been read once. */
export function withProfile(config: ScaleConfig, here: (path: string) => string): ScaleConfig {
  if (config.profile === undefined) return config
  const reading = readProfile(profilePlace(config.profile, here))
  return reading.ok ? overlaid(config, reading.profile) : config
}

export function overlaid(config: ScaleConfig, { profile, about: _, source: __, line, ...set }: ScaleProfile): ScaleConfig {
  const group = <Kind extends 'settings' | 'filter' | 'poll'>(kind: Kind): Pick<ScaleConfig, Kind> | object =>
    set[kind] === undefined && config[kind] === undefined ? {} : { [kind]: { ...set[kind], ...config[kind] } }
  return {
    ...set,
    ...config,
    ...group('settings'),
    ...group('filter'),
    ...group('poll'),
    profile,
    address: withLine(config.address, line),
  }
}

/** A serial address with the settings it leaves out. A serial server's are set in the server. */
export function withLine(address: string, line: ProfileLine = {}): string {
  if (!address.startsWith('serial:')) return address
  const missing = Object.entries(line).filter(([key]) => !new RegExp(`[?&]${key}=`).test(address))
  if (missing.length === 0) return address
  return `${address}${address.includes('?') ? '&' : '?'}${missing.map(([key, value]) => `${key}=${value}`).join('&')}`
}
