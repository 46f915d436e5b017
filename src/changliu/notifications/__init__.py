"""Messages to members: the inbox, live. Written by jobs, once each; worded when they are read."""
