"""Django's PostgreSQL backend with one bound more: the ENGINE of processes that must not wait forever."""
