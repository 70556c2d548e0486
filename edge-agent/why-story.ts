import { explainRecord, NOTHING_BESIDE } from '#edge/explain-record'
import { identityText, type LaneId } from '#edge/ids'
import { RECORD_WORDS } from '#edge/words/records'
import { fill, type Language } from '#edge/words/words'
import { type Found, findRecord } from './found-record.ts'
import { recordIn } from './store/record-in.ts'
import type { Store } from './store/store.ts'
import type { VisitOf } from './store/stories.ts'
import { proofsOf, together, type Why, type WhyParts } from './why.ts'

/** One vehicle's stay at a lane: everything the ledger has of it, in the order in which it was sealed. */
export interface StoryFound {
  readonly lane: string
  readonly visit: number
  readonly records: readonly (Found & { readonly id: string })[]
}

/** The newest visit of a lane, or of any; null where the newest records know of none. */
export function findStory(
  store: Pick<Store, 'record' | 'stories' | 'policies' | 'evidence'>,
  lane: LaneId | null,
  of: VisitOf | null = store.stories.newestVisit(lane),
): StoryFound | null {
  if (of === null) return null
  const records = store.stories.recordsOf(of).flatMap((record) => {
    const id = identityText(record)
    const found = findRecord(store, id)
    return found === null ? [] : [{ ...found, id }]
  })
  return { lane: of.lane, visit: of.visit, records }
}

/** `why --lane north`: the visit as a story, each record in plain words, each opening with the record that allowed it; then the proofs. */
export function tellStory({ lane, visit, records }: StoryFound, parts: WhyParts): Why {
  const proofs = records.map((found) => {
    const record = recordIn(found.bytes)
    return { id: found.id, proofs: record === null ? [{ line: '✗ 内容已损坏 / damaged', proved: false }] : proofsOf(found, record, parts) }
  })
  // What only the next signed head can prove is no doubt about the story.
  const all = proofs.flatMap(({ proofs: some }) => some.filter(({ line, proved }) => proved !== null || !line.startsWith('! 此类记录')))
  return {
    lines: [
      ...told({ lane, visit, records }, 'zh'),
      '',
      ...told({ lane, visit, records }, 'en'),
      '',
      ...proofs.flatMap(({ id, proofs: some }) => [`  ${id}`, ...some.map(({ line }) => `    ${line}`)]),
    ],
    proved: together(all),
  }
}

function told({ lane, visit, records }: StoryFound, language: Language): string[] {
  const title = fill(RECORD_WORDS[language].visit, { lane, visit }, '')
  return [
    title,
    ...records.flatMap((found) => {
      const record = recordIn(found.bytes)
      if (record === null) return [`  ${found.id}  ✗`]
      const sentences = explainRecord(record, found.beside ?? NOTHING_BESIDE, language)
      return [`  ${inShanghai(record.at)}  ${found.id}`, ...sentences.map((sentence) => `    ${sentence}`)]
    }),
  ]
}

/** Time of day where people are: a story is read beside a clock on the wall. */
const inShanghai = (iso: string): string => new Date(Date.parse(iso) + 8 * 3_600_000).toISOString().slice(11, 19)
