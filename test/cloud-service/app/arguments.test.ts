import { parseArgs } from 'node:util'
import { expect, it } from 'vitest'
import { keysLast } from '../../../cloud-service/arguments.ts'

const dashed = '-jKJg1mdPHmxUm6w9262XXnAh2yKXhHDu1HXRQ7VfsI'
it.each([
  ['with a dash in front', ['enrol', 'hongliu', 'a1', dashed]],
  ['with two', ['enrol', 'hongliu', 'a1', `-${dashed.slice(0, 42)}`]],
  ['and the configuration after it', ['enrol', 'hongliu', 'a1', dashed, '--config', 'cloud.yaml']],
  ['already set apart', ['enrol', '--', 'hongliu', 'a1', dashed]],
])('a public key %s is a key and no option', (_which, args) => {
  const { positionals } = parseArgs({ args: keysLast(args), allowPositionals: true, options: { config: { type: 'string' } } })
  expect(positionals).toEqual(['enrol', 'hongliu', 'a1', args.find((arg) => arg.length === 43)])
})
it('other arguments stay as they are, and a wrong option is still refused', () => {
  expect(keysLast(['run', '--config', 'x.yaml'])).toEqual(['run', '--config', 'x.yaml'])
  expect(() => parseArgs({ args: keysLast(['run', '--bogus']), allowPositionals: true, options: {} })).toThrow()
})
