import { parseArgs } from 'node:util'
import { whyNoImages } from './loop-images.ts'
import { cutMigrationsForReal } from './migration-cuts.ts'

/** Cuts the power `--cuts` times while an older store is brought up to date, and prints one line of JSON. Ends with 1 when something broke. */
const { values } = parseArgs({ options: { cuts: { type: 'string', default: '5' }, seed: { type: 'string', default: '1' } } })
const whyNot = whyNoImages()
if (whyNot !== null) {
  process.stderr.write(`这台机器不能模拟断电 / power cannot be cut on this machine: ${whyNot}\n`)
  process.exit(2)
}
const done = await cutMigrationsForReal({ cuts: Number(values.cuts), seed: Number(values.seed), told: () => process.stderr.write('.') })
process.stderr.write(done.broken.length > 0 ? `\n${done.broken.join('\n')}\n` : '\n')
process.stdout.write(`${JSON.stringify(done)}\n`)
process.exit(done.broken.length > 0 ? 1 : 0)
