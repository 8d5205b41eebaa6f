"""`manage.py demo`: the whole service on one machine, as separate processes, without further installation."""
