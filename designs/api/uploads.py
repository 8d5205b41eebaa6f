"""Reads one uploaded file from a multipart body, to a temporary file on disk, up to ASSET_MAX_BYTES."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http.multipartparser import MultiPartParser as DjangoMultiPartParser
from django.http.multipartparser import MultiPartParserError
from rest_framework.parsers import BaseParser, DataAndFiles

from designs.api.error_mapping import map_service_errors
from designs.api.errors import BodyTooLarge, InvalidInput, ProblemItem
from rendering.ingest.temporary import name_temporary_folder


class LimitedUploadHandler(TemporaryFileUploadHandler):
    """Writes an upload to a temporary file, and stops at ASSET_MAX_BYTES.

    It is also in FILE_UPLOAD_HANDLERS, because for users who are logged in Django reads the body itself, to find the
    CSRF token.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Create the temporary file; Unavailable if that is not possible."""
        with map_temporary_files():
            super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write a chunk; BodyTooLarge if the file is then larger than ASSET_MAX_BYTES, Unavailable without room."""
        if start + len(raw_data) > settings.ASSET_MAX_BYTES:
            raise BodyTooLarge.of_file(settings.ASSET_MAX_BYTES)
        with map_temporary_files(), ExitStack() as stack:
            stack.callback(self.file.close)  # deletes it
            super().receive_data_chunk(raw_data, start)
            self.file.flush()  # a full disk shows here, not when the file is closed
            stack.pop_all()


@contextmanager
def map_temporary_files() -> Iterator[None]:
    """Raise Unavailable for an OSError of temporary files, and log which folder it is."""
    with map_service_errors(), name_temporary_folder():
        yield


class UploadParser(BaseParser):
    """Parses `multipart/form-data` with one file."""

    media_type = "multipart/form-data"

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> DataAndFiles[Any, Any]:
        """Return the fields and files; raises BodyTooLarge or InvalidInput."""
        context = parser_context or {}
        meta = {**context["request"].META, "CONTENT_TYPE": media_type}
        try:
            parser = DjangoMultiPartParser(meta, stream, [LimitedUploadHandler()], context.get("encoding"))
            return DataAndFiles(*parser.parse())
        except (TooManyFilesSent, TooManyFieldsSent, RequestDataTooBig) as error:
            message = "Send one file, in the field `file`, and nothing else."
            raise InvalidInput([ProblemItem("#", "too_many_parts", message)]) from error
        except MultiPartParserError as error:
            message = "The body is not valid multipart/form-data, or the file name is too long."
            raise InvalidInput([ProblemItem("#", "invalid_multipart", message)]) from error


def strip_csrf_token(fields: Any) -> dict[str, Any]:
    """Return the fields of a form without the CSRF token that a browser sends with it."""
    return {name: fields[name] for name in fields if name != "csrfmiddlewaretoken"}


def get_file_name(upload: UploadedFile) -> str:
    """Return the file name that the client sent, or ""."""
    return upload.name or ""
