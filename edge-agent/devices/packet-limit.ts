import { Transform } from 'node:stream'

/**
 * Lets MQTT bytes through until a packet announces more than `most`, then fails. The broker library gathers a whole packet (up to
 * 256 MB by the standard) before anybody may judge it; on a small computer that is for the sender to decide about our memory.
 * MQTT 3.1.1 section 2.2: one byte of type, then the remaining length in one to four bytes of seven bits, lowest first.
 */
export function packetLimit(most: number): Transform {
  let lengthBytes = -1
  let length = 0
  let toSkip = 0
  return new Transform({
    transform(chunk: Uint8Array, _, done) {
      for (let at = 0; at < chunk.length; ) {
        if (toSkip > 0) {
          const skipped = Math.min(toSkip, chunk.length - at)
          toSkip -= skipped
          at += skipped
          continue
        }
        const byte = chunk[at++] ?? 0
        if (lengthBytes < 0) {
          lengthBytes = 0
          length = 0
          continue
        }
        length += (byte & 0x7f) * 128 ** lengthBytes++
        const whole = byte < 0x80
        if (length > most || (!whole && lengthBytes === 4)) return done(new RangeError(`an MQTT packet of more than ${most} bytes`))
        if (!whole) continue
        toSkip = length
        lengthBytes = -1
      }
      done(null, chunk)
    },
  })
}
