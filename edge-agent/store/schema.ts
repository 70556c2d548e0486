/**
 * The tables of the edge store, one step per version; each runs once, all missing ones in one transaction. Forward only, never edited
 * after a release. Amounts carry their unit in the name; moments are ISO text; JSON columns are canonical bytes.
 */
export const SCHEMA: readonly string[] = [
  `
  create table fact (name text primary key, value text not null) strict;

  -- One row per epoch. Delivered is everything up to receipted_upto: the cloud's receipts move it and nothing else does.
  create table epoch (
    number integer primary key, epoch text not null unique,
    receipted_upto integer not null default 0, receipted_hash text not null,
    -- From here on the bytes no longer match their hashes: kept for the inquiry, never sent as if they were good.
    broken_from integer
  ) strict;

  create table journal (
    epoch text not null references epoch (epoch), seq integer not null, kind text not null, at text not null,
    bytes text not null, hash text not null, signature text, primary key (epoch, seq)
  ) strict;
  create index journal_alarms on journal (epoch, seq) where kind = 'alarm';
  -- An occurrence is raised once in an epoch, however often somebody notices it.
  create table raised (epoch text not null, kind text not null, occurrence text not null, primary key (epoch, kind, occurrence)) strict;

  create table lane (
    lane text primary key, state text not null,
    -- The newest weighing of the lane: what later records of the same visit point to.
    visit integer, epoch text, seq integer
  ) strict;

  -- One-use open tokens. A row exists from the ink on; outcome stays null until the relay board has answered or a restart says unknown.
  create table token (
    number integer primary key autoincrement, token text not null unique, lane text not null, gate text not null, visit integer, why text not null,
    epoch text not null, seq integer, minted_at text not null, outcome text, passage integer
  ) strict;
  create index token_open on token (number) where outcome is null;
  create index token_of_visit on token (lane, gate, visit);

  create table ticket (
    number text primary key, plate_key text not null, signed text not null, signature text not null, state text not null,
    voided integer not null default 0, order_seq integer not null, tare text, used_at text
  ) strict;
  create index ticket_by_plate on ticket (plate_key, order_seq);

  create table vehicle (plate text primary key, plate_key text not null, body text not null) strict;
  create index vehicle_by_plate on vehicle (plate_key);
  create table policy (version integer primary key, signed text not null) strict;

  -- Where the stream of orders stands, and what in it could not be obeyed.
  create table order_head (one integer primary key check (one = 1), epoch text not null, seq integer not null, hash text not null) strict;
  create table refused_order (epoch text not null, seq integer not null, why text not null, bytes text not null, primary key (epoch, seq)) strict;

  -- Tapes and photos by hash. wanted: it shall travel; it does once its record (epoch, seq) is receipted.
  create table evidence (
    hash text primary key, kind text not null, bytes blob not null, size integer not null,
    epoch text, seq integer, wanted integer not null default 0, sent integer not null default 0, refused text
  ) strict;
  create index evidence_of_record on evidence (epoch, seq);
  create index evidence_wanted on evidence (wanted, sent) where wanted = 1 and sent = 0;
  `,
  `
  -- How often a weighing's slip went to paper: the second time it says that it is a reprint.
  create table slip (epoch text not null, seq integer not null, printed integer not null, primary key (epoch, seq)) strict;
  `,
  `
  -- Tags and cards of registered vehicles by their key: a second identity. One that two vehicles have names neither.
  create table vehicle_tag (tag_key text not null, plate text not null, primary key (tag_key, plate)) strict;
  create index vehicle_tag_of_plate on vehicle_tag (plate);
  `,
  `
  -- People who may sign in at this site's console: the newest order about each, and how often his credential was wrong since it was right.
  create table operator (
    id text primary key, body text not null, failures integer not null default 0, locked_until text
  ) strict;

  -- Tares by truck, this site's own and those the cloud sent, newest by their moment.
  create table truck_tare (
    site text not null, epoch text not null, seq integer not null, plate_key text not null, at text not null, body text not null,
    primary key (site, epoch, seq)
  ) strict;
  create index truck_tare_by_plate on truck_tare (plate_key, at);
  -- Weighings by truck, as short as a finding needs them; kept as long as one looks back.
  create table truck_weighing (
    epoch text not null, seq integer not null, plate_key text not null, at text not null, body text not null, primary key (epoch, seq)
  ) strict;
  create index truck_weighing_by_plate on truck_weighing (plate_key, at);
  create index truck_weighing_by_age on truck_weighing (at);

  create table quota (month text primary key, limit_kg integer not null) strict;
  create table released (month text primary key, kg integer not null) strict;

  -- What a person found when he looked at a scale, and the zeros its empty platform showed, at most one an hour.
  create table scale_check (lane text not null, what text not null, at text not null, body text not null, primary key (lane, what, at)) strict;
  create table zero_seen (lane text not null, hour text not null, at text not null, kg integer not null, primary key (lane, hour)) strict;
  `,
  `
  -- Of which visit a piece is, when it was kept, and how urgently it travels: 0 not at all by itself, 1 a vehicle that was not let go,
  -- 2 somebody asked, 3 an alarm.
  alter table evidence add column lane text;
  alter table evidence add column visit integer;
  alter table evidence add column kept_at text;
  alter table evidence add column urgency integer not null default 0;
  create index evidence_of_visit on evidence (lane, visit, urgency);
  -- Both hold all their questions need: a row's own columns lie behind its bytes, and looking at them would read the picture.
  create index evidence_to_travel on evidence (urgency desc, kept_at, hash, kind, epoch, seq, size, wanted, sent, refused)
    where wanted = 1 and sent = 0 and refused is null;
  create index evidence_to_drop on evidence (kind, kept_at, hash, lane, visit, epoch, seq, wanted, sent, refused, size);
  drop index evidence_wanted;
  `,
  `
  -- An epoch that came out of a backup: the cloud may hold more of it.
  alter table epoch add column restored integer not null default 0;
  `,
  `
  -- Tickets signed ahead, and which numbers of them went out. stopped: 'withdrawn' by an order, 'put-back' where this store was restored.
  create table booklet (
    booklet text primary key, signed text not null, order_seq integer not null, drawn integer not null default 0,
    drawn_kg integer not null default 0, stopped text, keep_until text not null
  ) strict;
  -- The record that drew each: a serial and a number go out once.
  create table drawn_ticket (
    number text primary key, booklet text not null, serial integer not null, epoch text not null, seq integer not null, unique (booklet, serial)
  ) strict;
  -- 0: drawn here. The cloud's stream of orders does not have it, so the hash of the book does not either.
  alter table ticket add column ordered integer not null default 1;
  `,
]
