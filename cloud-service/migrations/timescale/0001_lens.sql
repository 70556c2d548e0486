-- The lens on TimescaleDB (DESIGN.md D8, D9): applied where the extension is to be had, under the same names as without it. The ledger
-- stays in plain tables: a hypertable's unique key must hold its time column, and would take the same record twice.

create extension if not exists timescaledb;

-- Facts are kept for ever; after two months, when no site is still catching up, they are compressed by site.
select create_hypertable('weighing_fact', by_range('weighed_at', interval '7 days'), migrate_data => true);
alter table weighing_fact set (timescaledb.compress, timescaledb.compress_segmentby = 'site', timescaledb.compress_orderby = 'weighed_at desc');
select add_compression_policy('weighing_fact', interval '60 days');

-- Lane status is telemetry: compressed after a day, gone after a month.
select create_hypertable('lane_status', by_range('at', interval '1 day'), migrate_data => true);
alter table lane_status set (timescaledb.compress, timescaledb.compress_segmentby = 'site, lane', timescaledb.compress_orderby = 'at desc');
select add_compression_policy('lane_status', interval '1 day');
select add_retention_policy('lane_status', interval '30 days');

-- Hourly tonnage, what is newer than the last refresh added at the time of asking. A site may have been offline for weeks: the window
-- that is refreshed is wider than any outage, else late weighings would never be counted (timescaledb#1428, #2285).
drop view tonnage_hourly;
create materialized view tonnage_hourly with (timescaledb.continuous, timescaledb.materialized_only = false) as
  select time_bucket(interval '1 hour', weighed_at) as hour, site, county, carrier, count(*)::bigint as loads, sum(net_kg)::bigint as net_kg
  from weighing_fact where kind = 'gross' and pass = 'coal' and verdict = 'open' group by 1, 2, 3, 4
  with no data;
select add_continuous_aggregate_policy('tonnage_hourly', start_offset => interval '45 days', end_offset => interval '1 hour', schedule_interval => interval '30 minutes');
grant select on tonnage_hourly to pitgate_ingest, pitgate_lens;
