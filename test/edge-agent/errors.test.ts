import { expect, it } from 'vitest'
import { EdgeError, isTransient, reasonOf } from '../../edge-agent/errors.ts'

it('carries a code, flat facts and its cause, and reads as one line', () => {
  const cause = new Error('no such file')
  const error = new EdgeError('port-unavailable', { cause, path: '/dev/ttyS0', settings: { baud: 9600 } })
  expect(error).toMatchObject({ code: 'port-unavailable', cause, facts: { path: '/dev/ttyS0', settings: '[object Object]' } })
  expect(error.message).toMatch(/^port-unavailable: path \/dev\/ttyS0, .*: no such file$/)
  expect(reasonOf('plain')).toBe('plain')
})

it('tells what comes and goes by itself from what wants a person', () => {
  expect(isTransient(new EdgeError('port-lost'))).toBe(true)
  expect(isTransient(new EdgeError('store-broken'))).toBe(false)
  expect(isTransient(new Error('port-lost'))).toBe(false)
})
