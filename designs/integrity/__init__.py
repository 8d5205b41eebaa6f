"""Compares what the storage holds with what rows say, and mends what can be: for operators, after an accident.

`expected` reads from rows which files there must be, `compare` measures the stored ones, `repair` mends those that are
missing or damaged, `orphans` finds stored files that no row accounts for, and `run` does all of that page by page.
`backup` compares a database dump with a copy of the files, without restoring either.
"""
