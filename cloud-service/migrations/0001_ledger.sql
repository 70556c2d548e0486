-- The ledger and what people list and open: plain tables, identity as primary key, no UPDATE or DELETE on evidence for any
-- runtime role, row-level security enabled and forced (DESIGN.md D8). Runs as the owner; the service runs as the roles below.
-- Moments are timestamptz(3): what a cursor quotes in milliseconds is exactly what is stored.

-- Roles of the running service. They own nothing and cannot bypass row-level security. They belong to the whole server, so two
-- databases that are set up at the same time may both want to make them: the later one finds them made.
--   pitgate_app     what people and firms ask for
--   pitgate_ingest  what agents send, orders down, and jobs
--   pitgate_lens    tenant-predicated reads of the lens
do $$
declare one text;
begin
  foreach one in array array['pitgate_app', 'pitgate_ingest', 'pitgate_lens'] loop
    begin
      execute format('create role %I nologin', one);
    exception when duplicate_object or unique_violation then null;
    end;
  end loop;
end $$;
grant pitgate_app, pitgate_ingest, pitgate_lens to current_user;
grant usage on schema public to pitgate_app, pitgate_ingest, pitgate_lens;

-- Who asks, set per transaction with set_config(…, true); unset means nothing is seen.
create function sees(of_site text, of_county text, of_carrier text) returns boolean language sql stable parallel safe as $$
  select coalesce(case current_setting('pitgate.role', true)
    when 'city' then true
    when 'county' then of_county = current_setting('pitgate.scope', true)
    when 'enterprise' then of_site = current_setting('pitgate.scope', true)
    when 'operator' then of_site = current_setting('pitgate.scope', true)
    when 'carrier' then of_carrier = current_setting('pitgate.scope', true)
  end, false)
$$;
create function asking_role() returns text language sql stable parallel safe as $$ select coalesce(current_setting('pitgate.role', true), '') $$;

-- Registers ------------------------------------------------------------------------------------------------------------
create table county (code text primary key, name text not null);
create table carrier (carrier text primary key, name text not null, uscc text not null);
create table site (
  site text primary key, name text not null, county text not null references county, kind text not null,
  longitude double precision not null, latitude double precision not null
);
create table lane (
  site text not null references site, lane text not null, name text not null, county text not null,
  scale jsonb not null, -- e, Max, Min, serial, certificate and its end: the schema ScaleRecord
  primary key (site, lane)
);
create table vehicle (
  plate text primary key, carrier text references carrier, use text not null check (use in ('coal', 'non-cargo')), what text not null,
  site text references site, -- a non-cargo vehicle is registered at one site
  cap_kg integer, axles integer not null, driven_axles integer not null, combination boolean not null, suspended boolean not null default false
);
create table agent (
  site text not null references site, agent text not null, county text not null,
  key text not null, public_key text not null, -- key: first 16 hex digits of the hash of the public bytes
  order_epoch text not null,
  online boolean not null default false, heard_at timestamptz(3), boot text, clock text, software text, legal text,
  backlog integer not null default 0, oldest_waiting timestamptz(3),
  book_tickets integer not null default 0, book_whole boolean not null default false, policy integer not null default 0,
  primary key (site, agent)
);
-- Which cloud instance serves which site: a fenced lease (DESIGN.md D7).
create table site_lease (site text primary key, holder text not null, fence bigint not null, until timestamptz(3) not null);

-- People and firms -----------------------------------------------------------------------------------------------------
create table person (
  name text primary key, shown_name text not null, password_hash text not null,
  role text not null check (role in ('operator', 'enterprise', 'carrier', 'county', 'city')),
  scope text, -- county code, site or carrier; null only for the city
  failures integer not null default 0, locked_until timestamptz(3),
  check ((role = 'city') = (scope is null))
);
create table session (
  id_hash text primary key, name text not null references person, created_at timestamptz(3) not null default now(),
  expires_at timestamptz(3) not null, ended_at timestamptz(3)
);
create table api_key (key_hash text primary key, carrier text not null references carrier, label text not null, created_at timestamptz(3) not null default now(), revoked_at timestamptz(3));
create table idempotency (
  who text not null, key text not null, route text not null, request_hash text not null, status integer, body text,
  created_at timestamptz(3) not null default now(), primary key (who, key)
);

