// The one way in: `npm start`, `npm test` and every `npm run` of this house come through here, set up what is missing and go on.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { checkNode, ensureBuilt, ensureInstalled, root, stopWith } from './set-up.js'

/** What each command runs once everything is built. */
const PROGRAMS = {
  demo: 'dist/simulators/demo.js',
  'demo-control': 'dist/simulators/demo-control.js',
  edge: 'dist/edge-agent/main.js',
  cloud: 'dist/cloud-service/main.js',
  sim: 'dist/simulators/main.js',
  day: 'dist/simulators/day/main.js',
}
const TOOLS = {
  test: ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/vitest.config.ts'],
  deep: ['--conditions=source', '--import', 'tsx', 'test/reliability/main.ts'],
  bench: ['--conditions=source', '--import', 'tsx', 'test/bench/main.ts'],
  fuzz: ['--conditions=source', '--import', 'tsx', 'test/fuzz/main.ts'],
  study: ['--conditions=source', '--import', 'tsx', 'simulators/study/main.ts'],
}

const [what = 'demo', ...rest] = process.argv.slice(2)
const say = (line) => process.stderr.write(`pitgate: ${line}\n`)

checkNode()
try {
  ensureInstalled(say)
  ensureBuilt(say)
} catch (error) {
  if (error?.code === 'EACCES' || error?.code === 'EROFS' || error?.code === 'ENOSPC')
    stopWith(`Cannot write ${error.path ?? root}: give this user the right to, or move the clone to a folder it may write.`)
  throw error
}

if (PROGRAMS[what]) {
  const program = join(root, PROGRAMS[what])
  process.argv.splice(1, process.argv.length - 1, program, ...rest)
  await import(pathToFileURL(program).href)
} else if (TOOLS[what]) {
  const child = spawn(process.execPath, [...TOOLS[what], ...rest], { cwd: root, stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
} else if (what !== 'build')
  stopWith(`There is no "${what}" here: ${[...Object.keys(PROGRAMS), ...Object.keys(TOOLS), 'build'].join(', ')}.`)
