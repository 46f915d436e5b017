"""畅流 Changliu: a zero-code platform whose first application is sales management."""
