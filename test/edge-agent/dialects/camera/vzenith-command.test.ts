import { expect, it } from 'vitest'
import {
  encodeVzenithReply,
  outputAsked,
  readVzenithCommand,
  vzenithGpioOut,
  vzenithLock,
  vzenithSerial,
  vzenithSetTime,
  vzenithSnapshot,
  vzenithTrigger,
} from '#dialects/camera/vzenith-command'
import { decodeVzenith } from '#dialects/camera/vzenith-mqtt'

const to = { device: '917e2298-8ddf3e46', layout: 'A', id: 'open-1', at: 1_784_098_020_500 } as const
const said = ({ payload }: { payload: Uint8Array }): unknown => JSON.parse(new TextDecoder().decode(payload))

it('an open pulse is what a camera was seen to obey', () => {
  const command = vzenithGpioOut(to, { io: 0, value: 'pulse', pulseMs: 1_500 })
  expect(command.topic).toBe('device/917e2298-8ddf3e46/message/down/gpio_out')
  expect(said(command)).toEqual({
    id: 'open-1',
    sn: '917e2298-8ddf3e46',
    name: 'gpio_out',
    version: '1.0',
    timestamp: 1_784_098_020,
    payload: { type: 'gpio_out', body: { io: 0, value: 2, delay: 1_500 } },
  })
})

it('the other layout has the other topic and the same body', () => {
  expect(vzenithGpioOut({ ...to, layout: 'B' }, { io: 1, value: 'on' }).topic).toBe('917e2298-8ddf3e46/device/message/down/gpio_out')
})

it.each([
  { io: 4, value: 'on' },
  { io: -1, value: 'off' },
  { io: 0.5, value: 'on' },
] as const)('there is no output %j', (output) => {
  expect(() => vzenithGpioOut(to, output)).toThrow(RangeError)
})

it.each([0, 499, 5_001, 1_000.5, Number.NaN])('there is no pulse of %s ms', (pulseMs) => {
  expect(() => vzenithGpioOut(to, { io: 0, value: 'pulse', pulseMs })).toThrow(RangeError)
})

it('a clock is set in the local time of the site', () => {
  expect(said(vzenithSetTime({ ...to, at: Date.UTC(2026, 6, 15, 18, 3, 9) }, 480))).toMatchObject({
    payload: { body: { year: '2026', month: '07', day: '16', hour: '02', min: '03', sec: '09' } },
  })
})

it('the other commands say what they are for', () => {
  expect(said(vzenithLock(to, 0, 'hold-open'))).toMatchObject({ name: 'set_io_lock_status', payload: { body: { ioout: 0, status: 1 } } })
  expect(said(vzenithSerial(to, 0, Uint8Array.of(0, 0x64, 0xff)))).toMatchObject({
    payload: { body: { serialData: [{ serialChannel: 0, data: 'AGT/', dataLen: 3 }] } },
  })
  expect(vzenithTrigger(to).topic).toContain('/down/ivs_trigger')
  expect(vzenithSnapshot(to).topic).toContain('/down/snapshot')
})

it('the camera understands a command and its answer names it, in the layout asked in', () => {
  const command = vzenithGpioOut({ ...to, layout: 'B' }, { io: 0, value: 'pulse', pulseMs: 500 })
  const heard = readVzenithCommand(command.topic, command.payload)
  if (heard === null) throw new Error('the command was not understood')
  expect(outputAsked(heard)).toEqual({ io: 0, value: 2, delayMs: 500 })
  const answer = encodeVzenithReply(heard, 200, to.at)
  expect(answer.topic).toBe('917e2298-8ddf3e46/device/message/down/gpio_out/reply')
  expect(decodeVzenith(answer.topic, answer.payload)).toMatchObject({ kind: 'command-reply', device: to.device, id: 'open-1', ok: true })
})

it('a command without the inner body is understood too', () => {
  const topic = 'device/x/message/down/gpio_out'
  const heard = readVzenithCommand(topic, new TextEncoder().encode('{"id":"1","payload":{"io":1,"value":2,"delay":700}}'))
  expect(heard && outputAsked(heard)).toEqual({ io: 1, value: 2, delayMs: 700 })
  expect(readVzenithCommand(topic, new TextEncoder().encode('{"id":'))).toBeNull()
  expect(readVzenithCommand('device/x/message/up/gpio_out', new TextEncoder().encode('{"id":"1"}'))).toBeNull()
})
