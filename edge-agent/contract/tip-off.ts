import type { FindingCode } from './findings.ts'
import type { RecentWeighing } from './history.ts'

/** Found too heavy, a truck is sent to tip off and to weigh again (DOMAIN.md section 6). */
const SENT_TO_TIP_OFF: ReadonlySet<string> = new Set<FindingCode>(['over-legal-limit', 'net-over-planned', 'above-scale-capacity'])

/**
 * The weighing that sent this truck to the unloading place, if it has come back lighter from there: then weighing once more is what it was
 * told to do, and not weighing until it fits. `recent` is newest first, as a dossier has it; only the weighing just before counts, so a
 * truck that comes back as heavy as it was, or heavier, has tipped nothing off. `eKg`: lighter by less than the scale can tell is not lighter.
 */
export function tippedOff(
  recent: readonly RecentWeighing[],
  now: { readonly plate: string | null; readonly ticket: string | null; readonly weightKg: number; readonly eKg: number },
): RecentWeighing | null {
  const before = recent.find(({ plate, kind }) => plate === now.plate && kind !== 'tare')
  if (!before || now.plate === null || before.ticket !== now.ticket || before.verdict === 'open') return null
  return before.codes.some((code) => SENT_TO_TIP_OFF.has(code)) && now.weightKg <= before.weightKg - now.eKg ? before : null
}
