import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { writeToStream } from 'mqtt-packet'
import { expect, it } from 'vitest'
import { keepMqttSmall } from '../../../edge-agent/sync/mqtt-memory.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
const nowhere = { write: () => true } as unknown as NodeJS.WritableStream
const LENGTHS = 1_000
/** As an agent lives: each message has another length, and between them pools of small buffers come and go. */
const say = (length: number): void => {
  writeToStream({ cmd: 'publish', topic: 'a/b', payload: Buffer.alloc(length), qos: 0, dup: false, retain: false }, nowhere)
  for (let other = 0; other < 4; other += 1) Buffer.from('x'.repeat(3_000))
}

it('messages of ever new lengths leave nothing behind', () => {
  keepMqttSmall()
  say(1)
  collect()
  const before = process.memoryUsage().arrayBuffers
  for (let nth = 0; nth < LENGTHS; nth += 1) say(2_000 + nth * 13)
  collect()
  // Without, each of them holds a pool of 8 KiB.
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(LENGTHS * 512)
})
