-- A workspace at rest: people work in it, but no job, timer or cron runs until it is resumed. A
-- restore sets it before this program's migrations ran, so the column may be there.
ALTER TABLE changliu.workspace ADD COLUMN IF NOT EXISTS paused_at timestamptz;
