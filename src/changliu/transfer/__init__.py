"""Import and export: files to changesets and back.

A file is read as a stream (`reader`), its columns are mapped to fields (`mapping`, `columns`),
cells become wire values column by column (`cells`), names become ids set-based (`links`), and each
batch goes through `records` in a transaction that also moves the import's cursor (`service`).
"""
