import { canonical } from '#edge/canonical'
import type { LedgerRecord } from '#edge/records'
import type { Software } from '#edge/weighing'
import { explain } from '#edge/why'
import { decodeTape, draftOf, replay } from '#weighing/tape'
import type { Found } from './console/local-http.ts'
import { hasher } from './keys.ts'

/**
 * `why <weighing-id>`: the verdict and its reasons in plain words, and the proof: the stored tape is run through the machine again
 * and must give the same weighing, byte for byte. With another legally relevant part that proof is not claimed; the deciding version
 * is named instead.
 */
export function tellWhy(
  id: string,
  found: Found,
  software: Software,
): { readonly lines: readonly string[]; readonly proved: boolean | null } {
  const record = JSON.parse(found.bytes) as LedgerRecord
  if (record.kind !== 'weighing')
    return { lines: [`${id} 是 ${record.kind} 记录，不是过磅 / is a ${record.kind} record, not a weighing`, found.bytes], proved: null }
  const weighing = (record as LedgerRecord<'weighing'>).body
  const intact = hasher.hash(found.bytes) === found.hash
  const rerun = proof(found, weighing, software)
  return {
    lines: [
      `${id}  ${weighing.weighedAt}  ${weighing.lane}  ${weighing.weightKg} kg`,
      '',
      ...explain(weighing, 'zh', 'operator'),
      '',
      ...explain(weighing, 'en', 'operator'),
      '',
      `${intact ? '✓' : '✗'} 封签 / seal: ${found.hash} ${intact ? '与内容一致 / matches its bytes' : '与内容不符 / does not match its bytes'}`,
      `  判定版本 / decided by ${weighing.software.version}, ${weighing.software.legal}`,
      rerun.line,
    ],
    proved: intact ? rerun.proved : false,
  }
}

function proof(
  found: Found,
  weighing: LedgerRecord<'weighing'>['body'],
  software: Software,
): { readonly line: string; readonly proved: boolean | null } {
  if (found.tape === null) return { line: '! 曲线已清理，无法重算 / the tape has been pruned: no re-run', proved: null }
  if (hasher.hash(found.tape) !== weighing.tape)
    return { line: '✗ 曲线与记录中的指纹不符 / the tape is not the one the record names', proved: false }
  const tape = decodeTape(found.tape)
  if (!tape.ok) return { line: `✗ 曲线无法读取 / the tape cannot be read: ${tape.reason}`, proved: false }
  if (software.legal !== weighing.software.legal)
    return {
      line: `! 由另一版本判定，本版本 ${software.legal} 不作证明 / another version decided; ${software.legal} proves nothing about it`,
      proved: null,
    }
  const wanted = canonical(draftOf(weighing))
  const same = replay(tape.tape).some((draft) => canonical(draft) === wanted)
  return same
    ? {
        line: `✓ 重算 ${tape.tape.inputs.length} 个输入，逐字节相同 / re-ran ${tape.tape.inputs.length} inputs: the same weighing, byte for byte`,
        proved: true,
      }
    : { line: '✗ 重算结果不同 / the re-run gives another weighing', proved: false }
}
