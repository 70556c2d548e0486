/** Why something is in quarantine, in the reader's words. The codes are those of ingest/read-line.ts, read-message.ts and express.ts. */
const WHY: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  'not-utf8': ['不是 UTF-8 文本', 'is no UTF-8 text'],
  'not-text': ['没有批次头', 'has no header line'],
  'bad-header': ['批次头无法识读', 'its header line cannot be read'],
  'bad-count': ['批次头与行数不符', 'its header counts other lines than came'],
  'too-long': ['超出允许长度', 'is longer than a batch may be'],
  'bad-epoch': ['纪元编号无效', 'names an epoch that is none'],
  'not-json': ['不是 JSON', 'is no JSON'],
  'not-this-message': ['不是此类消息', 'is not what this topic carries'],
  'nul-character': ['含 NUL 字符', 'holds a NUL character'],
  'wrong-envelope': ['记录外层字段不符', 'lacks what stands around every record'],
  'unknown-kind': ['本版本不认识的记录种类', 'is of a kind this version does not know'],
  'wrong-body': ['记录内容不符合格式', 'its body breaks the schema of its kind'],
  'wrong-identity': ['编号与所在位置不符', 'names another record than its place'],
  unsigned: ['缺少签名', 'lacks its signature'],
  'not-canonical': ['字节不是规范形式', 'its bytes are not the canonical form of what they say'],
  'refused-by-database': ['含数据库无法保存的值', 'holds a value the database has no place for'],
  'head-not-signed': ['批次签名无效', 'its head is not signed by the agent’s key'],
  'signature-broken': ['签名校验失败', 'its signature does not verify'],
  'not-one-line': ['快报应只有一条记录', 'an express message holds one record'],
  'not-an-alarm': ['快报不是报警', 'an express message is an alarm'],
  'other-bytes': ['与账本封签不符', 'is not what was sealed'],
  'unknown-agent': ['该代理未登记', 'its agent is not enrolled'],
}

/** `无法识读 / cannot be read`, for any code: one that is not known is said as it is. */
export const whyWords = (why: string): string => WHY[why]?.join(' / ') ?? why

/** Why a message without a place in a stream is not replayed, by its topic's name. */
const NOT_REPLAYED: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  ledger: ['整批未签收，站点仍保存并会重发', 'the batch was not receipted; its site still has it and sends it again'],
  express: ['该报警会随账本按序到达', 'the alarm comes in its place in the ledger'],
}
const OF_ITS_MOMENT = ['只说明当时的情况，后来的消息已取代', 'it told of its own moment, and later ones have replaced it'] as const

export const whyNotReplayed = (message: string): string => (NOT_REPLAYED[message] ?? OF_ITS_MOMENT).join(' / ')