-- The ledger -----------------------------------------------------------------------------------------------------------
create table ledger (
  site text not null, agent text not null, epoch text not null, seq bigint not null,
  kind text not null, bytes text not null, hash text not null, prev text not null, key text not null, signature text,
  stored_at timestamptz(3) not null default now(),
  primary key (site, agent, epoch, seq)
);
-- How far each stream is committed; updated in the transaction that stores the records, read by the receipt.
create table ledger_cursor (
  site text not null, agent text not null, epoch text not null, upto bigint not null, hash text not null,
  head_key text, head_signature text, updated_at timestamptz(3) not null default now(),
  primary key (site, agent, epoch)
);
-- Same identity, other bytes: both are kept (DESIGN.md D4).
create table ledger_conflict (
  id bigint generated always as identity primary key, site text not null, agent text not null, epoch text not null, seq bigint not null,
  why text not null, payload bytea not null, hash text not null, stored_at timestamptz(3) not null default now(),
  unique (site, agent, epoch, seq, hash) -- the same other bytes sent again are not another conflict
);
-- What ingest could not read, verbatim, counted and visible.
create table quarantine (
  id bigint generated always as identity primary key, site text not null, agent text not null, county text, topic text not null,
  epoch text, seq bigint, why text not null, payload bytea not null, hash text not null, stored_at timestamptz(3) not null default now(),
  unique (site, agent, topic, hash) -- sent again, it is still one
);
-- Alarms heard ahead of their place, by their own signature; the chain confirms them later.
create table express (
  site text not null, agent text not null, epoch text not null, seq bigint not null, bytes text not null, hash text not null,
  key text not null, signature text not null, stored_at timestamptz(3) not null default now(),
  primary key (site, agent, epoch, seq)
);

-- What people list and open, written in the same transaction as the ledger ----------------------------------------------
create table weighing (
  site text not null, agent text not null, epoch text not null, seq bigint not null, county text not null, carrier text,
  lane text not null, visit integer not null, weighed_at timestamptz(3) not null, stored_at timestamptz(3) not null default now(),
  kind text not null, pass text not null, weight_kg integer not null, tare_kg integer, net_kg integer,
  plate text, plate_colour text not null, ticket text, verdict text not null, tape text not null,
  primary key (site, agent, epoch, seq)
);
create index weighing_newest on weighing (stored_at desc); -- ties are one transaction's rows: sorted when asked for
create index weighing_by_site on weighing (site, stored_at desc);
create index weighing_by_carrier on weighing (carrier, stored_at desc) where carrier is not null;
create index weighing_by_ticket on weighing (ticket) where ticket is not null;

create table alarm (
  id text primary key, -- site.agent.epoch.kind.occurrence: edge and cloud meet on one row
  site text not null, agent text not null, epoch text not null, county text not null, lane text,
  kind text not null, severity text not null check (severity in ('critical', 'high', 'medium')), occurrence text not null, facts jsonb not null,
  state text not null default 'unacknowledged' check (state in ('unacknowledged', 'acknowledged', 'returned', 'closed')),
  raised_at timestamptz(3) not null, stored_at timestamptz(3) not null default now(), seq bigint, confirmed boolean not null default false,
  acknowledged_by text, acknowledged_at timestamptz(3), outcome text check (outcome in ('confirmed', 'false', 'explained')),
  unique (site, agent, epoch, kind, occurrence)
);
create index alarm_newest on alarm (stored_at desc, id);
create table alarm_history (
  alarm text not null references alarm, number integer not null, act text not null, at timestamptz(3) not null default now(), by_whom text not null,
  text text not null default '', county text not null, site text not null, primary key (alarm, number)
);

