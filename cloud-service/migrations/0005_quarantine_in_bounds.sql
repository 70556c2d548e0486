-- Quarantine in bounds (ingest/quarantine.ts): what one agent has had kept in a day, and what came beyond that, counted.
create table quarantine_day (
  site text not null, agent text not null, day date not null,
  kept integer not null default 0, kept_bytes bigint not null default 0, beyond integer not null default 0, beyond_bytes bigint not null default 0,
  primary key (site, agent, day)
);
-- Lines of the ledger that could not be read when they came and were read later, by newer software: the ledger's row stays as it is, and
-- this says which kind of record it was (quarantine/replay.ts).
create table ledger_read (
  site text not null, agent text not null, epoch text not null, seq bigint not null,
  kind text not null, by_whom text not null, stored_at timestamptz(3) not null default now(),
  primary key (site, agent, epoch, seq)
);
create index ledger_unreadable on ledger (site, agent, epoch, seq) where kind = 'unreadable';

grant select, insert, update on quarantine_day to pitgate_ingest;
grant select, insert on ledger_read to pitgate_ingest;

do $$
declare one text;
begin
  foreach one in array array['quarantine_day', 'ledger_read']
  loop
    execute format('alter table %I enable row level security', one);
    execute format('alter table %I force row level security', one);
    execute format('create policy serves on %I to pitgate_ingest using (true) with check (true)', one);
  end loop;
end $$;
