"""Django's PostgreSQL backend with a time limit for answers, for processes that must not wait forever."""
