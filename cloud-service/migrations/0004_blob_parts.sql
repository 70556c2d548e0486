-- Evidence on its way in parts (blobs/parts.ts): each part is durable before it is acknowledged, and an upload goes on where it stopped.
-- The parts of a site's blob are contiguous from 0; they go when the whole has the hash it is named by, or after a week of silence.
create table blob_part (
  site text not null, hash text not null, at_byte integer not null check (at_byte >= 0), bytes bytea not null, stored_at timestamptz(3) not null default now(),
  primary key (site, hash, at_byte)
);
alter table blob_part enable row level security;
alter table blob_part force row level security;
create policy serves on blob_part to pitgate_ingest using (true) with check (true);
grant select, insert, delete on blob_part to pitgate_ingest;
