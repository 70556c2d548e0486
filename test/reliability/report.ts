import type { DyingDisks } from './dying-disks.ts'
import type { Flips } from './flips.ts'
import type { ForeignOpeners } from './foreign-openers.ts'
import type { Kills } from './kills.ts'
import type { MigrationCuts } from './migration-cuts.ts'
import type { Migrations } from './migrations.ts'
import type { Drilled } from './networks/drill.ts'
import { percentile } from './percentile.ts'
import type { PowerCuts } from './power-cuts.ts'
import type { Restored } from './restores/drills.ts'
import type { Sabotaged } from './saboteurs/sabotage.ts'
import { type Steady, steadyText } from './steady/judge.ts'

/** What a deep run found, for people and for programs. */
export interface Report {
  readonly machine: string
  /** The commit that was tried. */
  readonly code: string
  readonly startedAt: string
  readonly minutes: number
  readonly kills: Kills | null
  readonly powerCuts: PowerCuts | null
  readonly upgrades: Upgrades | null
  readonly disks: DyingDisks | null
  readonly flips: Flips | null
  readonly openers: ForeignOpeners | null
  readonly roads: { readonly roads: number; readonly failed: number; readonly said: string } | null
  readonly networks: Tests<readonly Drilled[]> | null
  readonly restores: Tests<readonly (Restored & { readonly name: string })[]> | null
  /** The figure: how many simulated days. */
  readonly worlds: Tests<number> | null
  readonly steady: Tests<Steady | null> | null
  readonly saboteurs: readonly Sabotaged[]
  /** What this machine could not do, and why. */
  readonly skipped: readonly string[]
}

/** Power cuts while tables are brought up to date; `cuts` of a real file system is null where power cannot be cut. */
export interface Upgrades {
  readonly states: Migrations
  readonly cuts: MigrationCuts | null
}

/** Trials that are tests: their figures, how many failed, and what was said then. */
export interface Tests<F> {
  readonly figures: F
  readonly failed: number
  readonly said: string
}

/** Over all runs whose report was kept: the figures that grow into a rate. */
export interface Totals {
  readonly runs: number
  readonly kills: number
  readonly powerCuts: number
  readonly acknowledged: number
  readonly lost: number
}
export const NO_TOTALS: Totals = { runs: 0, kills: 0, powerCuts: 0, acknowledged: 0, lost: 0 }

export const isGood = (report: Report): boolean =>
  brokenIn(report).length === 0 &&
  testsOf(report).every(({ failed }) => failed === 0) &&
  report.saboteurs.every(({ caughtBy }) => caughtBy.length > 0)

/** Every line that tells of something broken, of the trials that are no tests. */
const brokenIn = ({ kills, powerCuts, upgrades, disks, flips, openers }: Report): string[] => [
  ...[kills, powerCuts, upgrades?.states, upgrades?.cuts, disks, openers].flatMap((trial) => trial?.broken ?? []),
  ...(openers?.gotIn ?? []),
  ...(flips?.silent ?? []),
]

const testsOf = ({ roads, networks, restores, worlds, steady }: Report): { readonly failed: number; readonly said: string }[] =>
  [roads, networks, restores, worlds, steady].filter((tests) => tests !== null)

export const addedTo = (totals: Totals, { kills, powerCuts }: Report): Totals => ({
  runs: totals.runs + 1,
  kills: totals.kills + (kills?.kills ?? 0),
  powerCuts: totals.powerCuts + (powerCuts?.cuts ?? 0),
  acknowledged: totals.acknowledged + (kills?.acknowledged ?? 0) + (powerCuts?.acknowledged ?? 0),
  lost: totals.lost + [...(kills?.broken ?? []), ...(powerCuts?.broken ?? [])].filter((line) => line.startsWith('broken I1 ')).length,
})

