import { expect, it } from 'vitest'
import { FINDING_CODES, FINDINGS, type Finding, type Mode } from '#edge/findings'
import type { VerdictWord, WeighingDraft } from '#edge/weighing'
import { decisive, verdictOf, weightiest } from '#weighing/verdict'

const found = (code: string, mode: Mode): Finding => ({ code: code as Finding['code'], mode, facts: {} })
type Row = readonly [when: string, findings: readonly Finding[], pass: WeighingDraft['pass'], verdict: VerdictWord]

it.each<Row>([
  ['all is well with a coal load', [], 'coal', 'open'],
  ['a staff car passes', [], 'non-cargo', 'open'],
  ['it leaves empty', [found('empty-exit', 'enforce')], 'empty-exit', 'open'],
  ['nothing was found, but nothing allows it either', [], 'unknown', 'ask'],
  ['no ticket, enforced', [found('no-ticket', 'enforce')], 'unknown', 'hold'],
  ['no ticket, only observed', [found('no-ticket', 'observe')], 'unknown', 'ask'],
  ['an overload that is only a warning', [found('over-legal-limit', 'warn')], 'coal', 'open'],
  ['an overload, enforced', [found('over-legal-limit', 'enforce')], 'coal', 'hold'],
  ['a stale tare, enforced', [found('tare-stale', 'enforce')], 'coal', 'ask'],
  ['a hold beside an ask', [found('tare-stale', 'enforce'), found('net-over-planned', 'enforce')], 'coal', 'hold'],
  ['an enforced note', [found('plate-near', 'enforce')], 'coal', 'open'],
  ['a code nobody knows', [found('from-a-newer-version', 'enforce')], 'coal', 'hold'],
  ['a code that every object has', [found('constructor', 'enforce')], 'coal', 'hold'],
  ['a ticket its issuer did not sign, even when only observed', [found('ticket-seal-broken', 'observe')], 'coal', 'ask'],
  ['an over-aged policy, even when only observed', [found('policy-over-age', 'observe')], 'coal', 'ask'],
])('when %s', (_when, findings, pass, verdict) => {
  expect(verdictOf(findings, pass)).toBe(verdict)
})

it('every enforced finding that is no note keeps the gate shut, and never one less', () => {
  for (const code of FINDING_CODES) {
    const verdict = verdictOf([found(code, 'enforce')], 'coal')
    expect([code, verdict]).toEqual([code, FINDINGS[code] === 'note' ? 'open' : FINDINGS[code]])
  }
})

it('the sign shows what holds before what asks', () => {
  expect(decisive([found('no-plate', 'enforce'), found('no-ticket', 'enforce')])?.code).toBe('no-ticket')
  expect(decisive([found('no-ticket', 'observe')])).toBeNull()
})

it('a record that takes no more findings keeps what decided, in the order it was found', () => {
  const noise = FINDING_CODES.filter((code) => FINDINGS[code] === 'note').map((code) => found(code, 'observe'))
  const all = [...noise, found('no-ticket', 'enforce'), found('policy-over-age', 'observe'), found('tare-stale', 'warn')]
  expect(weightiest(all, 3).map(({ code }) => code)).toEqual(['no-ticket', 'policy-over-age', 'tare-stale'])
  expect(weightiest(all, 99)).toEqual(all)
})
