import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { type AlarmDetail, AlarmDetailSchema, AlarmPageSchema, CloseAlarmSchema, CommentSchema, PageQuerySchema } from '#cloud/api'
import { ALARM_STATES, type AlarmAct, nextAlarmState } from '#edge/alarm'
import { oneOf, SiteIdSchema } from '#edge/ids'
import type { App } from '../app.ts'
import type { Pool, Transaction } from '../database/pool.ts'
import { asPerson } from '../database/transaction.ts'
import type { Live } from '../live/changes.ts'
import { type Done, once } from '../once.ts'
import { PAGE_LENGTH } from '../paging.ts'
import { MAY_COMMENT, MAY_HANDLE_ALARMS, SEES_SITES, type Who, whoAsks } from '../people/who.ts'
import { Refusal } from '../problems.ts'
import { weighingOfVisit } from '../weighings/queries.ts'
import { alarmHistory, alarmRow, listAlarms, oneAlarm, type StoredAlarm } from './queries.ts'

const Query = Type.Object(
  { ...PageQuerySchema.properties, state: Type.Optional(oneOf([...ALARM_STATES, 'open'])), site: Type.Optional(SiteIdSchema) },
  { additionalProperties: false },
)
const Params = Type.Object({ id: Type.String({ maxLength: 200 }) })
type ActAsked = 'comment' | Exclude<AlarmAct, 'return'>

/** GET /api/alarms, GET /api/alarms/:id, POST /api/alarms/:id/acknowledge | comment | close (ISA-18.2, `#edge/alarm`). */
export function alarmRoutes(app: App, { pool, live }: { readonly pool: Pool; readonly live: Live }): void {
  app.get('/api/alarms', { schema: { querystring: Query, response: { 200: AlarmPageSchema } } }, async (request) => {
    const { limit = PAGE_LENGTH, ...filter } = request.query
    return asPerson(pool, whoAsks(request, ...SEES_SITES), (tx) => listAlarms(tx, filter, limit))
  })

  app.get('/api/alarms/:id', { schema: { params: Params, response: { 200: AlarmDetailSchema } } }, async (request) =>
    asPerson(pool, whoAsks(request, ...SEES_SITES), async (tx) => detail(tx, await seen(tx, request.params.id, false))),
  )

  const act = async (
    request: FastifyRequest,
    reply: FastifyReply,
    who: Who,
    id: string,
    asked: ActAsked,
    text: string,
    outcome: string | null,
  ) => {
    const answer = await once(pool, request, reply, who, (tx) => carryOut(tx, who, id, asked, text, outcome))
    live.changed({ alarms: [id] })
    return answer
  }
  const schema = { params: Params, response: { 200: AlarmDetailSchema } } as const
  app.post('/api/alarms/:id/acknowledge', { schema }, (request, reply) =>
    act(request, reply, whoAsks(request, ...MAY_HANDLE_ALARMS), request.params.id, 'acknowledge', '', null),
  )
  app.post('/api/alarms/:id/comment', { schema: { ...schema, body: CommentSchema } }, (request, reply) =>
    act(request, reply, whoAsks(request, ...MAY_COMMENT), request.params.id, 'comment', request.body.text, null),
  )
  app.post('/api/alarms/:id/close', { schema: { ...schema, body: CloseAlarmSchema } }, (request, reply) =>
    act(request, reply, whoAsks(request, ...MAY_HANDLE_ALARMS), request.params.id, 'close', request.body.text, request.body.outcome),
  )
}

/** One act with its line in the history, in one transaction; the row stays locked, so that two people never both "did it first". */
async function carryOut(
  tx: Transaction,
  who: Who,
  id: string,
  act: ActAsked,
  text: string,
  outcome: string | null,
): Promise<Done<AlarmDetail>> {
  const alarm = await seen(tx, id, true)
  const to = act === 'comment' ? alarm.state : nextAlarmState(alarm.state, act)
  const again = act === 'acknowledge' && alarm.acknowledged_by !== null
  if (to === null || again) throw new Refusal('not-now', { detail: notNow(alarm, act) })
  if (act === 'acknowledge')
    await tx.query('update alarm set state = $2, acknowledged_by = $3, acknowledged_at = now() where id = $1', [id, to, who.by])
  if (act === 'close') await tx.query('update alarm set state = $2, outcome = $3 where id = $1', [id, to, outcome])
  await tx.query(
    `insert into alarm_history (alarm, number, act, by_whom, text, county, site)
     select $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5, $6 from alarm_history where alarm = $1`,
    [id, act, who.by, text, alarm.county, alarm.site],
  )
  return { status: 200, body: await detail(tx, await seen(tx, id, false)) }
}

async function seen(tx: Transaction, id: string, toAct: boolean): Promise<StoredAlarm> {
  const alarm = await oneAlarm(tx, id, toAct)
  if (!alarm) throw new Refusal('not-found')
  return alarm
}

async function detail(tx: Transaction, alarm: StoredAlarm): Promise<AlarmDetail> {
  const visit = visitOf(alarm)
  const weighing = alarm.lane === null || visit === null ? null : await weighingOfVisit(tx, { ...alarm, lane: alarm.lane, visit })
  return { ...alarmRow(alarm), history: await alarmHistory(tx, alarm.id), weighing }
}

/** The visit an alarm tells of: among its facts, or in an occurrence such as `north/visit-7`. */
function visitOf(alarm: StoredAlarm): number | null {
  const { visit } = alarm.facts
  if (typeof visit === 'number') return visit
  const named = /\/visit-(\d{1,9})$/.exec(alarm.occurrence)
  return named ? Number(named[1]) : null
}

const STATE_ZH = { unacknowledged: '未确认', acknowledged: '已确认', returned: '已恢复', closed: '已关闭' } as const
const notNow = (alarm: StoredAlarm, act: ActAsked) => {
  const by = alarm.acknowledged_by === null ? '' : alarm.acknowledged_by
  if (act === 'acknowledge' && by) return { zh: `${by} 已经确认过`, en: `${by} has acknowledged it already` }
  return {
    zh: `报警现在是“${STATE_ZH[alarm.state]}”，不能${act === 'close' ? '关闭，请先确认' : '确认'}`,
    en: `The alarm is ${alarm.state}: it cannot be ${act}d now`,
  }
}