create table ticket (
  number text primary key, site text not null references site, county text not null, carrier text not null references carrier,
  plate text not null, signed jsonb not null, signature text not null, qr text not null,
  planned_net_kg integer not null, valid_from timestamptz(3) not null, valid_until timestamptz(3) not null, issued_at timestamptz(3) not null,
  state text not null check (state in ('issued', 'checked-in', 'held', 'released', 'voided', 'expired')),
  tare_kg integer, gross_kg integer, net_kg integer,
  order_seq bigint -- its place in the site's order stream; at the site once that is receipted
) with (fillfactor = 70); -- a state moves in place: no index below names it
create index ticket_newest on ticket (issued_at desc, number);
create index ticket_by_plate on ticket (plate);
create index ticket_by_site on ticket (site, issued_at desc);
create index ticket_by_carrier on ticket (carrier, issued_at desc);
create table ticket_history (
  ticket text not null, -- nobody may delete a ticket, so nothing is gained by looking it up again for each step
  number integer not null, state text not null, at timestamptz(3) not null default now(), by_whom text not null,
  reason text not null default '', county text not null, site text not null, carrier text not null, primary key (ticket, number)
);

-- Orders down: a numbered stream per agent ------------------------------------------------------------------------------
create table orders (
  site text not null, agent text not null, epoch text not null, seq bigint not null, kind text not null,
  bytes text not null, hash text not null, prev text not null, stored_at timestamptz(3) not null default now(),
  primary key (site, agent, epoch, seq)
);
-- The newest order of each agent, locked by whoever appends: number, link, and the ticket book as it then stands (#edge/ticket bookHash).
create table order_head (
  site text not null, agent text not null, epoch text not null, seq bigint not null, hash text not null,
  book_tickets integer not null default 0, book_hash text not null, primary key (site, agent)
);
-- Which tickets are in whose book: each in exactly one (DESIGN.md D19).
create table ordered_ticket (
  number text primary key, site text not null, agent text not null, epoch text not null, signature text not null, voided boolean not null default false
);
-- How far each site has applied them, by its receipts.
create table order_cursor (site text not null, agent text not null, epoch text not null, upto bigint not null, hash text not null, primary key (site, agent, epoch));

-- Tapes and photos, named by hash; asked for before they come
create table blob (hash text primary key, site text not null, county text not null, bytes bytea not null, stored_at timestamptz(3) not null default now());
create table blob_asked (hash text primary key, site text not null, asked_at timestamptz(3) not null default now());

create table policy (version integer primary key, body jsonb not null, signed jsonb not null, issued_at timestamptz(3) not null);
create table job_run (
  id bigint generated always as identity primary key, job text not null, started_at timestamptz(3) not null default now(), ended_at timestamptz(3),
  ok boolean, detail jsonb not null default '{}'
);

-- The lens: same names with TimescaleDB and without (DESIGN.md D9); migrations/timescale turns these into hypertables.
create table weighing_fact (
  weighed_at timestamptz(3) not null, site text not null, county text not null, carrier text, lane text not null,
  kind text not null, pass text not null, verdict text not null, weight_kg integer not null, net_kg integer,
  agent text not null, epoch text not null, seq bigint not null
);
create index weighing_fact_site on weighing_fact (site, weighed_at desc);
create table lane_status (
  at timestamptz(3) not null, site text not null, county text not null, lane text not null, phase text not null, weight_kg integer, status jsonb not null
);
create index lane_status_newest on lane_status (site, lane, at desc);
create view tonnage_hourly as
  select date_trunc('hour', weighed_at) as hour, site, county, carrier, count(*)::bigint as loads, sum(net_kg)::bigint as net_kg
  from weighing_fact where kind = 'gross' and pass = 'coal' and verdict = 'open' group by 1, 2, 3, 4;
-- The latest status of each lane, for a screen that has just been opened.
create table lane_now (site text not null, lane text not null, county text not null, status jsonb not null, heard_at timestamptz(3) not null, primary key (site, lane));

-- Rights ---------------------------------------------------------------------------------------------------------------
-- Evidence is only ever added.
grant select, insert on ledger, ledger_conflict, quarantine, express, weighing, orders, blob, ticket_history, alarm_history to pitgate_ingest;
grant select, insert, update on order_head, ordered_ticket to pitgate_ingest;
grant select, insert, update on ledger_cursor, order_cursor, blob_asked, lane_now, job_run, site_lease to pitgate_ingest;
grant select, insert on ticket, alarm, policy to pitgate_ingest;
grant update (state, tare_kg, gross_kg, net_kg, order_seq) on ticket to pitgate_ingest;
grant update (state, confirmed, seq) on alarm to pitgate_ingest;
grant select, insert, update on agent, site, lane, county, carrier, vehicle, person, api_key to pitgate_ingest;
grant insert, select on weighing_fact, lane_status to pitgate_ingest;
grant delete on lane_status to pitgate_ingest; -- telemetry, no evidence: it has an end
grant select on tonnage_hourly, session to pitgate_ingest;

grant select on county, carrier, site, lane, vehicle, agent, ledger, weighing, alarm, alarm_history, ticket, ticket_history, quarantine, blob, policy, lane_now, order_cursor, job_run, ledger_cursor to pitgate_app;
grant select, insert, update on session, idempotency to pitgate_app;
grant select, update (failures, locked_until) on person to pitgate_app;
grant select on api_key to pitgate_app;
grant insert on ticket, ticket_history, alarm_history, blob_asked to pitgate_app;
grant select on blob_asked to pitgate_app;
grant update (state, order_seq) on ticket to pitgate_app;
grant update (state, acknowledged_by, acknowledged_at, outcome) on alarm to pitgate_app;

grant select on weighing_fact, lane_status, tonnage_hourly to pitgate_lens;

-- Who sees what. Forced, so that not even the owner reads past it by accident; unset role sees nothing. People's questions run as
-- pitgate_app and are confined row by row; what agents send runs as pitgate_ingest, which is let in by its role alone: asking again for
-- each of ten thousand rows a second whether it is itself was a tenth of the database's work.
do $$
declare one text;
begin
  foreach one in array array['ledger', 'ledger_cursor', 'ledger_conflict', 'quarantine', 'express', 'weighing', 'alarm', 'alarm_history', 'ticket', 'ticket_history',
    'orders', 'order_head', 'ordered_ticket', 'order_cursor', 'blob', 'blob_asked', 'site', 'lane', 'agent', 'vehicle', 'carrier', 'lane_now']
  loop
    execute format('alter table %I enable row level security', one);
    execute format('alter table %I force row level security', one);
    execute format('create policy serves on %I to pitgate_ingest using (true) with check (true)', one);
  end loop;
end $$;

create policy seen on weighing to pitgate_app using (sees(site, county, carrier));
create policy seen on ticket to pitgate_app using (sees(site, county, carrier));
create policy seen on ticket_history to pitgate_app using (sees(site, county, carrier));
create policy seen on alarm to pitgate_app using (sees(site, county, null));
create policy seen on alarm_history to pitgate_app using (sees(site, county, null));
create policy seen on site to pitgate_app using (sees(site, county, null) or asking_role() = 'carrier');
create policy seen on lane to pitgate_app using (sees(site, county, null));
create policy seen on lane_now to pitgate_app using (sees(site, county, null));
create policy seen on agent to pitgate_app using (sees(site, county, null));
create policy seen on blob to pitgate_app using (sees(site, county, null));
create policy seen on quarantine to pitgate_app using (asking_role() = 'city');
create policy seen on carrier to pitgate_app using (
  asking_role() in ('city', 'county', 'enterprise', 'operator') or (asking_role() = 'carrier' and carrier = current_setting('pitgate.scope', true))
);
create policy seen on vehicle to pitgate_app using (
  asking_role() in ('city', 'county', 'enterprise', 'operator') or (asking_role() = 'carrier' and carrier = current_setting('pitgate.scope', true))
);
-- A ledger row is seen by whoever sees the weighing it tells of; the rest of the ledger by the offices.
create policy seen on ledger to pitgate_app using (
  asking_role() = 'city' or exists (select from weighing w where w.site = ledger.site and w.agent = ledger.agent and w.epoch = ledger.epoch and w.seq = ledger.seq)
);
create policy seen on ledger_cursor to pitgate_app using (asking_role() = 'city');
-- How far a site has applied its orders tells nobody's business; the orders themselves are ingest's alone. Issuing and voiding a ticket
-- appends one in the same transaction, under the role of ingest for that one act (orders/append.ts).
create policy seen on order_cursor to pitgate_app using (asking_role() <> '');
create policy seen on blob_asked to pitgate_app using (asking_role() <> '') with check (asking_role() <> '');
