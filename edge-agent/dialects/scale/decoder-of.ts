import { type Framing, scanner } from '../framing.ts'
import type { Reading, Remark, ScaleDecoder } from './reading.ts'

const ignore = (): void => {}

/** The decoder of a framing that also meets frames without a weight: those go to `onRemark` and are otherwise passed over. */
export function decoderOf(framing: Framing<Reading | Remark>): ScaleDecoder {
  const { push, quiet } = scanner(framing)
  const sort =
    (onReading: (reading: Reading) => void, onRemark: (remark: Remark) => void) =>
    (said: Reading | Remark): void =>
      'remark' in said ? onRemark(said) : onReading(said)
  return {
    push: (bytes, onReading, onRejected, onRemark = ignore) => push(bytes, sort(onReading, onRemark), onRejected),
    quiet: (onRejected, onReading = ignore, onRemark = ignore) => quiet(onRejected, sort(onReading, onRemark)),
  }
}
