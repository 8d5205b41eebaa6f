"""`manage.py smoke`: tests every part of a deployment."""
