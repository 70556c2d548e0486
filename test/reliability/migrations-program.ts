import { parseArgs } from 'node:util'
import { cutMigrations } from './migrations.ts'

/** Tries every state a cut may leave of an older store's upgrade, `--each` torn writes in each piece of the log, and prints one line of JSON. */
const { values } = parseArgs({ options: { each: { type: 'string', default: '3' }, seed: { type: 'string', default: '1' } } })
const done = await cutMigrations({ each: Number(values.each), thin: 1, seed: Number(values.seed) })
process.stdout.write(`${JSON.stringify(done)}\n`)
process.exit(done.broken.length > 0 ? 1 : 0)
