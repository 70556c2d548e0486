import type { WeighingDetail } from '#cloud/api'
import { canonical } from '#edge/canonical'
import { pair } from '#edge/pairing'
import type { Weighing, WeighingDraft } from '#edge/weighing'
import { decodeTape, draftOf, replay } from '#weighing/tape'
import { verdictOf } from '#weighing/verdict'
import { hasher } from '../keys.ts'

/**
 * The same checks run again here (DESIGN.md D13). With the tape, the whole decision is made again and must be the same to the byte;
 * without it, what the record itself says must agree with itself. `differs` names what does not, and then the version that decided:
 * another version may rightly judge otherwise.
 */
export function recheck(bytes: string, hash: string, weighing: Weighing, tape: string | null): WeighingDetail['recheck'] {
  const sealed = hasher.hash(bytes) === hash ? [] : ['hash']
  const found = [...sealed, ...(tape === null ? recordDiffers(weighing) : tapeDiffers(weighing, tape))]
  const by = tape === null ? 'record' : 'tape'
  const { version, legal } = weighing.software
  return { by, equal: found.length === 0, differs: found.length === 0 ? [] : [...found, `decided by ${version} ${legal}`] }
}

function recordDiffers(weighing: Weighing): string[] {
  const differs: string[] = []
  if (verdictOf(weighing.findings, weighing.pass) !== weighing.verdict) differs.push('verdict')
  if (weighing.kind === 'gross' && weighing.netKg !== null && weighing.netKg !== pair(weighing)?.netKg) differs.push('netKg')
  return differs
}

function tapeDiffers(weighing: Weighing, text: string): string[] {
  if (hasher.hash(text) !== weighing.tape) return ['tape: other bytes than the record names']
  const reading = decodeTape(text)
  if (!reading.ok) return [`tape: ${reading.reason}`]
  const again = replay(reading.tape).find((draft) => draft.visit === weighing.visit && draft.weighedAt === weighing.weighedAt)
  if (!again) return ['tape: no weighing comes of it']
  return memberDifferences(draftOf(weighing), again)
}

function memberDifferences(stored: WeighingDraft, again: WeighingDraft): string[] {
  const members = new Set([...Object.keys(stored), ...Object.keys(again)]) as Set<keyof WeighingDraft>
  return [...members].filter((member) => text(stored[member]) !== text(again[member]))
}
const text = (value: unknown): string => (value === undefined ? '' : canonical(value))
