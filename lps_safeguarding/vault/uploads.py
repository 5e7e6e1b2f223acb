"""Uploads stay in memory until they are encrypted: nothing of a case is written to a disk in plain."""

import io
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopFutureHandlers

MAX_FILE_BYTES = 10 * 1024 * 1024
MAX_REQUEST_BYTES = 40 * 1024 * 1024


class InMemoryUploadHandler(FileUploadHandler):
    """Keeps up to MAX_FILE_BYTES of a file and MAX_REQUEST_BYTES of a request, and lets the rest pass by.

    Of a file that is too big only the true size is kept, so that ``files.check_upload`` can refuse it with a sentence
    and the rest of the form survives.
    """

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.kept_in_request = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.kept: io.BytesIO | None = io.BytesIO()
        raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.kept is None:
            return
        if start + len(raw_data) > MAX_FILE_BYTES or self.kept_in_request + len(raw_data) > MAX_REQUEST_BYTES:
            self.kept_in_request -= self.kept.tell()
            self.kept = None
            return
        self.kept_in_request += len(raw_data)
        self.kept.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        kept = self.kept if self.kept is not None else io.BytesIO()
        kept.seek(0)
        upload = InMemoryUploadedFile(
            file=kept,
            field_name=self.field_name,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )
        upload.was_dropped = self.kept is None  # type: ignore[attr-defined]
        return upload
