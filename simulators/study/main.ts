import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { reportHtml } from './report-html.ts'
import { reportText } from './report-text.ts'
import { runStudy } from './run.ts'

/** `npm run study [-- --visits 10000 --seed 1 --out DIR]`: plays honest trucks and cheats, prints what was noticed, writes a report. */
const USAGE = `npm run study [-- --visits 10000 --seed 1 --out DIR]

  --visits N   visits that are reported (odd numbers); half as many even ones are for choosing thresholds. 10000 without it.
  --seed N     another study of the same kind. 1 without it.
  --out DIR    writes study.txt, study.json and study.html there.
`

function options(): { visits: number; seed: number; out: string | null } | null {
  try {
    const { values } = parseArgs({
      options: { visits: { type: 'string' }, seed: { type: 'string' }, out: { type: 'string' }, help: { type: 'boolean' } },
    })
    if (values.help) return null
    const whole = (name: string, text: string | undefined, otherwise: number): number => {
      const number = text === undefined ? otherwise : Number(text)
      if (!Number.isSafeInteger(number) || number < 1 || number > 1_000_000)
        throw new Error(`--${name} is a whole number from 1 to 1000000`)
      return number
    }
    return { visits: whole('visits', values.visits, 10_000), seed: whole('seed', values.seed, 1), out: values.out ?? null }
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n`)
    return null
  }
}

const asked = options()
if (asked === null) {
  process.stderr.write(USAGE)
  process.exitCode = process.argv.includes('--help') ? 0 : 2
} else {
  const started = Date.now()
  const study = runStudy({
    visits: asked.visits,
    seed: asked.seed,
    onProgress: (done, of) => process.stderr.write(`\r${done} of ${of} visits`),
  })
  process.stderr.write(`\r${asked.visits + Math.ceil(asked.visits / 2)} visits in ${Math.round((Date.now() - started) / 1_000)} s\n\n`)
  const text = reportText(study)
  process.stdout.write(text)
  if (asked.out !== null) {
    mkdirSync(asked.out, { recursive: true })
    writeFileSync(join(asked.out, 'study.txt'), text)
    writeFileSync(join(asked.out, 'study.json'), `${JSON.stringify(study, null, 1)}\n`)
    writeFileSync(join(asked.out, 'study.html'), reportHtml(study))
    process.stderr.write(`\nwritten to ${asked.out}: study.txt, study.json, study.html\n`)
  }
}
