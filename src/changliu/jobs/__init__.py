"""The one durable table of work: claim, retry, dead letters, cron."""
