"""The only SQL of identity: `accounts` in the control schema, `members` in a workspace's."""
