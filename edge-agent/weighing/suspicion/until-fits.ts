import { type BareFinding, finding } from '#edge/findings'
import type { RecentWeighing } from '#edge/history'
import type { WeighingDraft } from '#edge/weighing'
import type { Rules } from '../vocabulary.ts'
import { FITS_TIMES, FITS_WITHIN, fitsBand } from './thresholds.ts'

/** Verdicts about the weight itself: only after these is another try an attempt to make it fit. */
const ABOUT_WEIGHT: ReadonlySet<string> = new Set([
  'over-legal-limit',
  'net-over-planned',
  'net-under-planned',
  'gross-below-tare',
  'tare-implausible',
  'tare-off-history',
  'weight-step',
  'moved-while-weighing',
  'curve-shape',
  'curve-smooth',
  'half-on',
])
const MINUTE = 60_000

/**
 * Weighed again and again within a few kilograms until one of them passes. A truck that tipped off comes back lighter by more than the
 * band and is none of this; nor is one that was held over its papers.
 */
export function untilItFits(
  now: { readonly at: number; readonly weight: number; readonly kind: WeighingDraft['kind']; readonly plate: string | null },
  recent: readonly RecentWeighing[],
  { scale: { eKg } }: Rules,
): BareFinding[] {
  const band = fitsBand(eKg)
  const tries = recent.filter(
    ({ plate, kind, at, weightKg, verdict, codes }) =>
      plate !== null &&
      plate === now.plate &&
      kind === now.kind &&
      now.at - Date.parse(at) <= FITS_WITHIN &&
      Math.abs(weightKg - now.weight) <= band &&
      verdict !== 'open' &&
      codes.some((code) => ABOUT_WEIGHT.has(code)),
  )
  const times = tries.length + 1
  if (times < FITS_TIMES) return []
  const weights = [now.weight, ...tries.map(({ weightKg }) => weightKg)]
  const spreadKg = Math.max(...weights) - Math.min(...weights)
  return [finding('weighed-until-fits', { times, spreadKg, within: Math.round(FITS_WITHIN / MINUTE) })]
}
