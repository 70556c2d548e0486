import { SCALE_DIALECTS } from '#dialects/scale/scale-dialects'
import type { Suspect } from '#dialects/scale/suspect'
import { dialectOf } from '../config/profile.ts'
import { readProfile, shippedProfiles } from '../config/read-profile.ts'
import { KitMistake } from './kit-mistake.ts'

/** Dialects that are nothing without a profile: it brings their layout or their table. */
export const NEED_A_PROFILE: ReadonlySet<string> = new Set(['text-layout', 'modbus-table'])

/**
 * Every dialect as it is without a profile, and every shipped profile that sets something of its dialect; with `own`, a person's own
 * profile first.
 */
export function suspects(own?: string): Suspect[] {
  return [
    ...(own === undefined ? [] : [{ ...profiled(own), vouched: true }]),
    ...Object.values(SCALE_DIALECTS)
      .filter(({ name }) => !NEED_A_PROFILE.has(name))
      .map((dialect) => ({ name: dialect.name, dialect })),
    ...shippedProfiles()
      .map(profiled)
      .filter(({ settings }) => settings !== undefined && Object.keys(settings).length > 0),
  ]
}

function profiled(said: string): Suspect {
  const reading = readProfile(said)
  if (!reading.ok) throw new KitMistake(reading.sentence)
  const { profile } = reading
  const set = dialectOf(profile)
  if (!set) throw new KitMistake(`${said}: ${profile.dialect}?`)
  return { name: `profile ${profile.profile}`, dialect: set.dialect, ...(profile.settings && { settings: set.settings }) }
}
