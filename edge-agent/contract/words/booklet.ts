import { DRAW_REFUSALS } from '../booklet.ts'
import type { Facts } from '../findings.ts'
import { fill, type Language } from './words.ts'

/**
 * Why nothing is drawn from a booklet: its own limits, and what the site knows beside them. `cloud-is-there`: tickets are issued there;
 * `put-back`: this computer was restored after the booklet was signed, and nobody here knows which of its numbers went out meanwhile.
 */
export const REFUSALS_AT_SITE = [
  ...DRAW_REFUSALS,
  'no-such-booklet',
  'put-back',
  'number-taken',
  'seal-broken',
  'cloud-is-there',
  'no-policy',
  'plate-wrong',
  'trailer-wrong',
] as const
export type RefusalAtSite = (typeof REFUSALS_AT_SITE)[number]

export const BOOKLET_WORDS: Readonly<Record<Language, Readonly<Record<RefusalAtSite, string>>>> = {
  zh: {
    withdrawn: '这本票册已被收回,不能再开票',
    'not-yet-valid': '这本票册 {validFrom:time} 起才能开票',
    over: '这本票册已过期({validUntil:time})',
    'used-up': '这本票册的票号已用完',
    'over-tonnes': '票册剩余 {leftKg:t} 吨,不够',
    'over-each': '这本票册每车不得超过 {mostEachKg:t} 吨',
    'product-not-in-booklet': '这本票册不能开这个煤种',
    'no-such-booklet': '本站没有这本票册',
    'put-back': '本机数据曾恢复或丢失,不知道已用到第几号;请向发放单位申请新票册',
    'number-taken': '下一个票号在本站已是另一张票;请向发放单位申请新票册',
    'seal-broken': '票册签名校验失败,不能使用;请向发放单位申请新票册',
    'cloud-is-there': '与云端联系正常,请在平台正常开票;失去联系两分钟后才能用票册',
    'no-policy': '本站还没有收到策略,不能开票',
    'plate-wrong': '请录入牵引车号牌,例如 陕K12345',
    'trailer-wrong': '挂车号牌不对,例如 陕K6780挂;没有挂车就不填',
  },
  en: {
    withdrawn: 'This booklet was withdrawn: nothing is drawn from it any more',
    'not-yet-valid': 'This booklet may be used from {validFrom:time} on',
    over: 'This booklet ended at {validUntil:time}',
    'used-up': 'All numbers of this booklet are used',
    'over-tonnes': 'The booklet has {leftKg:t} t left: not enough',
    'over-each': 'This booklet allows {mostEachKg:t} t a truck at most',
    'product-not-in-booklet': 'This booklet is not for that product',
    'no-such-booklet': 'This site has no such booklet',
    'put-back': 'This computer was restored or lost data, so nobody here knows which numbers are used: ask the issuer for a new booklet',
    'number-taken': 'Its next number is another ticket here already: ask the issuer for a new booklet',
    'seal-broken': 'The booklet’s signature does not verify, so it cannot be used: ask the issuer for a new one',
    'cloud-is-there': 'The cloud is in reach: issue the ticket there. A booklet is for when it has been gone for two minutes',
    'no-policy': 'No policy has reached this site yet: no ticket can be drawn',
    'plate-wrong': 'Type the plate of the tractor, such as 陕K12345',
    'trailer-wrong': 'That is no trailer’s plate, such as 陕K6780挂; leave it out where there is none',
  },
}

export const sayBookletRefusal = (code: RefusalAtSite, facts: Facts, language: Language): string =>
  fill(BOOKLET_WORDS[language][code], facts, '-')
