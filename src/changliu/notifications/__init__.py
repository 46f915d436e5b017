"""Messages to members: inbox, mail, chat."""
