import type { Booklet } from '#edge/booklet'

/** What the commands about booklets say, in both languages. */
export const bookletSays = {
  signed: ({ booklet, site, numbers, mostKg, validUntil }: Booklet): string => {
    const [count, tonnes] = [numbers.length, mostKg / 1_000]
    return `${booklet}: ${site}, ${count} 张 / ${count} tickets, ${tonnes} 吨 / ${tonnes} t, 至 ${validUntil} / until ${validUntil}`
  },
  withdrawn: (booklet: string): string => `${booklet}: 已收回，站点收到后不再开票 / withdrawn: nothing is drawn once its site has heard so`,
  unknown: (booklet: string): string => `没有票册 ${booklet} / there is no booklet "${booklet}".`,
  'withdrawn-already': (booklet: string): string => `票册 ${booklet} 已收回 / ${booklet} is withdrawn already.`,
} as const
