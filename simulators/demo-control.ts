import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

/** `npm run -s demo -- pull <part> [--seconds 20]`: takes one part of the running demo away, as a power cut would, or the disk under its agent, and puts it back. */
const USAGE = `npm run -s demo -- pull agent|cloud|broker|database|disk [--seconds 20] [--data .pitgate]
npm run -s demo -- status`
const stop = (sentence: string): never => {
  process.stderr.write(`${sentence}\n`)
  process.exit(1)
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: 'string' }, data: { type: 'string' } },
})
const [verb, part] = positionals
if (verb !== 'pull' && verb !== 'status') stop(USAGE)
if (verb === 'pull' && !['agent', 'cloud', 'broker', 'database', 'disk'].includes(part ?? '')) stop(USAGE)
const seconds = Number(values.seconds ?? 20)
if (!(seconds >= 1 && seconds <= 3_600)) stop('--seconds takes 1 to 3600.')

const folder = resolve(import.meta.dirname, '../..', values.data ?? '.pitgate')
let running: { control: number; key: string }
try {
  running = JSON.parse(readFileSync(resolve(folder, 'demo.json'), 'utf8'))
} catch {
  running = stop(`No demo runs from ${folder}: start one with \`npm start\`.`)
}

try {
  const answer = await fetch(`http://127.0.0.1:${running.control}/${verb}?part=${part ?? ''}&seconds=${seconds}`, {
    method: 'POST',
    headers: { authorization: running.key },
  })
  if (!answer.body) stop('The demo gave no answer.')
  else for await (const chunk of answer.body) process.stdout.write(chunk)
} catch {
  stop(`The demo that wrote ${folder}/demo.json no longer runs: start one with \`npm start\`.`)
}
