"""Translates botocore's errors into StorageUnavailable, which names the cause and the fix."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, NoCredentialsError, ProfileNotFound
from botocore.parsers import ResponseParserError

from rendering.storage.files import StorageUnavailable

_FIXES = {
    "AccessDenied": "Check S3_BUCKET_NAME, and allow s3:PutObject, s3:GetObject and s3:DeleteObject on its objects.",
    "403": "Check S3_BUCKET_NAME, and allow s3:GetObject on its objects.",
    "AllAccessDisabled": "Ask the owner of the bucket: access to it has been disabled.",
    "AuthorizationHeaderMalformed": "Set AWS_REGION to the bucket's own region.",
    "EntityTooLarge": "An object may have at most 5 GB.",
    "ExpiredToken": "Renew the temporary credentials, or use a role, which renews them automatically.",
    "InvalidAccessKeyId": "Set AWS_ACCESS_KEY_ID to a key that exists and is active.",
    "InvalidToken": "Set AWS_SESSION_TOKEN to the token that belongs to the temporary keys.",
    "NoSuchBucket": "Set S3_BUCKET_NAME to an existing bucket, or create it.",
    "PermanentRedirect": "Set AWS_REGION to the bucket's own region.",
    "RequestTimeTooSkewed": "Correct this machine's clock.",
    "SignatureDoesNotMatch": "Set AWS_SECRET_ACCESS_KEY to the secret of AWS_ACCESS_KEY_ID.",
    "SlowDown": "The store asks for fewer requests; they are retried later.",
}
_UNREACHABLE_FIX = "Check AWS_REGION, S3_ENDPOINT_URL and the network; the request is retried later."
_NO_CREDENTIALS_FIX = "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give this machine a role."
_OTHER_FIX = "If it persists, look up the code in the documentation of the store."


def get_error_code(error: ClientError) -> str:
    """Return the store's error code, or the HTTP status as text if the response had no body."""
    return str(error.response.get("Error", {}).get("Code", "unknown"))


@contextmanager
def translate_errors(bucket: str) -> Iterator[None]:
    """Raise botocore's errors as StorageUnavailable with the bucket, the cause and the fix."""
    try:
        yield
    except ClientError as error:
        message = str(error.response.get("Error", {}).get("Message", "")).strip(" .")
        cause = f"{error.operation_name} was refused with {get_error_code(error)}" + (
            f" ({message})" if message else ""
        )
        raise _unavailable(bucket, cause, _FIXES.get(get_error_code(error), _OTHER_FIX)) from error
    except (NoCredentialsError, ProfileNotFound) as error:
        raise _unavailable(bucket, str(error).strip(" ."), _NO_CREDENTIALS_FIX) from error
    except (BotoCoreError, HTTPClientError, ResponseParserError) as error:
        raise _unavailable(bucket, str(error).strip(" ."), _UNREACHABLE_FIX) from error


def _unavailable(bucket: str, cause: str, fix: str) -> StorageUnavailable:
    return StorageUnavailable(f"S3 bucket {bucket!r} failed: {cause}. {fix}")
