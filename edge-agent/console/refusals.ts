import { COMMON_REFUSALS } from './problems.ts'

/**
 * Every way the console's people can be refused, with its stable name and its sentence: what `application/problem+json` says. Programs
 * look at the name, people read the sentence in their language.
 */
const REFUSALS = {
  ...COMMON_REFUSALS,
  'wrong-secret': { status: 401, zh: '工号或密码不对', en: 'Id or secret is wrong' },
  locked: { status: 429, zh: '错误次数过多,暂时锁定', en: 'Too many wrong tries: locked for a while' },
  busy: { status: 429, zh: '登录请求过多,请稍候', en: 'Too many sign-ins at once: wait a moment' },
  'act-under-way': { status: 409, zh: '这条磅道上另一项操作还没完成', en: 'Another act on this lane is not finished yet' },
  'words-wanted': { status: 400, zh: '选择“其他”时,请至少写五个字说明原因', en: 'For the reason “other”, write at least five letters' },
  'plate-wanted': { status: 400, zh: '请录入牵引车号牌,例如 陕K12345', en: 'Type the plate of the tractor, such as 陕K12345' },
  'second-wanted': {
    status: 403,
    zh: '这项操作需要第二人用自己的密码确认',
    en: 'This act needs a second person with a sign-in of his own',
  },
  'second-wrong': { status: 403, zh: '第二人的工号或密码不对', en: 'The second person’s id or secret is wrong' },
  'second-locked': { status: 429, zh: '第二人因错误次数过多暂时锁定', en: 'The second person is locked after too many wrong tries' },
  'second-same': { status: 403, zh: '第二人不能是本人', en: 'The second person cannot be you' },
  'no-supervisor': { status: 403, zh: '两人中须有一名值班长', en: 'One of the two must be a supervisor' },
  'other-vehicle': {
    status: 409,
    zh: '磅道上已不是屏幕上的那辆车,请看清后再操作',
    en: 'Another vehicle is there by now: look again before you act',
  },
  'nothing-changed': {
    status: 409,
    zh: '磅道现在的状态下,这项操作不起作用;什么也没有改变',
    en: 'In the lane’s present state this act does nothing; nothing was changed',
  },
  'ticket-moved': {
    status: 409,
    zh: '煤票在此期间被作废或已使用,不能放行',
    en: 'The ticket was voided or used meanwhile: the vehicle cannot be let go on it',
  },
} as const
export type RefusalKind = keyof typeof REFUSALS

export interface ConsoleRefusal {
  readonly kind: RefusalKind
  readonly status: number
  readonly zh: string
  readonly en: string
  /** Seconds of the real world until it is worth trying again. */
  readonly retryAfterSeconds: number | null
}

export function refusal(kind: RefusalKind, retryAfterSeconds: number | null = null): ConsoleRefusal {
  const { status, zh, en } = REFUSALS[kind]
  if (retryAfterSeconds === null) return { kind, status, zh, en, retryAfterSeconds }
  const minutes = Math.max(1, Math.ceil(retryAfterSeconds / 60))
  return { kind, status, zh: `${zh}(还有 ${minutes} 分钟)`, en: `${en} (${minutes} more minutes)`, retryAfterSeconds }
}
