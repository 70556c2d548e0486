import { type Framing, type Scanner, scanner } from '#dialects/framing'

/** What comes out of a stream handed over in these chunks, with the reasons of what does not. */
export function feed<Said>(
  of: Framing<Said> | Scanner<Said>,
  ...chunks: readonly Uint8Array[]
): { said: Said[]; reasons: string[]; bytes: number } {
  const { push, quiet } = 'push' in of ? of : scanner(of)
  const said: Said[] = []
  const reasons: string[] = []
  let bytes = 0
  const onRejected = (rejected: { reason: string; bytes: Uint8Array }): void => {
    reasons.push(rejected.reason)
    bytes += rejected.bytes.length
  }
  for (const chunk of chunks) push(chunk, (one) => said.push(one), onRejected)
  quiet(onRejected, (one) => said.push(one))
  return { said, reasons, bytes }
}

/** The stream cut into pieces after these counts of bytes, over and over. */
export function cut(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = []
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes.length === 0 ? bytes.length : Math.max(1, sizes[turn % sizes.length] ?? 1)
    pieces.push(bytes.slice(at, at + size))
    at += size
  }
  return pieces
}

/** Every frame that differs from this one in a single bit. */
export function* flips(frame: Uint8Array): Generator<Uint8Array> {
  for (let bit = 0; bit < 8 * frame.length; bit++) yield frame.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte))
}
