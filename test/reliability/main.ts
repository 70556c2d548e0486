import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { thisMachine } from '../support/this-machine.ts'
import { type Asked, readAsked } from './asked.ts'
import { addedTo, isGood, NO_TOTALS, type Report, reportText, type Totals } from './report.ts'
import { trials } from './trials.ts'

/**
 * The deep lane: `npm run test:deep [-- --kills N --cuts N --upgrades N --disks N --flips N --openers N --roads N --networks N --restores N
 * --worlds N --saboteurs NAME,… --only TRIAL,… --seed N --out FOLDER]`, and with `--hours H` or `--minutes M` the soak: kills, power cuts and
 * roads in turns until the time is over, and all the while an agent on a flapping line whose memory, files and log are watched. Prints the
 * report, and writes it as text and JSON. With `--keep` it goes to `test/reliability/reports`, where the totals of all kept runs stand. Ends
 * with 1 when something broke, with 2 when nobody can tell what is asked.
 */
const startedAt = new Date()
const tell = (text: string): void => void process.stderr.write(`${text}\n`)
const { times, saboteurs: wanted, minutes, seed, out, keep } = asked()
const until = startedAt.getTime() + minutes * 60_000
const trying = trials(tell)

const steadily = trying.steady(minutes, seed)
const [onDisk, onTheRoad] = await Promise.all([tryTheDisk(), tryTheRoad()])
let { kills } = onDisk
let { roads, powerCuts } = onTheRoad
for (let turn = 1; Date.now() < until && !(kills?.broken.length || powerCuts?.broken.length || roads?.failed); turn += 1) {
  tell(`第 ${turn} 轮 / turn ${turn}`)
  const more = {
    kills: kills && (await trying.kills(200, seed + turn)),
    cuts: powerCuts && (await trying.powerCuts(60, seed + turn)),
    roads: roads && (await trying.roads(4, seed + turn * 100)),
  }
  if (!more.kills && !more.cuts && !more.roads) break
  if (kills && more.kills)
    kills = { ...more.kills, kills: kills.kills + more.kills.kills, acknowledged: kills.acknowledged + more.kills.acknowledged }
  if (powerCuts && more.cuts)
    powerCuts = { ...more.cuts, cuts: powerCuts.cuts + more.cuts.cuts, acknowledged: powerCuts.acknowledged + more.cuts.acknowledged }
  if (roads && more.roads) roads = { ...more.roads, roads: roads.roads + more.roads.roads }
}
const steady = await steadily

const report: Report = {
  machine: thisMachine(),
  code: theCode(),
  startedAt: startedAt.toISOString(),
  minutes: Math.round((Date.now() - startedAt.getTime()) / 60_000),
  ...onDisk,
  ...onTheRoad,
  kills,
  powerCuts,
  roads,
  steady,
  skipped: trying.skipped,
}
const kept = join(import.meta.dirname, 'reports')
const totalsFile = join(kept, 'totals.json')
const before = existsSync(totalsFile) ? (JSON.parse(readFileSync(totalsFile, 'utf8')) as Totals) : NO_TOTALS
const totals = addedTo(before, report)
const folder = keep ? kept : out
mkdirSync(folder, { recursive: true })
writeFileSync(join(folder, 'deep.md'), reportText(report, totals))
// What a saboteur's catcher said is for whoever looks for one that got away.
const caught = report.saboteurs.map(({ said, ...one }) => (one.caughtBy.length > 0 ? one : { ...one, said }))
writeFileSync(join(folder, 'deep.json'), `${JSON.stringify({ ...report, saboteurs: caught, totals }, null, 2)}\n`)
if (keep) writeFileSync(totalsFile, `${JSON.stringify(totals, null, 2)}\n`)
process.stdout.write(reportText(report, totals))
process.exit(isGood(report) ? 0 : 1)

/** What an agent's disk and its store can suffer. Beside it goes what the road and its other end can, and power cuts: about as long. */
async function tryTheDisk() {
  tell('强制结束 / kills')
  const kills = await trying.kills(times.kills, seed)
  tell('升级中断电 / power cuts in upgrades')
  const upgrades = await trying.upgrades(times.upgrades, seed)
  tell('坏盘 / dying disks')
  const disks = await trying.disks(times.disks, seed)
  tell('翻转 / flipped bits')
  const flips = await trying.flips(times.flips, seed)
  tell('外来程序 / foreign openers')
  const openers = await trying.openers(times.openers, seed)
  return { kills, upgrades, disks, flips, openers }
}

async function tryTheRoad() {
  tell('整路 / whole roads')
  const roads = await trying.roads(times.roads, seed)
  tell('坏网络 / bad networks')
  const networks = await trying.networks(times.networks, seed)
  tell('还原 / put back')
  const restores = await trying.restores(times.restores, seed)
  tell('模拟世界 / simulated days')
  const worlds = await trying.worlds(times.worlds, seed)
  tell('破坏者 / saboteurs')
  const saboteurs = await trying.saboteurs(wanted)
  tell('断电 / power cuts')
  const powerCuts = await trying.powerCuts(times.cuts, seed)
  return { roads, networks, restores, worlds, saboteurs, powerCuts }
}

/** The commit that was tried, with a word where the tree is not as committed; a copy without its history cannot say. */
function theCode(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return '?'
  }
}

function asked(): Asked {
  try {
    return readAsked(process.argv.slice(2), Date.now() % 1_000_000)
  } catch (error) {
    tell(error instanceof Error ? error.message : String(error))
    process.exit(2)
  }
}
