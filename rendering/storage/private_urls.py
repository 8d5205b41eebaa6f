"""Signed URLs of private files on a local disk: each is valid for one file and expires; signed with SECRET_KEY."""

import time

from django.core.signing import BadSignature, Signer

from rendering.storage.signing_windows import window_start

_SALT = "customify.private-file"


def sign_key(key: str, expires: int) -> str:
    """Return ``KEY?until=UNIX&signature=…``, valid for at most ``expires`` s and at least half of that."""
    until = window_start(time.time(), expires) + expires
    return f"{key}?until={until}&signature={_make_signer().signature(_signed_text(key, until))}"


def has_valid_signature(key: str, until: str, signature: str) -> bool:
    """Tell whether the signature belongs to this file and has not expired; compares in constant time."""
    if not (until.isascii() and until.isdecimal() and len(until) < 12 and signature.isascii()):
        return False
    try:
        _make_signer().unsign(f"{_signed_text(key, int(until))}:{signature}")
    except BadSignature:
        return False
    return time.time() < int(until)


def _signed_text(key: str, until: int) -> str:
    return f"{key}@{until}"


def _make_signer() -> Signer:
    return Signer(salt=_SALT)
