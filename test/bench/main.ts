import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { thisMachine } from '../support/this-machine.ts'
import { benchAgent } from './agent.ts'
import { benchCycle } from './cycle.ts'
import { benchDecoders } from './decoders.ts'
import { benchDrain } from './drain.ts'
import { benchEscape } from './escape.ts'
import { benchFailover } from './failover.ts'
import { benchGap } from './gap.ts'
import { benchGate } from './gate.ts'
import { benchIngest } from './ingest.ts'
import { benchReady } from './ready.ts'
import { benchRetained } from './retained.ts'
import { benchSiren } from './siren.ts'

/** `npm run bench [-- name …]`: each figure of DESIGN.md section 7 that this version measures, side by side in one run, as text and JSON. */
const BENCHES = {
  decoders: benchDecoders,
  gate: () => benchGate(),
  cycle: () => benchCycle(),
  siren: () => benchSiren(),
  ingest: benchIngest,
  drain: benchDrain,
  failover: benchFailover,
  gap: benchGap,
  escape: () => benchEscape(),
  agent: benchAgent,
  ready: () => benchReady(),
  retained: benchRetained,
} as const

const { positionals } = parseArgs({ allowPositionals: true })
const wanted = positionals.length > 0 ? positionals : Object.keys(BENCHES)
const unknown = wanted.filter((name) => !(name in BENCHES))
if (unknown.length > 0) {
  process.stderr.write(`There is no bench ${unknown.join(', ')}: ${Object.keys(BENCHES).join(', ')}\n`)
  process.exit(2)
}

const machine = thisMachine()
process.stdout.write(`machine: ${machine}\n`)
const results = []
for (const name of wanted) {
  process.stderr.write(`measuring ${name} …\n`)
  const result = await BENCHES[name as keyof typeof BENCHES]()
  process.stdout.write(`\n${result.name}\n${result.text}\n`)
  results.push(result)
}
const folder = join(import.meta.dirname, '../../dist/bench')
mkdirSync(folder, { recursive: true })
const file = join(folder, 'results.json')
writeFileSync(
  file,
  JSON.stringify({ machine, at: new Date().toISOString(), results: results.map(({ name, figures }) => ({ name, figures })) }, null, 2),
)
process.stdout.write(`\nJSON: ${file}\n`)
process.exit(0)
