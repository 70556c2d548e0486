-- People at a site's lanes: who may sign in at its console, what they did there, and what else a site's ledger tells beside weighings.

-- 司磅员 and 值班长 of a site. The credential is argon2id; it travels to the site as an order and is read by nobody who asks by HTTP.
create table lane_operator (
  site text not null references site, county text not null, id text not null,
  name text not null, role text not null check (role in ('operator', 'supervisor')), credential text not null,
  revoked boolean not null default false, changed_by text not null, changed_at timestamptz(3) not null default now(),
  primary key (site, id)
);
create table lane_operator_history (
  site text not null, county text not null, id text not null, number integer not null,
  what text not null check (what in ('entered', 'changed', 'new-secret', 'revoked')), by_whom text not null, at timestamptz(3) not null default now(),
  primary key (site, id, number)
);

-- Every decision of a person (and the one nobody gave, timed-out), and every look at a scale: what the ledger says, to be listed.
create table manual_act (
  site text not null, agent text not null, epoch text not null, seq bigint not null, county text not null,
  lane text not null, visit integer, weighing bigint, at timestamptz(3) not null, stored_at timestamptz(3) not null default now(),
  act text not null, operator text not null, second text, photo text, body jsonb not null,
  primary key (site, agent, epoch, seq)
);
create index manual_act_newest on manual_act (site, stored_at desc);
create index manual_act_of_weighing on manual_act (site, agent, epoch, weighing) where weighing is not null;

-- Photos that came after the ink of their weighing.
create table later_photo (
  site text not null, agent text not null, epoch text not null, seq bigint not null, ordinal integer not null, county text not null,
  lane text not null, visit integer not null, weighing bigint, hash text not null, camera text not null, at timestamptz(3) not null,
  primary key (site, agent, epoch, seq, ordinal)
);
create index later_photo_of_weighing on later_photo (site, agent, epoch, weighing) where weighing is not null;

-- Which weighing of its visit it is: null for the first.
alter table weighing add column nth integer, add column because text;

-- What a site may ticket in a month of Asia/Shanghai; the newest order counts.
create table quota (
  site text not null references site, county text not null, month text not null check (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  limit_kg bigint not null check (limit_kg >= 0), set_by text not null, set_at timestamptz(3) not null default now(), primary key (site, month)
);
-- Whose tares count where: a tare weighed at `from_site` is ordered to `to_site`.
create table tare_sharing (
  from_site text not null references site, to_site text not null references site, set_by text not null, set_at timestamptz(3) not null default now(),
  primary key (from_site, to_site), check (from_site <> to_site)
);
-- Drivers' claims with the one-time code of a sign: the same claim again is not another order.
create table ticket_claim (
  number text not null references ticket, lane text not null, code text not null, by_whom text not null, at timestamptz(3) not null default now(),
  primary key (number, lane, code)
);

-- A load that was let go and did not leave is taken out of the count: the lens says so, the ledger keeps both.
grant update (verdict) on weighing_fact to pitgate_ingest;
grant select, insert on lane_operator_history, manual_act, later_photo, ticket_claim to pitgate_ingest;
grant select, insert, update on lane_operator, quota to pitgate_ingest;
grant select, insert, delete on tare_sharing to pitgate_ingest;
grant select (site, county, id, name, role, revoked, changed_by, changed_at) on lane_operator to pitgate_app;
grant select on lane_operator_history, manual_act, later_photo, quota, tare_sharing to pitgate_app;

do $$
declare one text;
begin
  foreach one in array array['lane_operator', 'lane_operator_history', 'manual_act', 'later_photo', 'quota', 'tare_sharing', 'ticket_claim']
  loop
    execute format('alter table %I enable row level security', one);
    execute format('alter table %I force row level security', one);
    execute format('create policy serves on %I to pitgate_ingest using (true) with check (true)', one);
  end loop;
end $$;
create policy seen on lane_operator to pitgate_app using (sees(site, county, null) and asking_role() <> 'operator');
create policy seen on lane_operator_history to pitgate_app using (sees(site, county, null) and asking_role() <> 'operator');
create policy seen on manual_act to pitgate_app using (sees(site, county, null));
create policy seen on later_photo to pitgate_app using (sees(site, county, null));
create policy seen on quota to pitgate_app using (sees(site, county, null));
create policy seen on tare_sharing to pitgate_app using (asking_role() in ('city', 'county'));
