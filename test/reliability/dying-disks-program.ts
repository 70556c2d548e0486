import { parseArgs } from 'node:util'
import { dyingDisks } from './dying-disks.ts'
import { whyNoImages } from './loop-images.ts'

/** Lets `--disks` disks die under the store and prints one line of JSON. Ends with 1 when something broke. */
const { values } = parseArgs({ options: { disks: { type: 'string', default: '6' }, seed: { type: 'string', default: '1' } } })
const whyNot = whyNoImages()
if (whyNot !== null) {
  process.stderr.write(`这台机器不能模拟坏盘 / no disk can die on this machine: ${whyNot}\n`)
  process.exit(2)
}
const done = await dyingDisks({ disks: Number(values.disks), seed: Number(values.seed), told: () => process.stderr.write('.') })
process.stderr.write(done.broken.length > 0 ? `\n${done.broken.join('\n')}\n` : '\n')
process.stdout.write(`${JSON.stringify(done)}\n`)
process.exit(done.broken.length > 0 ? 1 : 0)
