import type { DyingDisks } from './dying-disks.ts'
import type { Flips } from './flips.ts'
import type { Kills } from './kills.ts'
import type { PowerCuts } from './power-cuts.ts'
import type { Sabotaged } from './saboteurs/sabotage.ts'

/** What a deep run found, for people and for programs. */
export interface Report {
  readonly machine: string
  readonly startedAt: string
  readonly minutes: number
  readonly kills: Kills | null
  readonly powerCuts: PowerCuts | null
  readonly disks: DyingDisks | null
  readonly flips: Flips | null
  readonly roads: { readonly roads: number; readonly failed: number; readonly said: string } | null
  readonly saboteurs: readonly Sabotaged[]
  /** What this machine could not do, and why. */
  readonly skipped: readonly string[]
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

export const isGood = ({ kills, powerCuts, disks, flips, roads, saboteurs }: Report): boolean =>
  (kills?.broken.length ?? 0) === 0 &&
  (powerCuts?.broken.length ?? 0) === 0 &&
  (disks?.broken.length ?? 0) === 0 &&
  (flips?.silent.length ?? 0) === 0 &&
  (roads?.failed ?? 0) === 0 &&
  saboteurs.every(({ caughtBy }) => caughtBy.length > 0)

export const addedTo = (totals: Totals, { kills, powerCuts }: Report): Totals => ({
  runs: totals.runs + 1,
  kills: totals.kills + (kills?.kills ?? 0),
  powerCuts: totals.powerCuts + (powerCuts?.cuts ?? 0),
  acknowledged: totals.acknowledged + (kills?.acknowledged ?? 0) + (powerCuts?.acknowledged ?? 0),
  lost: totals.lost + [...(kills?.broken ?? []), ...(powerCuts?.broken ?? [])].filter((line) => line.startsWith('broken I1 ')).length,
})

/** The report as it is read. */
export function reportText(report: Report, totals: Totals): string {
  const { machine, startedAt, minutes, kills, powerCuts, disks, flips, roads, saboteurs, skipped } = report
  const lines = [
    '# 可靠性深度测试 / reliability, deep run',
    '',
    `- 机器 / machine: ${machine}`,
    `- 开始 / started: ${startedAt}, ${minutes} min`,
    `- 结论 / verdict: ${isGood(report) ? '全部成立 / everything held' : '有不变量被破坏 / something broke'}`,
    '',
    '| 试验 / trial | 次数 / times | 已确认记录 / acknowledged | 丢失 / lost | 就绪 / ready p50, p99 |',
    '|---|---|---|---|---|',
    ...row('强制结束 / kill -9 (T01)', kills?.kills, kills),
    ...row('断电 / power cut (T02)', powerCuts?.cuts, powerCuts),
    '',
    ...(kills ? [`强制结束中 ${kills.whileOpening} 次在开库时 / ${kills.whileOpening} of the kills came while it was opening.`, ''] : []),
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
    ...(roads
      ? [
          `整路 / whole roads (agent killed, broker forgetful and killed, cloud taken over, database slow and refusing): ${roads.roads}, ` +
            `失败 / failed ${roads.failed}`,
          '',
        ]
      : []),
    ...(saboteurs.length > 0 ? ['| 破坏者 / saboteur | 被谁抓住 / caught by | s |', '|---|---|---|'] : []),
    ...saboteurs.map(({ name, caughtBy, seconds }) => `| ${name} | ${caughtBy.join(', ') || '**漏网 / got away**'} | ${seconds} |`),
    '',
    ...(skipped.length > 0 ? ['未做 / skipped:', ...skipped.map((one) => `- ${one}`), ''] : []),
    ...[...(kills?.broken ?? []), ...(powerCuts?.broken ?? []), ...(disks?.broken ?? []), ...(flips?.silent ?? [])],
    ...(roads && roads.failed > 0 ? ['```', roads.said, '```'] : []),
    `累计 / in all: ${totals.runs} 次运行 / runs, ${totals.kills} kills, ${totals.powerCuts} power cuts, ${totals.acknowledged} 条已确认 / acknowledged, ` +
      `${totals.lost === 0 ? '0 丢失 / lost' : `**${totals.lost} 次有丢失 / times with loss**`}` +
      (totals.lost === 0 && totals.powerCuts > 0
        ? `；95% 置信下每次断电的丢失率低于 / loss per cut below ${(300 / totals.powerCuts).toFixed(2)} % at 95 %`
        : ''),
    '',
  ]
  return lines.join('\n')
}

function row(name: string, times: number | undefined, figures: Kills | PowerCuts | null): string[] {
  if (!figures) return []
  const lost = figures.broken.length === 0 ? '0' : '**见下 / below**'
  return [`| ${name} | ${times} | ${figures.acknowledged} | ${lost} | ${figures.readyMs.p50} ms, ${figures.readyMs.p99} ms |`]
}
