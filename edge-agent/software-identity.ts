import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Software } from '#edge/weighing'

/**
 * Who is deciding: the version, and the identity of the legally relevant part (DESIGN.md section 1): the hash over the files of
 * contract, dialects and weighing as this process runs them (compiled JavaScript in production, marked `ts-` on source) and the
 * schema library's version. Shown at start and stored in each weighing; a re-run is claimed only where it matches.
 */
const LEGAL_FOLDERS = ['contract', 'dialects', 'weighing']

export function softwareIdentity(): Software {
  const here = import.meta.dirname
  const compiled = import.meta.filename.endsWith('.js')
  const files = LEGAL_FOLDERS.flatMap((folder) =>
    readdirSync(join(here, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith(compiled ? '.js' : '.ts'))
      .map((name) => `${folder}/${name.replaceAll('\\', '/')}`),
  ).sort()
  const sum = createHash('sha256').update(`typebox ${versionIn('typebox')}\n`)
  for (const file of files) sum.update(`${file}\n`).update(readFileSync(join(here, file)))
  return {
    version: ownVersion(),
    legal: `${compiled ? 'js' : 'ts'}-${sum.digest('hex').slice(0, 32)}`,
  }
}

/** The house's package.json lies above both the source and the compiled folder. */
function houseFile(name: string): string {
  for (let folder = import.meta.dirname, up = 0; up < 4; up += 1, folder = join(folder, '..')) {
    try {
      return readFileSync(join(folder, name), 'utf8')
    } catch {
      // One folder higher.
    }
  }
  throw new Error(`${name} is missing beside the agent`)
}
const ownVersion = (): string => (JSON.parse(houseFile('package.json')) as { version: string }).version
const versionIn = (library: string): string =>
  (
    JSON.parse(houseFile(join('node_modules', library, 'package.json'))) as {
      version: string
    }
  ).version
