import { existsSync, readFileSync } from 'node:fs'
import { asOwner } from '../../support/postgres.ts'
import { percentile } from '../percentile.ts'

/**
 * When an escape was known in the cloud, and how far the ledger stood there at that moment: told by a trigger, inside the transaction
 * that stores the alarm. Both sides run on one computer, so that both moments are of one clock.
 */
const NOTE = `
  create table alarm_noted (occurrence text, at timestamptz, seq bigint, ledger_upto bigint);
  create function pitgate_note() returns trigger language plpgsql security definer as $$
  begin
    insert into alarm_noted
      select new.occurrence, clock_timestamp(), new.seq, coalesce(max(seq), 0) from ledger
      where site = new.site and agent = new.agent and epoch = new.epoch;
    return null;
  end $$;
  create trigger noted after insert on alarm for each row when (new.kind = 'escape') execute function pitgate_note()`

export interface AlarmTimes {
  readonly escapes: number
  /** Of these, how many were known in the cloud while records before them were still missing there. */
  readonly ahead: number
  /** From before its ink to its row in the cloud. */
  readonly lateMs: { readonly p50: number; readonly p99: number }
}

export const noteAlarms = (databaseUrl: string): Promise<unknown> => asOwner(databaseUrl, NOTE)

/** `told`: a file with a line for each escape, `<occurrence> <milliseconds since 1970>`. */
export async function alarmTimes(databaseUrl: string, told: string, until = Number.POSITIVE_INFINITY): Promise<AlarmTimes> {
  const noted = await asOwner<{ occurrence: string; at: Date; seq: string; ledger_upto: string }>(databaseUrl, 'select * from alarm_noted')
  const lines = existsSync(told) ? readFileSync(told, 'utf8').split('\n').slice(0, -1) : []
  const began = new Map(lines.map((line) => line.split(' ')).map(([occurrence = '', at]) => [occurrence, Number(at)]))
  const of = noted.filter(({ occurrence }) => (began.get(occurrence) ?? until) < until)
  const late = of.map(({ occurrence, at }) => at.getTime() - (began.get(occurrence) ?? 0))
  return {
    escapes: of.length,
    ahead: of.filter(({ seq, ledger_upto }) => Number(ledger_upto) + 1 < Number(seq)).length,
    lateMs: { p50: percentile(late, 0.5), p99: percentile(late, 0.99) },
  }
}