/** The report as it is read. */
export function reportText(report: Report, totals: Totals): string {
  const { machine, startedAt, minutes, kills, powerCuts, disks, flips, roads, networks, restores, worlds, steady, saboteurs, skipped } =
    report
  const lines = [
    '# 可靠性深度测试 / reliability, deep run',
    '',
    `- 机器 / machine: ${machine}`,
    `- 代码 / code: ${report.code}`,
    `- 开始 / started: ${startedAt}, ${minutes} min`,
    `- 结论 / verdict: ${isGood(report) ? '全部成立 / everything held' : '有不变量被破坏 / something broke'}`,
    '',
    '| 试验 / trial | 次数 / times | 已确认记录 / acknowledged | 丢失 / lost | 就绪 / ready p50, p99 |',
    '|---|---|---|---|---|',
    ...row('强制结束 / kill -9 (T01)', kills?.kills, kills),
    ...row('断电 / power cut (T02)', powerCuts?.cuts, powerCuts),
    '',
    ...(kills ? [`强制结束中 ${kills.whileOpening} 次在开库时 / ${kills.whileOpening} of the kills came while it was opening.`, ''] : []),
    ...(report.upgrades ? upgradesText(report.upgrades) : []),
    ...(disks
      ? [
          `坏盘 / disks that died (T06): ${disks.disks}, 存储察觉 / doubted by the store ${disks.doubted}, ` +
            `之前已确认 / acknowledged before ${disks.acknowledged}, ${disks.broken.length === 0 ? '0 丢失 / lost' : '**见下 / below**'}`,
          '',
        ]
      : []),
    ...(flips
      ? [
          `翻转与截断 / flipped bits, cut and lost files (T05): ${flips.flips}; 拒绝打开 / refused ${flips.refused}, 报警 / alarmed ` +
            `${flips.alarmed}, 未伤及记录 / harmless ${flips.harmless}, 无声 / silent ${flips.silent.length}`,
          '',
        ]
      : []),
    ...(report.openers ? openersText(report.openers) : []),
    ...(roads
      ? [
          `整路 / whole roads (agent killed, broker forgetful and killed, cloud taken over, database slow and refusing): ${roads.roads}, ` +
            `失败 / failed ${roads.failed}`,
          '',
        ]
      : []),
    ...(networks ? networksText(networks.figures, networks.failed) : []),
    ...(restores ? restoresText(restores.figures, restores.failed) : []),
    ...(worlds ? [`模拟世界 / simulated days (T18): ${worlds.figures}, 失败 / failed ${worlds.failed}`, ''] : []),
    ...(steady ? [steady.figures ? steadyText(steady.figures) : '持续运行 / steady (T17): **见下 / below**', ''] : []),
    ...(saboteurs.length > 0 ? ['| 破坏者 / saboteur | 被谁抓住 / caught by | s |', '|---|---|---|'] : []),
    ...saboteurs.map(({ name, caughtBy, seconds }) => `| ${name} | ${caughtBy.join(', ') || '**漏网 / got away**'} | ${seconds} |`),
    '',
    ...(skipped.length > 0 ? ['未做 / skipped:', ...skipped.map((one) => `- ${one}`), ''] : []),
    ...brokenIn(report),
    ...testsOf(report).flatMap(({ failed, said }) => (failed > 0 ? ['```', said, '```'] : [])),
    `累计 / in all: ${totals.runs} 次运行 / runs, ${totals.kills} kills, ${totals.powerCuts} power cuts, ${totals.acknowledged} 条已确认 / acknowledged, ` +
      `${totals.lost === 0 ? '0 丢失 / lost' : `**${totals.lost} 次有丢失 / times with loss**`}` +
      (totals.lost === 0 && totals.powerCuts > 0
        ? `；95% 置信下每次断电的丢失率低于 / loss per cut below ${(300 / totals.powerCuts).toFixed(2)} % at 95 %`
        : ''),
    '',
  ]
  return lines.join('\n')
}

function upgradesText({ states, cuts }: Upgrades): string[] {
  const found = (of: Migrations | MigrationCuts): string => `${of.cuts} (旧表 / old tables ${of.old}, 新表 / new ${of.cuts - of.old})`
  const broken = states.broken.length + (cuts?.broken.length ?? 0)
  return [
    `升级中断电 / power cut while tables are brought up to date (T02b): 日志的各种残态 / states of the log ${found(states)}, ` +
      `${cuts ? `真实文件系统 / a real file system ${found(cuts)}, ` : ''}${broken === 0 ? '0 丢失 / lost' : '**见下 / below**'}`,
    '',
  ]
}

function openersText({ openers, refused, gotIn, acknowledged, longestMs, logBytes, broken }: ForeignOpeners): string[] {
  const held = gotIn.length + broken.length === 0 ? '0 丢失 / lost' : '**见下 / below**'
  return [
    `外来程序 / foreign openers (T05c): ${openers}, 被拒 / refused ${refused} 次 / times, 已确认 / acknowledged ${acknowledged}, ` +
      `最长写入 / longest write ${longestMs} ms, 日志最大 / log at most ${logBytes.most} bytes, ${held}`,
    '',
  ]
}

function networksText(drills: readonly Drilled[], failed: number): string[] {
  const rows = [...new Set(drills.map(({ profile }) => profile))].map((profile) => {
    const of = drills.filter((one) => one.profile === profile)
    const sum = (figure: (one: Drilled) => number): number => of.reduce((all, one) => all + figure(one), 0)
    const most = (figure: (one: Drilled) => number): number => Math.max(...of.map(figure))
    const late = `${most((one) => one.lateMs.p50)} ms, ${most((one) => one.lateMs.p99)} ms`
    return (
      `| ${profile} | ${of.length} | ${sum(({ records }) => records)} | ${sum(({ arrivedMeanwhile }) => arrivedMeanwhile)} | ` +
      `${most(({ drainedMs }) => drainedMs)} ms | ${sum(({ ahead }) => ahead)} / ${sum(({ escapes }) => escapes)} | ${late} |`
    )
  })
  return [
    `坏网络 / bad networks (T08): ${drills.length}, 失败 / failed ${failed}`,
    '',
    '| 网络 / network | 次数 / times | 记录 / records | 期间到达 / arrived meanwhile | 恢复后送清 / drained after, at most | 越过积压的闯卡报警 / escapes ahead of the backlog | 报警到云 / alarm to cloud p50, p99 |',
    '|---|---|---|---|---|---|---|',
    ...rows,
    '',
  ]
}

function restoresText(drills: readonly (Restored & { readonly name: string })[], failed: number): string[] {
  return [
    ...[...new Set(drills.map(({ name }) => name))].map((name) => {
      const healed = drills.filter((one) => one.name === name).map(({ healedMs }) => healedMs)
      const figures = `${percentile(healed, 0.5)} ms, ${percentile(healed, 1)} ms`
      return `还原 / put back (T10): ${name}: ${healed.length}, 重新一致 / together again p50, most ${figures}`
    }),
    `还原失败 / put back, failed: ${failed}`,
    '',
  ]
}

function row(name: string, times: number | undefined, figures: Kills | PowerCuts | null): string[] {
  if (!figures) return []
  const lost = figures.broken.length === 0 ? '0' : '**见下 / below**'
  return [`| ${name} | ${times} | ${figures.acknowledged} | ${lost} | ${figures.readyMs.p50} ms, ${figures.readyMs.p99} ms |`]
}
