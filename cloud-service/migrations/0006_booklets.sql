-- 预授权票册: ticket numbers signed ahead for a site that may be cut off, and every number that was drawn from them.

create table booklet (
  booklet text primary key, site text not null references site, county text not null, carrier text not null references carrier,
  signed jsonb not null, signed_at timestamptz(3) not null, signed_by text not null,
  count integer not null, most_kg integer not null, valid_from timestamptz(3) not null, valid_until timestamptz(3) not null,
  withdrawn_at timestamptz(3), withdrawn_by text, withdrawn_reason text,
  -- In whose stream of orders it stands, and its withdrawal: in one only, because two sites that hear nothing cannot share numbers.
  agent text, order_epoch text, order_seq bigint, withdraw_epoch text, withdraw_seq bigint,
  -- Where the agent's own ledger stood when it first said that the withdrawal is applied: what it drew after this, it drew knowing.
  closed_epoch text, closed_seq bigint
);
create index booklet_newest on booklet (signed_at desc, booklet);
create index booklet_by_site on booklet (site, signed_at desc);
create index booklet_not_closed on booklet (site, agent) where withdraw_seq is not null and closed_seq is null;

-- One row per sealed record of a draw, in order or not: two tickets under one serial are two rows. `beside`: other records have its place in
-- the ledger (ledger_conflict), a copy of the site's computer drew it.
create table booklet_draw (
  site text not null, agent text not null, epoch text not null, seq bigint not null, county text not null,
  booklet text not null, serial bigint not null, number text not null, ticket jsonb not null, ticket_hash text not null, planned_net_kg integer not null,
  drawn_at timestamptz(3) not null, received_at timestamptz(3) not null, operator text not null, dark_since timestamptz(3),
  beside boolean not null, stored_at timestamptz(3) not null default now(),
  primary key (site, agent, epoch, seq, ticket_hash)
);
create index booklet_draw_serial on booklet_draw (booklet, serial);

-- Null: issued here. Else drawn at the site: { booklet, serial, agent, darkSince }.
alter table ticket add column origin jsonb;

grant select, insert on booklet, booklet_draw to pitgate_ingest;
grant update (withdrawn_at, withdrawn_by, withdrawn_reason, agent, order_epoch, order_seq, withdraw_epoch, withdraw_seq, closed_epoch, closed_seq) on booklet to pitgate_ingest;
grant select, insert on booklet to pitgate_app;
grant update (withdrawn_at, withdrawn_by, withdrawn_reason) on booklet to pitgate_app;
grant select on booklet_draw to pitgate_app;

do $$
declare one text;
begin
  foreach one in array array['booklet', 'booklet_draw']
  loop
    execute format('alter table %I enable row level security', one);
    execute format('alter table %I force row level security', one);
    execute format('create policy serves on %I to pitgate_ingest using (true) with check (true)', one);
  end loop;
end $$;
-- Whoever sees the site from inside; a carrier sees the tickets that were drawn for it among its tickets.
create policy seen on booklet to pitgate_app using (sees(site, county, null));
create policy seen on booklet_draw to pitgate_app using (sees(site, county, null));
