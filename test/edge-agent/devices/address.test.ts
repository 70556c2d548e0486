import { expect, it } from 'vitest'
import { parseAddress } from '../../../edge-agent/devices/address.ts'

const serial = { kind: 'serial', path: '/dev/ttyS0', baud: 9600, dataBits: 8, parity: 'none', stopBits: 1, dtr: false, rts: false }

it.each([
  ['serial:///dev/ttyS0', serial],
  ['serial:///dev/ttyS0?baud=1200', { ...serial, baud: 1200 }],
  ['serial:///dev/serial/by-id/usb-1a86:7523-if00', { ...serial, path: '/dev/serial/by-id/usb-1a86:7523-if00' }],
  ['serial:COM3?baud=4800&data=7&parity=even&stop=2', { ...serial, path: 'COM3', baud: 4800, dataBits: 7, parity: 'even', stopBits: 2 }],
  ['serial:COM12?dtr=high&rts=low', { ...serial, path: 'COM12', dtr: true }],
  ['tcp://10.0.0.5:4001', { kind: 'tcp', host: '10.0.0.5', port: 4001 }],
  ['tcp://moxa-north:4001', { kind: 'tcp', host: 'moxa-north', port: 4001 }],
  ['tcp://[::1]:4001', { kind: 'tcp', host: '::1', port: 4001 }],
])('%s is an address', (text, address) => {
  expect(parseAddress(text)).toEqual({ ok: true, address })
})

it.each([
  ['', ['must begin with serial: or tcp:']],
  ['/dev/ttyS0', ['must begin with serial: or tcp:']],
  ['serial:', ['the port is missing']],
  ['serial://dev/ttyS0', ['a path has three slashes: serial:///dev/ttyS0']],
  [
    'serial:COM3?baud=fast&parity=mark&bits=8',
    ['baud=fast is no baud rate', 'parity=mark: it may be none or even or odd', '"bits" is not a line setting'],
  ],
  ['serial:COM3?baud=9600&baud=1200', ['baud is said twice']],
  ['tcp://10.0.0.5', ['the port is missing']],
  ['tcp://:70000', ['the host is missing', 'port 70000 is not between']],
  ['tcp://10.0.0.5:4001?baud=9600', ['the line settings of a serial server are set in the server']],
  ['tcp:10.0.0.5:4001', ['the host is missing']],
])('every mistake of "%s" is named at once', (text, mistakes) => {
  const reading = parseAddress(text)
  expect(reading.ok).toBe(false)
  if (reading.ok) return
  for (const mistake of mistakes) expect(reading.reason).toContain(mistake)
})
