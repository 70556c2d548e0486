-- An alarm's id is made of these columns. Two unique keys on one row let an upsert by the one fail at the other: express and chain in the
-- same moment, and the record went to quarantine. What looks alarms up by occurrence (ingest/alarms.ts) has its index.
alter table alarm drop constraint alarm_site_agent_epoch_kind_occurrence_key;
create index alarm_by_occurrence on alarm (site, agent, kind, occurrence);
