import { kindOf } from './kinds.ts'
import type { Study } from './run.ts'
import type { Share } from './statistics.ts'
import type { Goal } from './summary.ts'
import { GOAL_WORDS, HOW_WORDS, HOWS } from './words.ts'

export const percent = (part: number, digits = 1): string => `${(part * 100).toFixed(digits)} %`
export const shareText = ({ share, least, most, hits, of }: Share, digits = 1): string =>
  of === 0 ? '–' : `${percent(share, digits)} (${hits}/${of}; ${percent(least, digits)}–${percent(most, digits)})`
const pad = (text: string, width: number): string => text.padEnd(width)

/** The study as text: goals, cheats, smaller cheats, false findings. Measured on odd numbers, chosen on even ones. */
export function reportText({ reported, tuning, visits, seed }: Study): string {
  const { honest } = reported
  const lines = [
    `Anti-cheating study: ${visits} visits with odd numbers reported, ${tuning.visits} with even numbers used for choosing thresholds, seed ${seed}.`,
    'Shares with Wilson 95 % intervals.',
    '',
    'GOALS',
    ...reported.goals.map((goal) => goalLine(goal)),
    `  tanks of trucks with three known tares and more: ${reported.knownTanks.map(({ from, noticed }) => `from ${from} kg ${shareText(noticed)}`).join(', ')}`,
    '',
    `CHEATS (${HOWS.map((how) => HOW_WORDS[how][1]).join(' / ')})`,
    ...reported.cheats.map(
      ({ name, visits: of, how, noticed, from500 }) =>
        `  ${pad(kindOf(name).en, 48)} ${String(of).padStart(4)}  ${pad(HOWS.map((one) => how[one]).join('/'), 26)} noticed ${shareText(noticed)}` +
        (from500 === null ? '' : `   from 500 kg: ${shareText(from500)}`),
    ),
    '',
    'SMALLER CHEATS (noticed of those that changed the weight by so many kilograms)',
    ...reported.cheats
      .filter(({ bySize }) => bySize.length > 0)
      .map(
        ({ name, bySize }) =>
          `  ${pad(kindOf(name).en, 48)} ${bySize
            .filter(({ noticed }) => noticed.of > 0)
            .map(({ from, noticed }) => `${from}: ${percent(noticed.share, 0)} of ${noticed.of}`)
            .join(', ')}`,
      ),
    '',
    'HONEST TRUCKS',
    `  falsely held, every rule enforced: ${shareText(honest.falselyHeld, 3)}; at tare ${shareText(honest.atTare, 3)}, at gross ${shareText(honest.atGross, 3)}`,
    `  causes: ${honest.causes.map(([code, times]) => `${code} ${times}`).join(', ') || 'none'}`,
    `  visits: ${honest.list.map(({ seed: number, pass, codes }) => `${number} (${pass}: ${codes.join(', ')})`).join('; ') || 'none'}`,
    `  notes that hold nobody: ${honest.notes.map(([code, times]) => `${code} ${times}`).join(', ') || 'none'}`,
    `  not weighed, or the weight was not the truck's: ${honest.notRight}`,
    '',
    'HOW NEAR HONEST TRUCKS COME (measured size over threshold, odd numbers; 1 is a finding)',
    ...reported.spreads.map(
      ({ code, visits: of, half, p99, p999, most }) =>
        `  ${pad(code, 24)} ${String(of).padStart(6)} measured   median ${half.toFixed(2)}   99 % ${p99.toFixed(2)}   99.9 % ${p999.toFixed(2)}   most ${most.toFixed(2)}`,
    ),
  ]
  return `${lines.join('\n')}\n`
}

function goalLine({ name, reached, wanted, met }: Goal): string {
  const wish = name === 'false' ? `≤ ${percent(wanted)}` : `≥ ${percent(wanted, 0)}`
  return `  ${met ? 'reached' : 'MISSED '}  ${pad(GOAL_WORDS[name][1], 50)} ${shareText(reached, name === 'false' ? 3 : 1)}   wanted ${wish}`
}
