import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { mistakeLines } from '#edge/mistakes'
import { profileMistakes, type ScaleProfile } from './profile.ts'

export type ProfileReading = { readonly ok: true; readonly profile: ScaleProfile } | { readonly ok: false; readonly sentence: string }

/** Beside the sources and beside the compiled files alike. */
const SHIPPED = join(import.meta.dirname, '../profiles')

/** The names of the profiles that come with Pitgate. */
export const shippedProfiles = (): string[] =>
  readdirSync(SHIPPED)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.slice(0, -'.yaml'.length))
    .sort()

/** What is written as `profile:`: a path has a slash or ends in .yaml; anything else is the name of a shipped one. */
export const isProfileFile = (said: string): boolean => /[/\\]|\.ya?ml$/.test(said)

/** Reads and checks a profile: a file's path, or the name of a shipped one. Every mistake at once, in one sentence. */
export function readProfile(said: string): ProfileReading {
  const wrong = (sentence: string): ProfileReading => ({ ok: false, sentence })
  const shipped = isProfileFile(said) ? null : shippedProfiles()
  if (shipped !== null && !shipped.includes(said))
    return wrong(
      `没有名为 ${said} 的仪表配置 / there is no profile "${said}"; there are ${shipped.join(', ')}, or write a path: ./${said}.yaml`,
    )
  const file = shipped === null ? said : join(SHIPPED, `${said}.yaml`)
  let value: unknown
  try {
    value = parse(readFileSync(file, 'utf8'), { stringKeys: true })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return wrong(
      code === undefined || code.startsWith('ERR_') || !/^E[A-Z]+$/.test(code)
        ? `仪表配置不是有效的 YAML / ${file} is not YAML: ${message}`
        : `仪表配置打不开 / cannot read the profile ${file} (${code})`,
    )
  }
  const mistakes = profileMistakes(value)
  if (mistakes.length > 0)
    return wrong(
      `仪表配置有 ${mistakes.length} 处错误 / ${mistakes.length} ${mistakes.length === 1 ? 'mistake' : 'mistakes'} in ${file}:\n${mistakeLines(mistakes)}`,
    )
  return { ok: true, profile: value as ScaleProfile }
}
