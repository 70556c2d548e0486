import type { Evidence } from './evidence.ts'
import type { Judgement, KindJudgement } from './judge.ts'

/** The report of a day for whoever ran it, Chinese and English side by side; its figures are those of `report.json`. */
export function reportText(
  judgement: Judgement,
  { options, machine, day, operator, codesSent }: Pick<Evidence, 'options' | 'machine' | 'day' | 'operator' | 'codesSent'>,
): string {
  const { honest, cheats, faults, gates, escapes, ledger, why, load } = judgement
  const clockAt = (at: number): string => new Date(at + 8 * 3_600_000).toISOString().slice(11, 19)
  const pairs = (of: Readonly<Record<string, number>>): string =>
    Object.entries(of)
      .map(([name, times]) => `${name} ${times}`)
      .join(', ') || '-'
  const row = ({ kind, came, found, said, slipped, warnedOnly }: KindJudgement): string =>
    `  ${found === came && slipped === 0 ? '✓' : '✗'} ${kind.padEnd(20)} ${String(found).padStart(3)}/${String(came).padEnd(3)} ${slipped > 0 ? `(放行 slipped ${slipped}) ` : ''}${warnedOnly > 0 ? `(只警告 only warned ${warnedOnly}) ` : ''}${pairs(said)}`
  const misses = [...cheats, ...faults].flatMap(({ kind, missed }) =>
    missed.map(({ plate, lane, at, said }) => `    ${kind} ${plate} ${lane} ${clockAt(at)}: ${said.join(' ') || '-'}`),
  )
  const notExcused = honest.exceptions.filter(({ excused }) => !excused)
  const list = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : [`  ${title}`, ...lines.slice(0, 40).map((line) => `    ${line}`)]
  return [
    '',
    `${judgement.good ? '✓' : '✗'} 一天 / a day: ${(options.minutes / 60).toFixed(1)} h × ${options.speed}, seed ${options.seed}; ${clockAt(day.began)} – ${clockAt(day.ended)}`,
    `  ${machine}; 忙 busy ${load.busy ?? '-'}, agent ${load.agentCores} 核 cores, mine ${load.mineCores}, agent RSS ≤ ${load.agentRssMb} MB, 定时器迟到 timers late p99 ≤ ${load.lateP99Ms} ms (max ${load.lateMostMs}) = ${Math.round(load.lateP99Ms * options.speed)} ms 矿上 at the mine`,
    '',
    `诚实车 honest trucks ${honest.trucks}: 一次通过 at once ${honest.smooth}, 再来一次 second try ${honest.again}, 例外 exceptions ${honest.exceptions.length} (无故 unexcused ${notExcused.length})`,
    `  过磅 weighings ${honest.weighings}, 误判 false findings: ${pairs(honest.falseFindings)}; 提示 notes: ${pairs(honest.notes)}`,
    `  误报 false alarms: ${pairs(honest.falseAlarms)}`,
    `  停磅时间 stood on the scale: median ${honest.stoodSeconds.median} s, p99 ${honest.stoodSeconds.p99} s`,
    ...honest.exceptions
      .slice(0, 60)
      .map(
        ({ what, kind, plate, lane, at, because, excused }) =>
          `  ${excused ? '·' : '✗'} ${what} ${kind} ${plate} ${lane} ${clockAt(at)}: ${because.join(', ') || '?'}`,
      ),
    '',
    `作弊与故障 cheats and faults ${cheats.reduce((sum, { came }) => sum + came, 0)} + ${faults.reduce((sum, { came }) => sum + came, 0)}`,
    ...cheats.map(row),
    ...faults.map(row),
    ...misses,
    '',
    `道闸 gates: 出口 exit ${gates.exitPulses} (判定 by verdict ${gates.byVerdict}, 人工 by hand ${gates.byHand}), 入口 entry ${gates.entryPulses}; 无决定 without a decision ${gates.without.length}, 重复 twice ${gates.twice.length}; 未用 unspent: ${pairs(gates.unspent)}`,
    `  落盘到继电器 ink to relay: p99 ${gates.lateP99Ms} ms, max ${gates.lateMostMs} ms (矿上 at the mine; ÷ ${options.speed} 实际 real)`,
    `  人工 manual acts ${operator.length} (${operator.filter(({ answer }) => !/^\d{3} /.test(answer)).length} 已封签 sealed), 司机一次性码 one-time codes sent by drivers ${codesSent}`,
    ...list('without', gates.without),
    ...list('twice', gates.twice),
    `逃逸 escapes ${escapes.happened}, 报警 alarms ${escapes.alarms}, 漏 missed ${escapes.unalarmed.length}, 重 doubled ${escapes.doubled.length}`,
    ...list('missed', escapes.unalarmed),
    ...list('doubled', escapes.doubled),
    `账本 ledger: 边 edge ${ledger.edge}, 云 cloud ${ledger.cloud}, 只在边 only edge ${ledger.onlyEdge.length}, 只在云 only cloud ${ledger.onlyCloud.length}, 不同 differ ${ledger.differ.length}, 冲突 conflicts ${ledger.conflicts}, 隔离 quarantined ${ledger.quarantined}`,
    `why: ${why.asked} 条 asked, 已证明 proved ${why.proved}, 无可证明 nothing to prove ${why.unsaid}, 失败 failed ${why.failed.length}`,
    ...list('failed', why.failed),
    `报警 alarms: ${pairs(judgement.alarms)}`,
    `未演 unplayed: ${pairs(judgement.unplayed)}`,
    ...list('意外 surprises', judgement.surprises),
    '',
  ].join('\n')
}
