"""Who acts: workspaces, accounts, members, teams, roles, workspace rights, sessions, tokens."""
