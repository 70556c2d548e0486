import type { CaptureFigures } from './capture-figures.ts'

/** One page that opens anywhere without a network: answer, curve, figures, what was refused. Everything from the capture is escaped. */
export function reportPage(title: string, figures: CaptureFigures, made: string): string {
  const { detection, rejected, notes } = figures
  return `<!doctype html>
<html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${safe(title)}</title>
<style>
body{font:16px/1.5 system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#16202a;background:#fff}
h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 .5rem}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #d5dbe1;vertical-align:top;font-variant-numeric:tabular-nums}
code{font:13px/1.4 ui-monospace,monospace;word-break:break-all}.answer{font-size:1.25rem;margin:.5rem 0}svg{width:100%;height:auto;background:#f6f8fa}
p.small{color:#4a5763;font-size:.875rem}
</style>
<h1>${safe(title)}</h1>
<p class="answer">${safe(answer(figures))}</p>
${notes.map((note) => `<p class="small">${safe(note)}</p>`).join('\n')}
<h2>曲线 / Curve</h2>
${curve(figures)}
<h2>数据 / Figures</h2>
<table>${rows(figures)
    .map(([name, value]) => `<tr><th scope="row">${safe(name)}</th><td>${safe(value)}</td></tr>`)
    .join('')}</table>
<h2>拒收 / Rejected</h2>
${
  rejected.length === 0
    ? '<p>无 / none</p>'
    : `<table><tr><th>原因 reason</th><th>次数 count</th><th>样例 samples</th></tr>${rejected
        .map(
          ({ reason, count, samples }) =>
            `<tr><td>${safe(reason)}</td><td>${count}</td><td>${samples.map((sample) => `<code>${safe(sample)}</code>`).join('<br>')}</td></tr>`,
        )
        .join('')}</table>`
}
<h2>候选协议 / Candidates</h2>
<table><tr><th>协议 dialect</th><th>覆盖 coverage</th><th>帧 frames</th><th>单比特错误漏检 flipped bits unnoticed</th><th>读数 shown</th></tr>${detection.candidates
    .slice(0, 10)
    .map(
      ({ name, coverage, frames, gullible, shown }) =>
        `<tr><td>${safe(name)}</td><td>${(100 * coverage).toFixed(1)} %</td><td>${frames}</td><td>${(100 * gullible).toFixed(1)} %</td><td>${safe(shown.join(' · '))}</td></tr>`,
    )
    .join('')}</table>
<p class="small">${safe(made)}</p>
</html>
`
}

const safe = (text: string): string => text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`).replace(/\p{Cc}/gu, '\u{fffd}')

function answer({ dialect, about, detection }: CaptureFigures): string {
  const { kind, names } = detection
  const told =
    kind === 'named'
      ? `识别为 / detected: ${names.join(', ')}`
      : kind === 'cannot-tell'
        ? `无法区分 / cannot tell apart: ${names.join(', ')}`
        : '未识别 / not detected'
  return `${dialect} — ${about}. ${told}`
}

function rows(figures: CaptureFigures): [string, string][] {
  const { bytes, pieces, lastsMs, readings, readingsPerSecond, longestGapMs, understood, flags, lowest, highest, last, detection } = figures
  return [
    ['字节 / 段 bytes / pieces', `${bytes} / ${pieces}`],
    ['时长 lasts', lastsMs === null ? '—' : `${(lastsMs / 1_000).toFixed(1)} s`],
    ['读数 readings', `${readings}${readingsPerSecond === null ? '' : ` (${readingsPerSecond}/s)`}`],
    ['最长间隔 longest gap', longestGapMs === null ? '—' : `${longestGapMs} ms`],
    ['读懂的字节 bytes understood', `${(100 * understood).toFixed(2)} %`],
    ['最小 / 最大 lowest / highest', `${lowest ?? '—'} / ${highest ?? '—'}`],
    ['最后 last', last ?? '—'],
    [
      '标志 flags',
      Object.entries(flags)
        .filter(([, count]) => count > 0)
        .map(([flag, count]) => `${flag} ${count}`)
        .join(', ') || '—',
    ],
    ['7 位偶校验 7E1', detection.sevenBit ? '是 yes' : '否 no'],
  ]
}

const WIDTH = 960
const HEIGHT = 240
const EDGE = 48

/** The numbers over time, with the ends of both axes written out. */
function curve({ curve: points, lastsMs }: CaptureFigures): string {
  if (points.length < 2) return '<p>读数太少 / too few readings to draw</p>'
  const xs = points.map(([x]) => x)
  const ys = points.map(([, y]) => y)
  const [fromX, toX] = [xs.reduce((a, b) => Math.min(a, b)), xs.reduce((a, b) => Math.max(a, b))]
  const [fromY, toY] = [ys.reduce((a, b) => Math.min(a, b)), ys.reduce((a, b) => Math.max(a, b))]
  const place = (value: number, from: number, to: number, length: number): number =>
    (to === from ? 0.5 : (value - from) / (to - from)) * length
  const drawn = points
    .map(
      ([x, y]) =>
        `${(EDGE + place(x, fromX, toX, WIDTH - 2 * EDGE)).toFixed(1)},${(HEIGHT - EDGE / 2 - place(y, fromY, toY, HEIGHT - EDGE)).toFixed(1)}`,
    )
    .join(' ')
  const end = lastsMs === null ? `${points.length}` : `${((toX - fromX) / 1_000).toFixed(1)} s`
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${points.length} readings from ${fromY} to ${toY}">
<polyline fill="none" stroke="#0b5cad" stroke-width="1.5" points="${drawn}"/>
<g font-size="12" fill="#16202a"><text x="4" y="${EDGE / 2 + 4}">${toY}</text><text x="4" y="${HEIGHT - EDGE / 2}">${fromY}</text>
<text x="${EDGE}" y="${HEIGHT - 6}">0</text><text x="${WIDTH - EDGE}" y="${HEIGHT - 6}" text-anchor="end">${end}</text></g></svg>`
}
