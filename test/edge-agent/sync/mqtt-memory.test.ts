import { writeToStream } from 'mqtt-packet'
import { expect, it } from 'vitest'
import { keepMqttSmall } from '../../../edge-agent/sync/mqtt-memory.ts'

const LENGTHS = 1_000
/** The buffer the library says this length with, which it keeps: a few bytes of a pool that stays for as long as they do. */
function saidWith(length: number): ArrayBufferLike {
  const written: Buffer[] = []
  const stream = { write: (bytes: Buffer) => written.push(bytes) > 0 } as unknown as NodeJS.WritableStream
  writeToStream({ cmd: 'publish', topic: 'a/b', payload: Buffer.alloc(length), qos: 0, dup: false, retain: false }, stream)
  const [, saysLength] = written
  if (saysLength === undefined) throw new Error('no length was written')
  return saysLength.buffer
}

it('messages of ever new lengths, with pools of small buffers that come and go between them, hold on to a few pools', () => {
  keepMqttSmall()
  const pools = new Set<ArrayBufferLike>()
  for (let nth = 0; nth < LENGTHS; nth += 1) {
    pools.add(saidWith(2_000 + nth * 13))
    for (let other = 0; other < 4; other += 1) Buffer.from('x'.repeat(3_000))
  }
  // Without, each of them holds one of its own.
  expect(pools.size).toBeLessThan(LENGTHS / 10)
})
