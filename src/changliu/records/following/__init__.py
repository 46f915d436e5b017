"""Who wants to hear of a record: who asked to, and who does of their own accord."""
