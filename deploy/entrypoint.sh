#!/bin/sh
# Create the file of the secret key if it is named and missing, check the settings before a web server starts, then run
# the command.
set -eu

if [ -z "${SECRET_KEY:-}" ] && [ -n "${SECRET_KEY_FILE:-}" ] && [ ! -s "$SECRET_KEY_FILE" ]; then
    (umask 077 && python -c 'import secrets; print(secrets.token_urlsafe(50))' >"$SECRET_KEY_FILE.new")
    mv "$SECRET_KEY_FILE.new" "$SECRET_KEY_FILE"
fi

# uvicorn starts processes that end at once again, for ever. Commands of manage.py check the settings themselves.
if [ "${1:-}" = uvicorn ]; then
    python manage.py check >/dev/null
fi

exec "$@"
