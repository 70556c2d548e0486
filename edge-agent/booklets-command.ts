import type { ConsoleBooklet, ConsoleBooklets } from '#edge/console'
import type { Facts } from '#edge/findings'
import { REFUSALS_AT_SITE, type RefusalAtSite, sayBookletRefusal } from '#edge/words/booklet'
import { fill } from '#edge/words/words'

/** `edge booklets`: what may be drawn at a site without a screen. `running`: an agent answered, so it knows whether the cloud is in reach. */
export function bookletLines({ dark, darkSince, booklets }: ConsoleBooklets, running: boolean): string[] {
  const link = !running
    ? '代理没有运行，不知道云端是否可达 / the agent is not running: nobody here knows whether the cloud is in reach'
    : dark
      ? filled(
          '与云端失去联系，自 {since:time} 起可用票册开票 / the cloud has been out of reach since {since:time}: booklets may be used',
          {
            since: darkSince,
          },
        )
      : '与云端联系正常，请在平台开票 / the cloud is in reach: tickets are issued there'
  if (booklets.length === 0) return [link, '本站没有预授权票册 / this site holds no booklet']
  return [link, ...booklets.flatMap(linesOf)]
}

function linesOf(booklet: ConsoleBooklet): string[] {
  const { carrierName, consignee, products, count, left, mostKg, leftKg, mostEachKg, validFrom, validUntil, refusal } = booklet
  const facts = { count, left, mostKg, leftKg, mostEachKg, validFrom, validUntil }
  const coal = products.map(({ coalClass, category }) => [coalClass, category].filter((part) => part !== '').join(' ')).join(', ')
  return [
    '',
    `${booklet.booklet}  ${carrierName} → ${consignee}  ${coal}`,
    filled('  剩余 / left: {left}/{count}, {leftKg:t}/{mostKg:t} t; 每车 / each ≤ {mostEachKg:t} t', facts),
    filled('  {validFrom:time} – {validUntil:time}', facts),
    ...(refusal === null ? [] : [`  ✗ ${said(refusal, facts, 'zh')} / ${said(refusal, facts, 'en')}`]),
  ]
}

const filled = (template: string, facts: Facts): string => fill(template, facts, '-')
/** A code of a newer agent is shown as it is. */
const said = (code: string, facts: Facts, language: 'zh' | 'en'): string => (isOurs(code) ? sayBookletRefusal(code, facts, language) : code)
const isOurs = (code: string): code is RefusalAtSite => (REFUSALS_AT_SITE as readonly string[]).includes(code)
