-- Instances of the cloud that are alive, by their own word: as many as there are share the sites (ingest/claim-sites.ts).
create table cloud_instance (holder text primary key, until timestamptz(3) not null);

grant select, insert, update, delete on cloud_instance to pitgate_ingest;
