import type { Remark, ScaleDecoder } from './reading.ts'

/** The newest whole question in what was heard that `isFor` this indicator, or null. For the indicator's side of polled dialects. */
export function newestQuestion(decoder: ScaleDecoder, heard: Uint8Array, isFor: (remark: Remark) => boolean): Remark | null {
  let newest: Remark | null = null
  const note = (remark: Remark): void => {
    if (isFor(remark)) newest = remark
  }
  const ignore = (): void => {}
  decoder.push(heard, ignore, ignore, note)
  decoder.quiet(ignore, ignore, note)
  return newest
}
