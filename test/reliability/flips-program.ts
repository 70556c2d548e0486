import { parseArgs } from 'node:util'
import { flipBits } from './flips.ts'

/** Harms the store's files `--flips` times and prints one line of JSON. A process of its own: what SQLite's library makes of them may end it. */
const { values } = parseArgs({ options: { flips: { type: 'string', default: '200' }, seed: { type: 'string', default: '1' } } })
const done = await flipBits({ flips: Number(values.flips), seed: Number(values.seed) })
process.stdout.write(`${JSON.stringify(done)}\n`)
process.exit(done.silent.length > 0 ? 1 : 0)
