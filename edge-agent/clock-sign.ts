import { WORDS } from '#edge/why'
import type { Health } from './health.ts'
import type { Sign } from './scale-signs.ts'

/** How far the computer's clock is believed, why not, and how it stands to the cloud's. */
export function clockSign({ now, quality, why, shown, speed, anchor, answers }: Health['clock']): Sign {
  const says =
    why !== null
      ? `不可信，请校时 / untrusted, set it: ${WORDS.zh.terms[why]} / ${WORDS.en.terms[why]}; 显示 / it shows ${shown}`
      : quality === 'synchronised'
        ? '已同步 / synchronised'
        : '自由运行，未见校时 / running free, no time server seen'
  const cloud = anchor
    ? `; 比云端快 / ahead of the cloud by ${anchor.aheadMs} ms ± ${anchor.uncertaintyMs} ms, ${anchor.ageSeconds} s 前 / ago`
    : ''
  const refused = answers.unsigned + answers.replayed
  const strangers = refused === 0 ? '' : `; 拒收 ${refused} 条授时 / ${refused} answers not believed`
  return {
    state: why !== null ? 'bad' : quality === 'synchronised' ? 'good' : 'doubtful',
    what: '时钟 / clock',
    says: `${now} ${says}${speed === 1 ? '' : `, ${speed}×`}${cloud}${strangers}`,
  }
}
