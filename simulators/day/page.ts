import type { Evidence } from './evidence.ts'
import type { Judgement } from './judge.ts'
import { HONEST_KINDS, isCheat } from './kinds.ts'
import { reportText } from './report.ts'

/** The day on one page that needs nothing beside it: a line per lane, a mark per vehicle, bars where equipment was out of order. */
export function page(judgement: Judgement, evidence: Evidence): string {
  return `<!doctype html>
<html lang="zh-CN"><meta charset="utf-8"><title>坑口卫士 Pitgate: 一天 a day</title>
<style>
body { font: 15px/1.5 system-ui, "Noto Sans CJK SC", sans-serif; margin: 2rem; max-width: 80rem; color: #1c2026; background: #fff }
svg { width: 100%; height: auto; border: 1px solid #ccd; }
pre { white-space: pre-wrap; font-size: 13px }
.honest { fill: #2f7d4f } .other { fill: #4676a8 } .cheat { fill: #c0392b } .trouble { fill: #e6b54a; opacity: .45 } .alarm { stroke: #8e1600 }
text { font-size: 11px; fill: #333 }
</style>
<h1>${judgement.good ? '✓' : '✗'} 坑口卫士 Pitgate: 一天 a day</h1>
${timeline(evidence)}
<p><span style="color:#2f7d4f">■</span> 诚实 honest <span style="color:#4676a8">■</span> 其他 other <span style="color:#c0392b">■</span> 作弊 cheat <span style="color:#e6b54a">■</span> 故障 out of order <span style="color:#8e1600">|</span> 报警 alarm</p>
<pre>${escaped(reportText(judgement, evidence))}</pre>
</html>
`
}

const WIDTH = 1_200
const ROW = 46
const LEFT = 70

function timeline({ day, edge }: Evidence): string {
  const lanes = [...new Set(day.visits.flatMap(({ passes }) => passes.map(({ lane }) => lane)))].sort()
  const span = Math.max(1, day.ended - day.began)
  const x = (at: number): number => Math.round((LEFT + ((at - day.began) / span) * (WIDTH - LEFT - 10)) * 10) / 10
  const y = (lane: string): number => 20 + lanes.indexOf(lane) * ROW
  const bars = day.troubles.flatMap(({ what, lane, from, until }) => {
    const [top, height] = lane === null ? [14, lanes.length * ROW] : [y(lane) - 6, ROW - 8]
    return `<rect class="trouble" x="${x(from)}" y="${top}" width="${Math.max(2, x(until) - x(from))}" height="${height}"><title>${escaped(what)} ${escaped(lane ?? '')}</title></rect>`
  })
  const marks = day.visits.flatMap(({ kind, passes }) => {
    const look = HONEST_KINDS.includes(kind) ? 'honest' : isCheat(kind) ? 'cheat' : 'other'
    return passes.map(
      ({ lane, from, until, plate, what, went }) =>
        `<rect class="${look}" x="${x(from)}" y="${y(lane) + (look === 'cheat' ? 0 : 8)}" width="${Math.max(1, x(until) - x(from))}" height="${look === 'cheat' ? 22 : 12}"><title>${escaped(`${kind} ${plate} ${what} ${went}`)}</title></rect>`,
    )
  })
  const alarms = edge.records
    .filter(({ kind, body }) => kind === 'alarm' && typeof body.lane === 'string' && lanes.includes(body.lane))
    .map(
      ({ at, body }) =>
        `<path class="alarm" d="M${x(at)} ${y(String(body.lane)) + 24}v8"><title>${escaped(String(body.kind))}</title></path>`,
    )
  const hours = Array.from({ length: Math.floor(span / 3_600_000) + 1 }, (_, at) => {
    const where = x(day.began + at * 3_600_000)
    return `<path d="M${where} 10v${lanes.length * ROW}" stroke="#eee"/><text x="${where}" y="${lanes.length * ROW + 24}">${at} h</text>`
  })
  const names = lanes.map((lane) => `<text x="4" y="${y(lane) + 18}">${escaped(lane)}</text>`)
  return `<svg viewBox="0 0 ${WIDTH} ${lanes.length * ROW + 32}" role="img" aria-label="一天的车道 the lanes over the day">${[...hours, ...bars, ...marks, ...alarms, ...names].join('')}</svg>`
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
