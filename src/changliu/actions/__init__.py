"""What an automation, a button or an approval outcome may do."""
