"""Backups: everything that a deployment keeps, in one file, and from it a deployment again, on either database.

A backup is a tar file: `manifest.json` (what it is, and a digest of every other member), `database.sqlite` and
`files/…`, the data folder's other files.  Whatever the deployment's database is, the backup's is SQLite: copied
page by page from SQLite, table by table from PostgreSQL in one snapshot.  Sealed values stay sealed.  The key
ring is left out unless it is asked for: who finds the file can then read nothing in it.
"""
