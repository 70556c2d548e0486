import { writeToStream } from 'mqtt-packet'

/**
 * What the MQTT library keeps for the whole life of a process, kept small. For every length below 16 KiB a message has ever had it remembers
 * the few bytes that say it, each cut from whichever pool of 8 KiB was open at that moment: an agent of months holds tens of megabytes by
 * them, 128 at most. Said all at once before the first message they share a few pools. And it has 65,536 numbers ready as buffers, 6 MB, of
 * which an agent says a hundred a second.
 */
export function keepMqttSmall(): void {
  if (done) return
  done = true
  writeToStream.cacheNumbers = false
  const nowhere = { write: () => true } as unknown as NodeJS.WritableStream
  for (let length = 0; length < REMEMBERED_BELOW; length += 1)
    writeToStream({ cmd: 'publish', topic: 'x', payload: zeros.subarray(0, length), qos: 0, dup: false, retain: false }, nowhere)
}

let done = false
const REMEMBERED_BELOW = 16_384
const zeros = Buffer.alloc(REMEMBERED_BELOW)
