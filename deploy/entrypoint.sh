#!/bin/sh
# Read SECRET_KEY from SECRET_KEY_FILE (a mounted secret, or a file on a volume that the first start creates), then run
# the command.
set -eu

if [ -z "${SECRET_KEY:-}" ] && [ -n "${SECRET_KEY_FILE:-}" ]; then
    if [ ! -s "$SECRET_KEY_FILE" ]; then
        (umask 077 && python -c 'import secrets; print(secrets.token_urlsafe(50))' >"$SECRET_KEY_FILE.new")
        mv "$SECRET_KEY_FILE.new" "$SECRET_KEY_FILE"
    fi
    SECRET_KEY=$(cat "$SECRET_KEY_FILE")
    export SECRET_KEY
fi

exec "$@"
