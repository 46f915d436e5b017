"""Bytes and metadata of uploads: streamed to disk, kept once per workspace and content, handed out
to those who may read a record that holds them. Asks records who may read (`Readers`)."""
