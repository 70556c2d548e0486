import { kindOf } from './kinds.ts'
import { NOISE_ROWS } from './noise-table.ts'
import { fallOff } from './plots.ts'
import { percent, shareText } from './report-text.ts'
import type { Study } from './run.ts'
import type { Goal } from './summary.ts'
import { THRESHOLD_ROWS } from './threshold-table.ts'
import { GOAL_WORDS, HOW_WORDS, HOWS } from './words.ts'

/** The study as one page that needs nothing from anywhere: both languages side by side. */
export function reportHtml(study: Study): string {
  const { reported, tuning, visits, seed } = study
  const { honest } = reported
  return `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>反作弊研究 · Anti-cheating study</title><style>${STYLE}</style></head><body>
<h1>反作弊研究 <small>Anti-cheating study</small></h1>
<p>${visits} 次过磅(奇数编号)计入结果,${tuning.visits} 次(偶数编号)仅用于选定阈值;种子 ${seed}。区间为 Wilson 95%。<br>
${visits} visits with odd numbers are reported, ${tuning.visits} with even numbers were for choosing thresholds only; seed ${seed}. Intervals are Wilson 95 %.</p>
${section('目标', 'Goals', table(['', '结果 result', '要求 wanted', ''], reported.goals.map(goalRow)))}
<p>已有三次以上皮重的车辆,加水被发现的比例: tanks noticed, of trucks with three known tares and more: ${reported.knownTanks.map(({ from, noticed }) => `≥ ${from} kg ${shareText(noticed)}`).join('; ')}</p>
${section(
  '各类作弊',
  'Cheats by kind',
  table(
    ['', 'n', ...HOWS.map((how) => `${HOW_WORDS[how][0]}<br>${HOW_WORDS[how][1]}`), '发现率 noticed', '≥500 kg', '判定项 findings'],
    reported.cheats.map(({ name, visits: of, how, noticed, from500, codes }) => [
      `${kindOf(name).zh}<br>${kindOf(name).en}`,
      String(of),
      ...HOWS.map((one) => String(how[one])),
      shareText(noticed),
      from500 === null ? '' : shareText(from500),
      codes
        .slice(0, 4)
        .map(([code, times]) => `${code} ${times}`)
        .join('<br>'),
    ]),
  ),
)}
<p>“未奏效”:无判定项,且所称重量与真实重量相差不超过160公斤。“发现率”不计未奏效者。<br>“No effect”: nothing was found, and the weight was right within 160 kg. Those are not counted among the noticed or missed.</p>
${section(
  '作弊量越小越难发现',
  'Smaller cheats are noticed less often',
  `<div class="plots">${reported.cheats
    .filter(({ bySize }) => bySize.some(({ noticed }) => noticed.of > 0))
    .map(fallOff)
    .join('')}</div><p>横轴:对所称重量的影响(公斤);虚线:500公斤。 Across: what it did to the judged weight, kilograms; dashed: 500 kg.</p>`,
)}
${section(
  '诚信车辆',
  'Honest trucks',
  `${table(
    ['', ''],
    [
      ['误拦(全部规则阻断) falsely held, all rules enforced', shareText(honest.falselyHeld, 3)],
      ['空磅 at tare', shareText(honest.atTare, 3)],
      ['重磅 at gross', shareText(honest.atGross, 3)],
      ['原因 causes', honest.causes.map(([code, times]) => `${code} ${times}`).join(', ') || '–'],
      [
        '编号 visits',
        honest.list
          .map(({ seed: number, pass, codes, beams }) => `${number} (${pass}${beams ? '' : ', no beams'}: ${codes.join(', ')})`)
          .join('<br>') || '–',
      ],
      ['仅提示 notes that hold nobody', honest.notes.map(([code, times]) => `${code} ${times}`).join(', ') || '–'],
      ['未称重或重量确有偏差 not weighed, or a weight that was not the truck’s', String(honest.notRight)],
    ],
  )}`,
)}
${section(
  '诚信车辆离阈值有多近',
  'How near honest trucks come (size over threshold; 1 is a finding)',
  table(
    ['', 'n', 'median', '99 %', '99.9 %', 'most', '99.9 % (even)'],
    reported.spreads.map(({ code, visits: of, half, p99, p999, most }) => [
      code,
      String(of),
      ...[half, p99, p999, most].map((one) => one.toFixed(2)),
      (tuning.spreads.find((one) => one.code === code)?.p999 ?? 0).toFixed(2),
    ]),
  ),
)}
${section(
  '阈值与理由',
  'Thresholds and their reasons (e = 20 kg)',
  table(
    ['', '15 t', '48 t', '理由', 'reason'],
    THRESHOLD_ROWS.map(({ code, at15t, at48t, zh, en }) => [code, at15t, at48t, zh, en]),
  ),
)}
${section(
  '仿真中的噪声',
  'Noise in the simulation',
  table(
    ['', '', ''],
    NOISE_ROWS.map(({ figure, zh, en }) => [figure, zh, en]),
  ),
)}
</body></html>
`
}

const goalRow = ({ name, reached, wanted, met }: Goal): string[] => [
  `${GOAL_WORDS[name][0]}<br>${GOAL_WORDS[name][1]}`,
  shareText(reached, name === 'false' ? 3 : 1),
  `${name === 'false' ? '≤' : '≥'} ${percent(wanted)}`,
  met ? '<b class="met">达到 reached</b>' : '<b class="missed">未达 missed</b>',
]
const section = (zh: string, en: string, body: string): string => `<section><h2>${zh} <small>${en}</small></h2>${body}</section>`
const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  `<div class="wide"><table><thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead><tbody>${rows
    .map(([first, ...rest]) => `<tr><th scope="row">${first ?? ''}</th>${rest.map((cell) => `<td>${cell}</td>`).join('')}</tr>`)
    .join('')}</tbody></table></div>`

const STYLE = `body{font:15px/1.5 system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif;margin:2rem auto;max-width:1200px;padding:0 1rem;color:#1a1a1a;background:#fff}
h1 small,h2 small{font-weight:400;color:#555}h2{margin-top:2.2rem;border-bottom:1px solid #ccc}
.wide{overflow-x:auto}table{border-collapse:collapse;font-size:13px}th,td{border:1px solid #d4d4d4;padding:.25rem .5rem;text-align:left;vertical-align:top}thead th{background:#f2f2f2}
.met{color:#14632b}.missed{color:#a3130c}.plots{display:flex;flex-wrap:wrap;gap:1rem}figure{margin:0;width:360px}figcaption{font-size:13px}
svg{width:100%;height:auto}svg text{font-size:9px;fill:#444}.grid line{stroke:#e2e2e2}.bar{stroke:#7aa3d4;stroke-width:3;opacity:.6}polyline{fill:none;stroke:#0b4f9e;stroke-width:1.6}circle{fill:#0b4f9e}.goal{stroke:#a3130c;stroke-dasharray:3 3}`
