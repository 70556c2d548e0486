import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { hexOfBytes } from '#dialects/capture'
import { fuzz } from './fuzzer.ts'
import { targets } from './targets.ts'

/** `npm run fuzz [-- name …] [--runs 20000] [--seed 1]`: searches every decoder for an input that breaks a promise. Exit code 1 when one is found. */
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string', default: '20000' }, seed: { type: 'string', default: '1' } },
})
const all = targets()
const wanted = positionals.length === 0 ? all : all.filter(({ name }) => positionals.some((asked) => name.includes(asked)))
if (wanted.length === 0) {
  process.stderr.write(`There is no such target: ${all.map(({ name }) => name).join(', ')}\n`)
  process.exit(2)
}
const OURS = ['edge-agent/dialects', 'edge-agent/contract']
let broken = 0
for (const target of wanted) {
  const { runs, corpus, reached, found, slowestMs } = fuzz(target, { seed: Number(values.seed), runs: Number(values.runs), within: OURS })
  process.stdout.write(
    `${target.name.padEnd(32)} ${String(runs).padStart(7)} runs, ${corpus.length} ways, ${reached} letters of source, slowest ${slowestMs.toFixed(1)} ms${found ? '  BROKEN' : ''}\n`,
  )
  if (!found) continue
  broken++
  const folder = join(import.meta.dirname, '../../dist/fuzz')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${target.name.replaceAll(' ', '-')}.bin`), found.input)
  process.stdout.write(`  ${found.error.message}\n  ${hexOfBytes(found.input.subarray(0, 200))}\n${found.error.stack ?? ''}\n`)
}
process.exit(broken > 0 ? 1 : 0)
