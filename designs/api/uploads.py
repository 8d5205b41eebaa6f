"""Reading an uploaded file: one, as multipart, no larger than it may be, on disk and not in memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http.multipartparser import MultiPartParser as DjangoMultiPartParser
from django.http.multipartparser import MultiPartParserError
from rest_framework.parsers import BaseParser, DataAndFiles

from designs.api.errors import BodyTooLarge, InvalidInput, ProblemItem


class LimitedUploadHandler(TemporaryFileUploadHandler):
    """Writes a file to a temporary one, and stops at ASSET_MAX_BYTES.

    Named in FILE_UPLOAD_HANDLERS too: for somebody who is logged in, Django reads the body itself, to find its token.
    """

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a piece of the file; BodyTooLarge once it is larger than any asset may be."""
        if start + len(raw_data) > settings.ASSET_MAX_BYTES:
            raise BodyTooLarge(settings.ASSET_MAX_BYTES)
        super().receive_data_chunk(raw_data, start)


class UploadParser(BaseParser):
    """`multipart/form-data` with one file."""

    media_type = "multipart/form-data"

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> DataAndFiles[Any, Any]:
        """Return the fields and files; raises BodyTooLarge and InvalidInput."""
        context = parser_context or {}
        meta = {**context["request"].META, "CONTENT_TYPE": media_type}
        try:
            parser = DjangoMultiPartParser(meta, stream, [LimitedUploadHandler()], context.get("encoding"))
            return DataAndFiles(*parser.parse())
        except (TooManyFilesSent, TooManyFieldsSent, RequestDataTooBig) as error:
            message = "Send one file, in the field called file, and nothing else."
            raise InvalidInput([ProblemItem("#", "too_many_parts", message)]) from error
        except MultiPartParserError as error:
            message = "The body cannot be read as multipart/form-data with one file and a name of ordinary length."
            raise InvalidInput([ProblemItem("#", "invalid_multipart", message)]) from error


def strip_csrf_token(fields: Any) -> dict[str, Any]:
    """Return the fields of a form less the token that a browser sends with it."""
    return {name: fields[name] for name in fields if name != "csrfmiddlewaretoken"}


def get_file_name(upload: UploadedFile) -> str:
    """Return what the upload calls itself."""
    return upload.name or ""
