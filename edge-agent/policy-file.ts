import { readFileSync } from 'node:fs'
import Type, { type Static } from 'typebox'
import { parse } from 'yaml'
import { FINDINGS } from '#edge/findings'
import { type Mistake, mistakeFinder, mistakeLines } from '#edge/mistakes'
import { type Policy, PolicySchema, RuleSchema } from '#edge/policy'
import { strict } from './config/common.ts'

/**
 * A policy to be tried out, as somebody writes it (YAML or JSON): whole, or only what would change against the one in force.
 *
 *   allowanceKg: 200
 *   rules:
 *     net-over-planned: enforce            # or { mode: enforce, basis: …, owner: …, from: …, until: … }
 */
const ChangedRuleSchema = Type.Object({ ...RuleSchema.properties, basis: Type.Optional(RuleSchema.properties.basis) }, strict)
const { rules: _rules, ...others } = PolicySchema.properties
const PolicyChangesSchema = Type.Object(
  { ...Type.Partial(Type.Object(others)).properties, rules: Type.Optional(Type.Record(Type.String(), ChangedRuleSchema)) },
  strict,
)
export type PolicyChanges = Static<typeof PolicyChangesSchema>

export type PolicyFileReading = { readonly ok: true; readonly changes: PolicyChanges } | { readonly ok: false; readonly sentence: string }

const findMistakes = mistakeFinder(PolicyChangesSchema)

/** Reads and checks the file: every mistake at once, with its path and a sentence in Chinese and English. */
export function readPolicyFile(file: string): PolicyFileReading {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    return { ok: false, sentence: `策略文件打不开 / cannot read the policy ${file}: ${(error as Error).message}` }
  }
  let value: unknown
  try {
    value = spelledOut(parse(text, { stringKeys: true }))
  } catch (error) {
    return { ok: false, sentence: `策略文件不是有效的 YAML 或 JSON / ${file} is neither YAML nor JSON: ${(error as Error).message}` }
  }
  const mistakes = [...findMistakes(value), ...strangers(value)]
  if (mistakes.length === 0) return { ok: true, changes: value as PolicyChanges }
  const many = `${mistakes.length} ${mistakes.length === 1 ? 'mistake' : 'mistakes'}`
  return { ok: false, sentence: `策略文件有 ${mistakes.length} 处错误 / ${many} in ${file}:\n${mistakeLines(mistakes)}` }
}

/** The policy in force with these changes: rules one by one, everything else as it stands in the file. */
export function changedPolicy(inForce: Policy, { rules = {}, ...changes }: PolicyChanges): Policy {
  const changed = Object.entries(rules).map(([code, rule]) => {
    const before = Object.hasOwn(inForce.rules, code) ? inForce.rules[code] : undefined
    return [code, { ...rule, basis: rule.basis ?? before?.basis ?? '' }] as const
  })
  return { ...inForce, ...changes, rules: { ...inForce.rules, ...Object.fromEntries(changed) } }
}

type Group = Readonly<Record<string, unknown>>
const isGroup = (value: unknown): value is Group => typeof value === 'object' && value !== null && !Array.isArray(value)

/** `no-ticket: enforce` is short for `no-ticket: { mode: enforce }`. A file with nothing in it changes nothing. */
function spelledOut(value: unknown): unknown {
  if (value === null) return {}
  if (!isGroup(value) || !isGroup(value.rules)) return value
  const rules = Object.entries(value.rules).map(([code, rule]) => [code, typeof rule === 'string' ? { mode: rule } : rule])
  return { ...value, rules: Object.fromEntries(rules) }
}

/** A rule for a finding that does not exist would silently do nothing. */
function strangers(value: unknown): Mistake[] {
  const rules = isGroup(value) && isGroup(value.rules) ? Object.keys(value.rules) : []
  return rules
    .filter((code) => !Object.hasOwn(FINDINGS, code))
    .map((code) => ({ path: `rules.${code}`, zh: '没有这个判定项，请检查拼写', en: 'is no finding; check its spelling' }))
}
