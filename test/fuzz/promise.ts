/** Breaks the run of a target, in words. */
export function promise(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise)
}

export const text = (of: string): Uint8Array => new TextEncoder().encode(of)

export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

/** The same bytes as a whole, in three pieces, and byte by byte. */
export function chunkings(input: Uint8Array): readonly (readonly Uint8Array[])[] {
  const middle = input.length >> 1
  return [
    [input],
    [input.subarray(0, 1), input.subarray(1, middle), input.subarray(Math.max(1, middle))],
    Array.from(input, (_, at) => input.subarray(at, at + 1)),
  ]
}
