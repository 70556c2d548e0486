-- Records that an agent's signed head proves and that are not here (ingest/gaps.ts), one row per epoch while that is so. Times are counted
-- by a monotonic poll and not by any clock: `waited_ms` since the stream last moved, `quiet_ms` since the agent was last heard.
create table ledger_gap (
  site text not null, agent text not null, epoch text not null,
  head bigint not null, hash text not null, key text not null, signature text not null,
  stood bigint not null, beside bigint not null default 0,
  waited_ms integer not null default 0, quiet_ms integer not null default 0,
  raised text, -- occurrence of the alarm, once there is one
  primary key (site, agent, epoch)
);
-- Numbers that no agent can send any more, by its own signed word: the stream goes on behind them, from `hash` on.
create table ledger_hole (
  site text not null, agent text not null, epoch text not null, from_seq bigint not null, upto bigint not null,
  hash text not null, key text not null, signature text not null, stored_at timestamptz(3) not null default now(),
  primary key (site, agent, epoch, upto)
);
-- Conflicts in bounds, as the quarantine: what one agent has had kept in a day, and what came beyond that, counted.
create table conflict_day (
  site text not null, agent text not null, day date not null,
  kept integer not null default 0, kept_bytes bigint not null default 0, beyond integer not null default 0, beyond_bytes bigint not null default 0,
  primary key (site, agent, day)
);
-- Where a batch that is kept beside ends: the one that follows it belongs beside, too.
alter table ledger_conflict add column head_seq bigint, add column head_hash text;

grant select, insert, update, delete on ledger_gap to pitgate_ingest; -- a state, no evidence: the alarm's history is that
grant select, insert on ledger_hole to pitgate_ingest;
grant select, insert, update on conflict_day to pitgate_ingest;

do $$
declare one text;
begin
  foreach one in array array['ledger_gap', 'ledger_hole', 'conflict_day']
  loop
    execute format('alter table %I enable row level security', one);
    execute format('alter table %I force row level security', one);
    execute format('create policy serves on %I to pitgate_ingest using (true) with check (true)', one);
  end loop;
end $$;
