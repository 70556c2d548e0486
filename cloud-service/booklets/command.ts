import { Compile } from 'typebox/compile'
import { SignBookletSchema, WithdrawBookletRequestSchema } from '#cloud/api'
import type { BookletId } from '#edge/ids'
import { mistakeFinder, mistakeLines } from '#edge/mistakes'
import type { Pool } from '../database/pool.ts'
import { asIngest } from '../database/transaction.ts'
import { CloudError } from '../errors.ts'
import type { Issuing } from '../orders/append.ts'
import { Refusal } from '../problems.ts'
import { signBooklet } from './sign.ts'
import { withdrawBooklet } from './withdraw.ts'
import { bookletSays } from './words.ts'

/** What `cloud -- booklet` was told, as it was typed. */
export interface BookletAsked {
  readonly site: string | undefined
  readonly carrier: string | undefined
  readonly consignee: string | undefined
  /** `CLASS:CATEGORY`, such as `BN:LUMP`; the class is empty for semi-coke and magnesium. */
  readonly product: readonly string[] | undefined
  readonly count: string | undefined
  readonly tonnes: string | undefined
  readonly hours: string | undefined
}

const schema = Compile(SignBookletSchema)
const mistakesIn = mistakeFinder(SignBookletSchema)

/** Signs a booklet and orders it to its site; the sentence to print. Throws CloudError `config-wrong` with every mistake in what was typed. */
export async function bookletCommand(pool: Pool, issuing: Issuing, by: string, asked: BookletAsked): Promise<string> {
  const wanted = wantedFrom(asked)
  if (!schema.Check(wanted)) throw new CloudError('config-wrong', mistakeLines(mistakesIn(wanted)))
  try {
    return await asIngest(pool, async (tx) => {
      const { signed, order } = await signBooklet(tx, issuing, by, wanted)
      await order(tx)
      return bookletSays.signed(signed.body)
    })
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    throw new CloudError('config-wrong', error.more.mistakes === undefined ? error.message : mistakeLines(error.more.mistakes), error)
  }
}

const reasonMistakesIn = mistakeFinder(WithdrawBookletRequestSchema)

/** Takes a booklet back; the sentence to print. Throws CloudError `config-wrong` where there is none, or none any more. */
export async function withdrawCommand(pool: Pool, issuing: Issuing, by: string, booklet: string, reason: string): Promise<string> {
  const mistakes = reasonMistakesIn({ reason })
  if (mistakes.length > 0) throw new CloudError('config-wrong', mistakeLines(mistakes))
  const outcome = await asIngest(pool, async (tx) => {
    const taken = await withdrawBooklet(tx, issuing, { booklet: booklet as BookletId, by, reason })
    if (taken.outcome === 'done') await taken.order(tx)
    return taken.outcome
  })
  if (outcome !== 'done') throw new CloudError('config-wrong', bookletSays[outcome](booklet))
  return bookletSays.withdrawn(booklet)
}

/** As the schema knows it; what is no number stays text, so that the schema says what is wrong with it. */
function wantedFrom({ site, carrier, consignee, product, count, tonnes, hours }: BookletAsked): object {
  const products = (product ?? []).map((text) => {
    const [coalClass = '', category] = text.split(':')
    return category === undefined ? text : { coalClass, category }
  })
  const kg = whole(tonnes)
  return {
    ...(site !== undefined && { site }),
    ...(carrier !== undefined && { carrier }),
    ...(consignee !== undefined && { consignee }),
    products,
    ...(count !== undefined && { count: whole(count) }),
    ...(tonnes !== undefined && { mostKg: typeof kg === 'number' ? kg * 1_000 : kg }),
    ...(hours !== undefined && { validHours: whole(hours) }),
  }
}
const whole = (text: string | undefined): number | string | undefined =>
  text !== undefined && /^[0-9]{1,9}$/.test(text) ? Number(text) : text
