"""From what botocore raises to one error that names the cause and the mend."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, NoCredentialsError, ProfileNotFound

from rendering.storage.files import StorageUnavailable

_FIXES = {
    "AccessDenied": "Check S3_BUCKET_NAME, and allow s3:PutObject, s3:GetObject and s3:DeleteObject on its objects.",
    "403": "Check S3_BUCKET_NAME, and allow s3:GetObject on its objects.",
    "AllAccessDisabled": "Ask the bucket's owner: access to it has been switched off.",
    "AuthorizationHeaderMalformed": "Set AWS_REGION to the bucket's own region.",
    "EntityTooLarge": "A single object may be 5 GB at most.",
    "ExpiredToken": "Renew the temporary credentials, or use a role, which renews them by itself.",
    "InvalidAccessKeyId": "Set AWS_ACCESS_KEY_ID to a key that exists and is active.",
    "InvalidToken": "Set AWS_SESSION_TOKEN to the token that belongs to the temporary keys.",
    "NoSuchBucket": "Set S3_BUCKET_NAME to an existing bucket, or create it.",
    "PermanentRedirect": "Set AWS_REGION to the bucket's own region.",
    "RequestTimeTooSkewed": "Set this machine's clock.",
    "SignatureDoesNotMatch": "Set AWS_SECRET_ACCESS_KEY to the secret of AWS_ACCESS_KEY_ID.",
    "SlowDown": "The store asks for fewer requests; they are tried again later.",
}
_UNREACHABLE_FIX = "Check AWS_REGION, S3_ENDPOINT_URL and the network; it is tried again later."
_NO_CREDENTIALS_FIX = "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give this machine a role."
_OTHER_FIX = "If it lasts, look the code up in the store's documentation."


def get_error_code(error: ClientError) -> str:
    """Return the store's own error code, or the HTTP status as text where an answer had no body."""
    return str(error.response.get("Error", {}).get("Code", "unknown"))


@contextmanager
def translate_errors(bucket: str) -> Iterator[None]:
    """Turn botocore's errors into StorageUnavailable, naming the bucket, the cause and the mend."""
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
    except (BotoCoreError, HTTPClientError) as error:
        raise _unavailable(bucket, str(error).strip(" ."), _UNREACHABLE_FIX) from error


def _unavailable(bucket: str, cause: str, mend: str) -> StorageUnavailable:
    return StorageUnavailable(f"S3 bucket {bucket!r} failed: {cause}. {mend}")
