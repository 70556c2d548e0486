import type { Capture } from '#dialects/capture'
import { decimalText } from '#dialects/scale/exact'
import type { Reading, Rejected, Remark } from '#dialects/scale/reading'
import type { SetDialect } from '../config/profile.ts'

/** A capture as one dialect hears it. `atMs`: when the piece came that completed it; null where the capture has no times. */
export type Heard =
  | { readonly kind: 'reading'; readonly atMs: number | null; readonly reading: Reading }
  | { readonly kind: 'rejected'; readonly atMs: number | null; readonly rejected: Rejected }
  | { readonly kind: 'remark'; readonly atMs: number | null; readonly remark: Remark }

export function hear({ pieces }: Capture, { decoder: begin }: Pick<SetDialect, 'decoder'>): Heard[] {
  const heard: Heard[] = []
  let atMs: number | null = null
  const decoder = begin()
  const onReading = (reading: Reading): void => void heard.push({ kind: 'reading', atMs, reading })
  const onRejected = (rejected: Rejected): void => void heard.push({ kind: 'rejected', atMs, rejected })
  const onRemark = (remark: Remark): void => void heard.push({ kind: 'remark', atMs, remark })
  for (const piece of pieces) {
    atMs = piece.atMs
    decoder.push(piece.bytes, onReading, onRejected, onRemark)
  }
  decoder.quiet(onRejected, onReading, onRemark)
  return heard
}

/** `45.68 t moving`: a reading as one looks at a display, with what its frame says of it. */
export function readingText({ digits, decimals, unit, stable, mode, overload, underload, zero }: Reading): string {
  return [
    digits === null ? 'no number' : decimalText({ digits, decimals: decimals ?? 0 }),
    unit,
    mode,
    stable === null ? null : stable ? 'stable' : 'moving',
    overload ? 'overload' : null,
    underload ? 'underload' : null,
    zero ? 'zero' : null,
  ]
    .filter((word) => word !== null)
    .join(' ')
}
