import type { Goal } from './summary.ts'
import type { How } from './told.ts'

/** The study's own words; the kinds bring theirs. */
export const GOAL_WORDS: Readonly<Record<Goal['name'], readonly [zh: string, en: string]>> = {
  steps: ['静止时跳变(判定时影响≥500公斤)', 'weight steps (≥ 500 kg at the verdict)'],
  tanks: ['空车加水等(≥500公斤)', 'tare tricks (≥ 500 kg)'],
  tailgate: ['跟车闯出', 'tailgate'],
  'half-on': ['车轮未全部上秤', 'half-on'],
  'two-trucks': ['两车同秤', 'two trucks'],
  false: ['误拦诚信车辆', 'false findings that would hold an honest truck'],
}
export const HOW_WORDS: Readonly<Record<How, readonly [zh: string, en: string]>> = {
  verdict: ['判定时发现', 'at the verdict'],
  refused: ['拒绝称重', 'not weighed'],
  leaving: ['驶离时发现', 'as it left'],
  alarm: ['报警', 'alarm'],
  harmless: ['未奏效', 'no effect'],
  missed: ['漏判', 'missed'],
}
export const HOWS: readonly How[] = ['verdict', 'refused', 'leaving', 'alarm', 'harmless', 'missed']
