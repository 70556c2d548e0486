import type { Language } from './words.ts'

/** The words printed on a weigh slip (磅单). */
export interface SlipWords {
  readonly title: string
  /** `{n}`: which reprint it is. Both languages stand on every reprint, so that nobody can miss it. */
  readonly reprint: string
  readonly labels: Readonly<Record<SlipLabel, string>>
  readonly automatic: string
  readonly kinds: Readonly<Record<'gross' | 'tare' | 'check', string>>
  /** The verdict, for who is handed the paper. */
  readonly released: string
  readonly releasedBy: string
  readonly notReleased: string
  /** Trade categories by their codes; another code is printed as it is. */
  readonly categories: Readonly<Record<string, string>>
  /** How to check the paper. */
  readonly howToCheck: string
}
export const SLIP_LABELS = [
  'number',
  'site',
  'lane',
  'scale',
  'certificate',
  'kind',
  'plate',
  'trailer',
  'ticket',
  'product',
  'consignee',
  'carrier',
  'gross',
  'tare',
  'net',
  'weight',
  'grossAt',
  'tareAt',
  'weighedAt',
  'operator',
  'verdict',
  'check',
  'printedAt',
] as const
export type SlipLabel = (typeof SLIP_LABELS)[number]

const zh: SlipWords = {
  title: '过 磅 单',
  reprint: '补打 / REPRINT {n}',
  labels: {
    number: '单号',
    site: '站点',
    lane: '磅道',
    scale: '仪表编号',
    certificate: '检定证书',
    kind: '类别',
    plate: '车牌',
    trailer: '挂车',
    ticket: '煤票号',
    product: '货物',
    consignee: '收货单位',
    carrier: '承运单位',
    gross: '毛重',
    tare: '皮重',
    net: '净重',
    weight: '重量',
    grossAt: '毛重时间',
    tareAt: '皮重时间',
    weighedAt: '过磅时间',
    operator: '司磅员',
    verdict: '结论',
    check: '校验码',
    printedAt: '打印时间',
  },
  automatic: '自动过磅',
  kinds: { gross: '重磅', tare: '空磅', check: '核验' },
  released: '放行',
  releasedBy: '人工放行',
  notReleased: '未放行',
  categories: {
    LUMP: '块煤',
    FINE: '末煤',
    MIXED: '混煤',
    WASHED: '洗精煤',
    SEMICOKE: '兰炭',
    MAGNESIUM: '金属镁',
  },
  howToCheck: '扫码或凭单号与校验码核对，无记录者无效',
}

const en: SlipWords = {
  title: 'WEIGH SLIP',
  reprint: '补打 / REPRINT {n}',
  labels: {
    number: 'Number',
    site: 'Site',
    lane: 'Lane',
    scale: 'Indicator',
    certificate: 'Certificate',
    kind: 'Kind',
    plate: 'Plate',
    trailer: 'Trailer',
    ticket: 'Ticket',
    product: 'Product',
    consignee: 'Consignee',
    carrier: 'Carrier',
    gross: 'Gross',
    tare: 'Tare',
    net: 'Net',
    weight: 'Weight',
    grossAt: 'Gross at',
    tareAt: 'Tare at',
    weighedAt: 'Weighed at',
    operator: 'Operator',
    verdict: 'Verdict',
    check: 'Check code',
    printedAt: 'Printed at',
  },
  automatic: 'automatic',
  kinds: { gross: 'gross', tare: 'tare', check: 'check' },
  released: 'released',
  releasedBy: 'released by hand',
  notReleased: 'not released',
  categories: { LUMP: 'lump', FINE: 'fines', MIXED: 'mixed', WASHED: 'washed', SEMICOKE: 'semi-coke', MAGNESIUM: 'magnesium' },
  howToCheck: 'Scan, or compare number and check code; void without a record',
}

export const SLIP_WORDS: Readonly<Record<Language, SlipWords>> = { zh, en }
