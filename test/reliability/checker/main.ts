import { parseArgs } from 'node:util'
import { brokenLines, check } from './check.ts'
import { readCloudTables } from './cloud-tables.ts'
import { readEdgeFile } from './edge-file.ts'
import { readObservations } from './observations.ts'
import { keysOf } from './seals.ts'

/**
 * The history checker as a program of its own: `main.ts --seen FOLDER --edge STORE [--cloud URL --site S --agent A] --key PUBLIC…`.
 * It shares no line with the product. Ends with 0 when every invariant it could ask about holds, 1 when one is broken, 2 when it was
 * not told what it needs.
 */
const { values } = parseArgs({
  options: {
    seen: { type: 'string' },
    edge: { type: 'string' },
    cloud: { type: 'string' },
    site: { type: 'string', default: 'hongliu' },
    agent: { type: 'string', default: 'a1' },
    key: { type: 'string', multiple: true, default: [] },
  },
})
if (values.edge === undefined) {
  process.stderr.write('缺少 --edge（边缘存储目录） / say which store: --edge FOLDER\n')
  process.exit(2)
}
const outcomes = check({
  logs: values.seen === undefined ? [] : readObservations(values.seen),
  edge: readEdgeFile(values.edge),
  cloud: values.cloud === undefined ? null : await readCloudTables(values.cloud, values.site, values.agent),
  keys: keysOf(values.key),
})
for (const { id, zh, en, result } of outcomes) process.stdout.write(`${id.padEnd(4)} ${result.padEnd(9)} ${zh} / ${en}\n`)
const broken = brokenLines(outcomes)
if (broken.length > 0) process.stdout.write(`\n${broken.join('\n')}\n`)
process.exit(broken.length > 0 ? 1 : 0)
