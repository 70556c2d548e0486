import type { Detection } from '#dialects/scale/detect'
import type { Candidate } from '#dialects/scale/suspect'

/** A detection for a person: the answer first, then what it rests on, then what must still be said by hand. */
export function detectionText(detection: Detection): string[] {
  const { candidates, bytes, sevenBit } = detection
  return [
    answerOf(detection),
    ...(sevenBit ? ['  7 位偶校验被按 8N1 读取：校验位已核对并去掉 / a 7E1 line read with 8N1: parity was checked and taken off'] : []),
    ...(candidates.length === 0 ? [] : ['', '  覆盖 coverage | 帧 frames | 单比特错误漏检 flipped bits unnoticed | 读数 shown']),
    ...candidates.slice(0, 8).map(lineOf),
    ...unsaidLines(detection),
    `  ${bytes} bytes`,
  ]
}

function answerOf({ kind, names, alike }: Detection): string {
  const same = alike.length === 0 ? '' : `（${alike.join('、')} 读数相同 / ${alike.join(', ')} read the same weights）`
  switch (kind) {
    case 'named':
      return `${names[0]}${same}`
    case 'cannot-tell':
      return `无法区分 / cannot tell apart: ${names.join(', ')}${same}`
    case 'unknown':
      return '有字节，但不是已知协议 / bytes, but no language we know'
    case 'silent':
      return '没有字节：应答式仪表、接线或未通电 / no bytes: an indicator that waits to be asked, wiring, or no power'
  }
}

function lineOf({ name, evidence, coverage, frames, gullible, shown, rejected }: Candidate): string {
  const percent = (share: number): string => `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`
  const refused = Object.entries(rejected).map(([reason, count]) => `${reason} ${count}`)
  return `  ${name.padEnd(26)} ${percent(coverage).padStart(6)} | ${String(frames).padStart(5)} | ${percent(gullible).padStart(6)} | ${shown.join(' · ')}${
    refused.length === 0 ? '' : `  (rejected: ${refused.join(', ')})`
  }${evidence === 'shaky' ? '  (shaky: never named)' : ''}`
}

function unsaidLines({ kind, candidates }: Detection): string[] {
  const [best] = candidates
  if ((kind !== 'named' && kind !== 'cannot-tell') || !best) return []
  const hint: string[] = []
  if (kind === 'cannot-tell')
    hint.push('  让重量变化（车上下秤）再听一次，或与仪表显示核对 / let the weight change and listen again, or compare with the display')
  if (best.unsaid.length > 0) hint.push(`  报文不含，须在配置中写明 / not in the frames, must be configured: ${best.unsaid.join(', ')}`)
  return hint
}
