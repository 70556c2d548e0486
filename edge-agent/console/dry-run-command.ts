import type { Mode } from '#edge/findings'
import { identityText } from '#edge/ids'
import { modeOf, type Policy } from '#edge/policy'
import type { LedgerRecord } from '#edge/records'
import type { Instant } from '#edge/units'
import type { Weighing } from '#edge/weighing'
import { sayFinding, WORDS } from '#edge/why'
import { asIfInForce, type Changed, type CodeEffect, type DryRun, dryRunOver, type Judged, type VerdictCounts } from '#weighing/dry-run'
import { decodeTape } from '#weighing/tape'
import type { Found } from '../found-record.ts'
import { changedPolicy, type PolicyChanges } from '../policy-file.ts'
import type { Store } from '../store/store.ts'

/** What a dry run begins with: the policy in force here, and the newest weighings by id, newest first. */
export interface DryRunStart {
  readonly policy: Policy | null
  readonly weighings: readonly string[]
}

/** Weighings a dry run looks at where nobody says how many, and at most: each is asked for by itself. */
export const USUALLY_LAST = 500
export const MOST_LAST = 20_000

export const dryRunStart = (store: Pick<Store, 'policies' | 'newest'>, last: number): DryRunStart => ({
  policy: store.policies.current(),
  weighings: store.newest('weighing', Math.min(Math.max(1, last), MOST_LAST)).map(identityText),
})

/**
 * What the changes would have done to those weighings, as lines for a terminal. `fetch` brings a record with its tape, from the running agent
 * or from the store: one at a time, so that nobody at the gate waits for this.
 */
export async function dryRunLines(
  { policy: inForce, weighings }: DryRunStart,
  changes: PolicyChanges,
  { fetch, now }: { readonly fetch: (id: string) => Promise<Found | null>; readonly now: Instant },
): Promise<string[]> {
  if (inForce === null) return ['本站还没有策略，无从比较 / no policy has come to this site yet: there is nothing to compare with']
  const policy = asIfInForce(changedPolicy(inForce, changes), now)
  async function* judged(): AsyncGenerator<Judged> {
    for (const id of weighings) yield readWeighing(id, await fetch(id))
  }
  const run = await dryRunOver(policy, judged())
  return report(run, { before: asIfInForce(inForce, now), after: policy, now })
}

/** A record somebody edited, or one that was pruned between two questions, counts as one without a tape. */
function readWeighing(id: string, found: Found | null): Judged {
  const tape = found?.tape == null ? null : decodeTape(found.tape)
  try {
    const { body } = JSON.parse(found?.bytes ?? '') as LedgerRecord<'weighing'>
    return { id, weighing: body, tape: tape?.ok ? tape.tape : null }
  } catch {
    return { id, weighing: { weighedAt: '' } as Weighing, tape: null }
  }
}

interface Policies {
  readonly before: Policy
  readonly after: Policy
  readonly now: Instant
}

function report(run: DryRun, policies: Policies): string[] {
  const { zh } = WORDS
  const counts = ({ open, hold, ask }: VerdictCounts): string =>
    `${zh.verdicts.open}/open ${open}  ${zh.verdicts.hold}/hold ${hold}  ${zh.verdicts.ask}/ask ${ask}`
  const listed = run.findings.filter((row) => row.changed > 0 || modes(row, policies).changed)
  return [
    `策略试算 / dry run: ${run.compared} 次过磅重判 / weighings judged again, ${policies.before.version} 号策略加改动 / policy ${policies.before.version} with the changes`,
    `  实际 / as it was    ${counts(run.before)}`,
    `  试算 / would be     ${counts(run.after)}`,
    ...(run.untaped > 0 ? [`! ${run.untaped} 次没有曲线，未重判 / have no tape and were not judged again`] : []),
    ...(run.otherwise > 0
      ? [`! ${run.otherwise} 次由另一版本作出不同结论，未比较 / were decided otherwise by another version and are not compared`]
      : []),
    '',
    ...(listed.length === 0 ? [] : ['判定项 / findings', ...listed.map((row) => codeLine(row, policies)), '']),
    ...(run.changed.length === 0
      ? ['结论没有变化 / no verdict would change']
      : [`结论变化 / verdicts that would change: ${run.changed.length}`, ...run.changed.flatMap(changedLines)]),
  ]
}

/** The mode of a finding in both policies, and whether it is another one. */
function modes({ code }: CodeEffect, { before, after, now }: Policies): { readonly text: string; readonly changed: boolean } {
  const [was, is] = [modeOf(before, code, now), modeOf(after, code, now)]
  const say = (mode: Mode): string => `${WORDS.zh.modes[mode]} ${mode}`
  return { text: was === is ? say(was) : `${say(was)} → ${say(is)}`, changed: was !== is }
}

function codeLine(row: CodeEffect, policies: Policies): string {
  const { code, found, countedBefore, countedAfter, changed } = row
  const counted = countedBefore === countedAfter ? `${countedAfter}` : `${countedBefore} → ${countedAfter}`
  return `  ${code}  ${modes(row, policies).text}  见于 / found in ${found}，不予放行 / counted in ${counted}，改变结论 / changed ${changed}`
}

function changedLines({ id, plate, weightKg, weighedAt, from, to, because }: Changed): string[] {
  const { zh } = WORDS
  const turn = `${zh.verdicts[from]} ${from} → ${zh.verdicts[to]} ${to}`
  return [
    `  ${id}  ${weighedAt}  ${plate ?? '-'}  ${(weightKg / 1_000).toFixed(2)} t  ${turn}`,
    ...because.map((found) => `    ${found.code}: ${sayFinding(found, 'zh', 'regulator')} / ${sayFinding(found, 'en', 'regulator')}`),
  ]
}
