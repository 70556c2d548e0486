import { canonical } from '#edge/canonical'
import type { LedgerRecord } from '#edge/records'
import { sentence, type Verifier } from '#edge/seal'
import type { Software } from '#edge/weighing'
import { explain } from '#edge/why'
import { decodeTape, draftOf, replay } from '#weighing/tape'
import type { Found } from './console/local-http.ts'

/** What is proved: true or false, or null where nothing can be said either way. */
interface Proof {
  readonly line: string
  readonly proved: boolean | null
}
export interface Why {
  readonly lines: readonly string[]
  readonly proved: boolean | null
}

/**
 * `why <weighing-id>`: the verdict and its reasons in plain words, and the proofs: its bytes are those that were sealed and signed,
 * and the stored tape, run through the machine again, gives the same weighing, byte for byte. With another legally relevant part that
 * last proof is not claimed; the deciding version is named instead. `keys` knows this agent's key.
 */
export function tellWhy(id: string, found: Found, parts: { readonly software: Software; readonly keys: Verifier }): Why {
  const record = parsed(found.bytes)
  if (record === null) return { lines: [`✗ ${id} 的内容已损坏，无法读取 / is damaged and cannot be read`, found.bytes], proved: false }
  const seal = sealOf(found, parts.keys)
  const signature = signatureOf(found, record, parts.keys)
  if (record.kind !== 'weighing')
    return {
      lines: [`${id} 是 ${record.kind} 记录，不是过磅 / is a record of kind ${record.kind}, not a weighing`, found.bytes, seal.line],
      proved: seal.proved ? null : false,
    }
  const weighing = (record as LedgerRecord<'weighing'>).body
  const proofs = [seal, signature, rerun(found, weighing, parts)]
  return {
    lines: [
      `${id}  ${weighing.weighedAt}  ${weighing.lane}  ${weighing.weightKg} kg`,
      '',
      ...explain(weighing, 'zh', 'operator'),
      '',
      ...explain(weighing, 'en', 'operator'),
      '',
      `  判定版本 / decided by ${weighing.software.version}, ${weighing.software.legal}`,
      ...proofs.map(({ line }) => line),
    ],
    proved: proofs.some(({ proved }) => proved === false) ? false : proofs.every(({ proved }) => proved === true) ? true : null,
  }
}

function parsed(bytes: string): LedgerRecord | null {
  try {
    return JSON.parse(bytes) as LedgerRecord
  } catch {
    return null
  }
}

function sealOf({ bytes, hash }: Found, keys: Verifier): Proof {
  const intact = keys.hash(bytes) === hash
  return {
    line: `${intact ? '✓' : '✗'} 封签 / seal: ${hash} ${intact ? '与内容一致 / matches its bytes' : '与内容不符 / does not match its bytes'}`,
    proved: intact,
  }
}

/** Whoever changes a record can make its hash anew, but not the signature over it. */
function signatureOf({ hash, signature }: Found, { key }: LedgerRecord, keys: Verifier): Proof {
  if (signature === null) return { line: '! 此记录没有签名 / this record bears no signature of its own', proved: null }
  const good = keys.verify(key, sentence('record', hash), signature)
  return {
    line: `${good ? '✓' : '✗'} 签名 / signature: ${key} ${good ? '是本机密钥所签 / is this agent’s' : '不是本机密钥所签 / is not this agent’s'}`,
    proved: good,
  }
}

function rerun(
  found: Found,
  weighing: LedgerRecord<'weighing'>['body'],
  { software, keys }: { readonly software: Software; readonly keys: Verifier },
): Proof {
  if (found.tape === null) return { line: '! 曲线已清理，无法重算 / the tape has been pruned: no re-run', proved: null }
  if (keys.hash(found.tape) !== weighing.tape)
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
