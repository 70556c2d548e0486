-- However long a site was away, its tonnage counts: the first refresh policy looked 45 days back, and what came later than that was never
-- summed up (the ledger takes ninety days and more). Without a beginning, a refresh still does only the hours in which something has
-- changed; so it may come every five minutes.
select remove_continuous_aggregate_policy('tonnage_hourly', if_exists => true);
select add_continuous_aggregate_policy('tonnage_hourly', start_offset => null, end_offset => interval '1 hour', schedule_interval => interval '5 minutes');
