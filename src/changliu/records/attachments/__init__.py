"""Files in records: who may attach one, and who reads it through a record that holds it."""
