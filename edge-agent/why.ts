import { canonical } from '#edge/canonical'
import { explainRecord, NOTHING_BESIDE } from '#edge/explain-record'
import { type LedgerRecord, SIGNED_KINDS } from '#edge/records'
import { sentence, type Verifier } from '#edge/seal'
import type { Software } from '#edge/weighing'
import { decodeTape, draftOf, replay } from '#weighing/tape'
import type { Found } from './found-record.ts'
import { recordIn } from './store/record-in.ts'

/** What is proved: true or false, or null where nothing can be said either way. */
export interface Proof {
  readonly line: string
  readonly proved: boolean | null
}
export interface Why {
  readonly lines: readonly string[]
  readonly proved: boolean | null
}
export interface WhyParts {
  readonly software: Software
  /** Knows this agent's key. */
  readonly keys: Verifier
}

/**
 * `why <id>`: any record in plain words, what it rests on and, for whatever opened, the record that allowed it; then the proofs. Its bytes
 * are those that were sealed and signed, and a weighing's stored tape, run through the machine again, gives the same weighing, byte for
 * byte. With another legally relevant part that last proof is not claimed; the deciding version is named instead.
 */
export function tellWhy(id: string, found: Found, parts: WhyParts): Why {
  const record = recordIn(found.bytes)
  if (record === null) return { lines: [`✗ ${id} 的内容已损坏，无法读取 / is damaged and cannot be read`, found.bytes], proved: false }
  const beside = found.beside ?? NOTHING_BESIDE
  const proofs = proofsOf(found, record, parts)
  return {
    lines: [
      headOf(id, record),
      '',
      ...explainRecord(record, beside, 'zh'),
      '',
      ...explainRecord(record, beside, 'en'),
      '',
      ...decidedBy(record),
      ...proofs.map(({ line }) => line),
    ],
    proved: together(proofs),
  }
}

/** The same in one language, for a screen. */
export function sayWhy(id: string, found: Found, language: 'zh' | 'en', parts: WhyParts): readonly string[] {
  const record = recordIn(found.bytes)
  if (record === null) return tellWhy(id, found, parts).lines
  return [
    headOf(id, record),
    ...explainRecord(record, found.beside ?? NOTHING_BESIDE, language),
    ...decidedBy(record),
    ...proofsOf(found, record, parts).map(({ line }) => line),
  ]
}

export const together = (proofs: readonly Proof[]): boolean | null =>
  proofs.some(({ proved }) => proved === false) ? false : proofs.every(({ proved }) => proved === true) ? true : null

function headOf(id: string, record: LedgerRecord): string {
  if (!isWeighing(record)) return `${id}  ${record.at}  ${record.kind}  ${'lane' in record.body ? (record.body.lane ?? '') : ''}`.trimEnd()
  const { weighedAt, lane, weightKg } = record.body
  return `${id}  ${weighedAt}  ${lane}  ${weightKg} kg`
}
const decidedBy = (record: LedgerRecord): string[] =>
  isWeighing(record) ? [`  判定版本 / decided by ${record.body.software.version}, ${record.body.software.legal}`] : []
const isWeighing = (record: LedgerRecord): record is LedgerRecord<'weighing'> => record.kind === 'weighing'

/** Seal, signature and, of a weighing, the re-run. */
export function proofsOf(found: Found, record: LedgerRecord, parts: WhyParts): Proof[] {
  return [
    sealOf(found, parts.keys),
    signatureOf(found, record, parts.keys),
    ...(isWeighing(record) ? [rerun(found, record.body, parts)] : []),
  ]
}

function sealOf({ bytes, hash }: Found, keys: Verifier): Proof {
  const intact = keys.hash(bytes) === hash
  return {
    line: `${intact ? '✓' : '✗'} 封签 / seal: ${hash} ${intact ? '与内容一致 / matches its bytes' : '与内容不符 / does not match its bytes'}`,
    proved: intact,
  }
}

/** Whoever changes a record can make its hash anew, but not the signature over it. */
function signatureOf({ hash, signature }: Found, { key, kind }: LedgerRecord, keys: Verifier): Proof {
  if (signature === null && !SIGNED_KINDS.has(kind))
    return { line: '! 此类记录由其后签名的链头覆盖，自身不签名 / a record of this kind is covered by the next signed head', proved: null }
  if (signature === null) return { line: '! 此记录没有签名 / this record bears no signature of its own', proved: null }
  const good = keys.verify(key, sentence('record', hash), signature)
  return {
    line: `${good ? '✓' : '✗'} 签名 / signature: ${key} ${good ? '是本机密钥所签 / is this agent’s' : '不是本机密钥所签 / is not this agent’s'}`,
    proved: good,
  }
}

function rerun(found: Found, weighing: LedgerRecord<'weighing'>['body'], { software, keys }: WhyParts): Proof {
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
