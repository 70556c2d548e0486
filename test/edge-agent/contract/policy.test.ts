import { Check } from 'typebox/value'
import { expect, it } from 'vitest'
import { modeOf, PolicySchema, ruleOf } from '#edge/policy'
import { fromIso, type Instant } from '#edge/units'
import { aPolicy } from '../../builders/ticket.ts'

const at = (iso: string): Instant => fromIso(iso) as Instant

it('a rule counts from its first moment until before its last, and outside it is as if it were not there', () => {
  const policy = aPolicy({
    otherwise: 'observe',
    rules: {
      'net-over-planned': {
        mode: 'enforce',
        basis: '试行办法第九条',
        owner: '县能源局',
        from: '2026-11-20T16:00:00Z',
        until: '2026-12-31T16:00:00Z',
      },
    },
  })
  expect(Check(PolicySchema, policy)).toBe(true)
  const modes = ['2026-11-20T15:59:59Z', '2026-11-20T16:00:00Z', '2026-12-31T15:59:59Z', '2026-12-31T16:00:00Z'].map((moment) =>
    modeOf(policy, 'net-over-planned', at(moment)),
  )
  expect(modes).toEqual(['observe', 'enforce', 'enforce', 'observe'])
})

it('says on whose word and on what basis a finding counts', () => {
  const rules = {
    'zero-off': { mode: 'warn', basis: 'JJG 539' },
    'no-ticket': { mode: 'enforce', basis: '办法', owner: '县能源局' },
  } as const
  const policy = aPolicy({ owner: '市能源局', otherwise: 'enforce', rules })
  const now = at('2026-11-21T04:00:00Z')
  expect(ruleOf(policy, 'zero-off', now)).toEqual({
    mode: 'warn',
    basis: 'JJG 539',
    owner: '市能源局',
    from: null,
    until: null,
    named: true,
  })
  expect(ruleOf(policy, 'no-ticket', now)).toMatchObject({ owner: '县能源局', named: true })
  expect(ruleOf(policy, 'ticket-used', now)).toEqual({
    mode: 'enforce',
    basis: '',
    owner: '市能源局',
    from: null,
    until: null,
    named: false,
  })
})
