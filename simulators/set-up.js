// What every command does for itself on a fresh clone: install what is missing, build what is stale. Plain JavaScript with
// nothing but Node, because nothing else is there yet.
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

export const root = resolve(import.meta.dirname, '..')
const at = (...parts) => join(root, ...parts)

/** A sentence for the person who started us, and the end. */
export function stopWith(sentence) {
  process.stderr.write(`\n${sentence}\n`)
  process.exit(1)
}

export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19)) stopWith(`Pitgate needs Node 20.19 or newer; this is ${process.versions.node}.`)
}

const fingerprint = (text) => createHash('sha256').update(text).digest('hex')

/** Names, sizes and dates of every source file under the folders: cheap, and changes whenever a build would. */
function fingerprintOf(folders, extra) {
  const seen = []
  const walk = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) walk(path)
      else {
        const { size, mtimeMs } = statSync(path)
        seen.push(`${path}:${size}:${mtimeMs}`)
      }
    }
  }
  for (const folder of folders) walk(at(folder))
  return fingerprint([...seen.sort(), ...extra.map((file) => readFileSync(at(file), 'utf8'))].join('\n'))
}

const stampedAs = (stamp) => (existsSync(stamp) ? readFileSync(stamp, 'utf8') : '')

/** Installs the packages the lockfile names, unless they are there. */
export function ensureInstalled(say) {
  const stamp = at('node_modules/.pitgate-installed')
  const wanted = fingerprint(readFileSync(at('package-lock.json'), 'utf8'))
  if (stampedAs(stamp) === wanted) return
  // Somebody ran `npm ci` by hand: npm notes what it installed, later than the lockfile it read.
  const noted = at('node_modules/.package-lock.json')
  if (existsSync(noted) && statSync(noted).mtimeMs >= statSync(at('package-lock.json')).mtimeMs) return writeFileSync(stamp, wanted)
  say('installing packages (once, about half a minute) …')
  const npm = process.env.npm_execpath
  const flags = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']
  const run = npm
    ? spawnSync(process.execPath, [npm, ...flags], { cwd: root, stdio: ['ignore', 2, 2] })
    : spawnSync('npm', flags, { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' })
  if (run.status !== 0) stopWith('The packages could not be installed. Is the package registry reachable? Try `npm ci` to see its words.')
  writeFileSync(stamp, wanted)
}

const ROOMS = ['edge-agent', 'cloud-service', 'simulators']

/** Compiles the rooms and builds the screens into dist/, the cloud's and the agent's, each only when its sources have changed. */
export function ensureBuilt(say) {
  const rooms = fingerprintOf(ROOMS, ['tsconfig.json', 'package.json', 'package-lock.json'])
  const roomsStamp = at('dist/.rooms')
  if (stampedAs(roomsStamp) !== rooms) {
    say('compiling …')
    for (const room of ROOMS) rmSync(at('dist', room), { recursive: true, force: true })
    rmSync(at('dist/.tsbuildinfo'), { force: true })
    runTool('typescript/bin/tsc', ['-p', root], 'The TypeScript sources do not compile; the lines above say where.')
    for (const room of ROOMS)
      cpSync(at(room), at('dist', room), {
        recursive: true,
        filter: (path) => statSync(path).isDirectory() || /\.(sql|yaml|conf|json)$/.test(path),
      })
    writeFileSync(roomsStamp, rooms)
  }
  const screens = fingerprintOf(
    ['dashboard', 'cloud-service/contract', 'edge-agent/contract', 'edge-agent/weighing'],
    ['package-lock.json'],
  )
  const screensStamp = at('dist/.dashboard')
  if (stampedAs(screensStamp) !== screens) {
    say('building the dashboard and the console …')
    mkdirSync(at('dist'), { recursive: true })
    for (const config of ['dashboard/vite.config.ts', 'dashboard/console.vite.config.ts'])
      runTool(
        'vite/bin/vite.js',
        ['build', '--config', at(config), '--logLevel', 'warn'],
        'The screens do not build; the lines above say why.',
      )
    writeFileSync(screensStamp, screens)
  }
}

function runTool(tool, flags, sentence) {
  try {
    execFileSync(process.execPath, [at('node_modules', tool), ...flags], { cwd: root, stdio: ['ignore', 2, 2] })
  } catch {
    stopWith(sentence)
  }
}
