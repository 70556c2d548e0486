import { writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { toIso } from '#edge/units'
import { nodeClock } from '../node-clock.ts'
import { softwareIdentity } from '../software-identity.ts'
import { captureFigures } from './capture-figures.ts'
import { openCapture } from './capture-file.ts'
import { KitMistake } from './kit-mistake.ts'
import { reportPage } from './report-page.ts'
import { speaksAs } from './speaks.ts'
import type { Terminal } from './terminal.ts'

/** `report FILE`: a page and its figures about a capture, for whoever must be convinced that an indicator is read right. */
export async function reportCommand(args: readonly string[], { errors }: Terminal): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { dialect: { type: 'string' }, profile: { type: 'string' }, out: { type: 'string' } },
  })
  const [file] = positionals
  if (file === undefined) throw new KitMistake('report FILE [--dialect NAME | --profile FILE] [--out NAME]')
  const capture = openCapture(file)
  const figures = captureFigures(capture, speaksAs(capture, values))
  const { version, legal } = softwareIdentity()
  const made = `Pitgate ${version} (${legal}), ${toIso(nodeClock().now())}`
  const out = values.out ?? file.replace(/\.[^./\\]+$/, '')
  try {
    writeFileSync(`${out}.html`, reportPage(`坑口卫士 仪表报告 / Indicator report: ${basename(file)}`, figures, made))
    writeFileSync(`${out}.json`, `${JSON.stringify({ made, file: basename(file), ...figures }, null, 2)}\n`)
  } catch (error) {
    throw new KitMistake(`报告写不进去 / cannot write the report: ${(error as Error).message}`)
  }
  errors.write(`${out}.html, ${out}.json\n`)
  return figures.readings > 0 ? 0 : 1
}
