import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { thisMachine } from '../support/this-machine.ts'
import { addedTo, isGood, NO_TOTALS, type Report, reportText, type Totals } from './report.ts'
import { SABOTEURS } from './saboteurs/table.ts'
import { trials } from './trials.ts'

/**
 * The deep lane: `npm run test:deep [-- --kills N --cuts N --disks N --flips N --roads N --networks N --restores N --saboteurs NAME,…
 * --seed N --out FOLDER]`, and with `--hours H` or `--minutes M` the soak: kills, power cuts and roads in turns until the time is over, and all
 * the while an agent on a flapping line whose memory, files and log are watched. Prints the report, and writes it as text and JSON. With `--keep` it
 * goes to `test/reliability/reports`, where the totals of all kept runs stand. Ends with 1 when something broke.
 */
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '3000' },
    cuts: { type: 'string', default: '1000' },
    disks: { type: 'string', default: '60' },
    flips: { type: 'string', default: '2000' },
    roads: { type: 'string', default: '20' },
    networks: { type: 'string', default: '1' },
    restores: { type: 'string', default: '7' },
    saboteurs: { type: 'string', default: 'all' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    hours: { type: 'string', default: '0' },
    minutes: { type: 'string', default: '0' },
    out: { type: 'string', default: 'dist/reliability' },
    keep: { type: 'boolean', default: false },
  },
})
const startedAt = new Date()
const minutes = Number(values.hours) * 60 + Number(values.minutes)
const until = startedAt.getTime() + minutes * 60_000
const seed = Number(values.seed)
const tell = (text: string): void => void process.stderr.write(`${text}\n`)

const wanted = SABOTEURS.filter(({ name }) => values.saboteurs === 'all' || values.saboteurs.split(',').includes(name))
const trying = trials(tell)

const steadily = trying.steady(minutes, seed)
tell('强制结束 / kills')
let kills = await trying.kills(Number(values.kills), seed)
tell('断电 / power cuts')
let powerCuts = await trying.powerCuts(Number(values.cuts), seed)
tell('坏盘 / dying disks')
const disks = await trying.disks(Number(values.disks), seed)
tell('翻转 / flipped bits')
const flips = await trying.flips(Number(values.flips), seed)
tell('整路 / whole roads')
let roads = await trying.roads(Number(values.roads), seed)
tell('坏网络 / bad networks')
const networks = await trying.networks(Number(values.networks), seed)
tell('还原 / put back')
const restores = await trying.restores(Number(values.restores), seed)
for (let turn = 1; Date.now() < until && !(kills?.broken.length || powerCuts?.broken.length || roads?.failed); turn += 1) {
  tell(`第 ${turn} 轮 / turn ${turn}`)
  const more = {
    kills: await trying.kills(200, seed + turn),
    cuts: await trying.powerCuts(60, seed + turn),
    roads: await trying.roads(4, seed + turn * 100),
  }
  if (kills && more.kills)
    kills = { ...more.kills, kills: kills.kills + more.kills.kills, acknowledged: kills.acknowledged + more.kills.acknowledged }
  if (powerCuts && more.cuts)
    powerCuts = { ...more.cuts, cuts: powerCuts.cuts + more.cuts.cuts, acknowledged: powerCuts.acknowledged + more.cuts.acknowledged }
  if (roads && more.roads) roads = { ...more.roads, roads: roads.roads + more.roads.roads }
}
const steady = await steadily
tell('破坏者 / saboteurs')
const saboteurs = await trying.saboteurs(wanted)

const report: Report = {
  machine: thisMachine(),
  startedAt: startedAt.toISOString(),
  minutes: Math.round((Date.now() - startedAt.getTime()) / 60_000),
  kills,
  powerCuts,
  disks,
  flips,
  roads,
  networks,
  restores,
  steady,
  saboteurs,
  skipped: trying.skipped,
}
const kept = join(import.meta.dirname, 'reports')
const totalsFile = join(kept, 'totals.json')
const before = existsSync(totalsFile) ? (JSON.parse(readFileSync(totalsFile, 'utf8')) as Totals) : NO_TOTALS
const totals = addedTo(before, report)
const folder = values.keep ? kept : values.out
mkdirSync(folder, { recursive: true })
writeFileSync(join(folder, 'deep.md'), reportText(report, totals))
writeFileSync(join(folder, 'deep.json'), `${JSON.stringify({ ...report, totals }, null, 2)}\n`)
if (values.keep) writeFileSync(totalsFile, `${JSON.stringify(totals, null, 2)}\n`)
process.stdout.write(reportText(report, totals))
process.exit(isGood(report) ? 0 : 1)
