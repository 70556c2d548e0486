import { kindOf } from './kinds.ts'
import type { CheatRow } from './summary.ts'

/** Plots as SVG: no script, no font, nothing from outside. */

const WIDE = 360
const HIGH = 150
const LEFT = 36
const BOTTOM = 22
/** Kilograms on a logarithmic axis, 50 to 3000. */
const x = (kg: number): number => LEFT + ((Math.log(kg) - Math.log(50)) / (Math.log(3_000) - Math.log(50))) * (WIDE - LEFT - 8)
const y = (share: number): number => 8 + (1 - share) * (HIGH - BOTTOM - 8)
const text = (at: number, on: number, what: string, anchor = 'middle'): string =>
  `<text x="${at.toFixed(1)}" y="${on.toFixed(1)}" text-anchor="${anchor}">${what}</text>`

/** How many of one kind are noticed, by what they did to the weight; bars are Wilson intervals. */
export function fallOff({ name, bySize }: CheatRow): string {
  const seen = bySize.filter(({ noticed }) => noticed.of > 0)
  const points = seen.map(({ from, to, noticed }) => ({ at: x(Math.min(3_000, Math.sqrt(from * to))), ...noticed }))
  const grid = [0, 0.5, 1].map(
    (share) =>
      `<line x1="${LEFT}" x2="${WIDE - 8}" y1="${y(share)}" y2="${y(share)}"/>${text(LEFT - 4, y(share) + 3, `${share * 100} %`, 'end')}`,
  )
  const ticks = [50, 100, 200, 500, 1_000, 2_000].map((kg) => text(x(kg), HIGH - 6, String(kg)))
  const goal = `<line class="goal" x1="${x(500)}" x2="${x(500)}" y1="${y(1)}" y2="${y(0)}"/>`
  const bars = points.map(
    ({ at, least, most }) =>
      `<line class="bar" x1="${at.toFixed(1)}" x2="${at.toFixed(1)}" y1="${y(least).toFixed(1)}" y2="${y(most).toFixed(1)}"/>`,
  )
  const line = `<polyline points="${points.map(({ at, share }) => `${at.toFixed(1)},${y(share).toFixed(1)}`).join(' ')}"/>`
  const dots = points.map(
    ({ at, share, of, hits }) => `<circle cx="${at.toFixed(1)}" cy="${y(share).toFixed(1)}" r="3"><title>${hits}/${of}</title></circle>`,
  )
  return `<figure><figcaption>${kindOf(name).zh}<br>${kindOf(name).en}</figcaption><svg viewBox="0 0 ${WIDE} ${HIGH}" role="img" aria-label="${kindOf(name).en}"><g class="grid">${grid.join('')}${ticks.join('')}</g>${goal}${bars.join('')}${line}${dots.join('')}</svg></figure>`
}
