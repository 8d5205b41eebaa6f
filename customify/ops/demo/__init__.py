"""`manage.py demo`: the whole service on one machine, as real processes, with nothing to install beside it."""
