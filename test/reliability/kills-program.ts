import { parseArgs } from 'node:util'
import { killLoop } from './kills.ts'

/** Kills the agent's store `--kills` times and prints one line of JSON. Ends with 1 when something broke. */
const { values } = parseArgs({ options: { kills: { type: 'string', default: '100' }, seed: { type: 'string', default: '1' } } })
const done = await killLoop({
  kills: Number(values.kills),
  seed: Number(values.seed),
  told: (kills) => process.stderr.write(`${kills} kills\n`),
})
if (done.broken.length > 0) process.stderr.write(`${done.broken.join('\n')}\n`)
process.stdout.write(`${JSON.stringify(done)}\n`)
process.exit(done.broken.length > 0 ? 1 : 0)
