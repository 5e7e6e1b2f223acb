"""Files that come with a record: what is let in, and keeping it sealed.

What a file is, its bytes say; its name must agree. Photographs are refused whatever they are called: an injury is
described in words and on the body map.
"""

from __future__ import annotations

import errno
import io
import re
import socket
import struct
import unicodedata
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import puremagic
from django.conf import settings
from django.db import OperationalError, transaction
from django.utils.http import content_disposition_header

from .models import RecordKey, SealedFile, SealedFileContent
from .uploads import MAX_FILE_BYTES, MAX_REQUEST_BYTES

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from lps_safeguarding.people.models import User

MAX_NAME = 120
MAX_UNPACKED_BYTES = 100 * 1024 * 1024
MAX_PACKED_PARTS = 5_000
MAX_RATIO = 200
SCAN_SECONDS = 30
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "rtf": "application/rtf",
    "txt": "text/plain",
    "eml": "message/rfc822",
    "msg": "application/vnd.ms-outlook",
}

NO_PHOTOGRAPHS = (
    "This is a picture, and no pictures are kept here. Describe the injury in words and mark it on the body map; "
    "do not photograph a child. Delete the picture if you took one."
)
KINDS = "PDF, Word (docx), OpenDocument text (odt), RTF, plain text, e-mail (eml or msg) or Excel (xlsx)"
UNKNOWN = f"This kind of file cannot be kept here. Save it as one of these and attach it again: {KINDS}."


class Refused(Exception):
    """The file is not taken; the message is a sentence that says what to do."""


@dataclass(frozen=True)
class CheckedFile:
    """A file that may be stored. Only :func:`check_upload` makes one."""

    name: str
    kind: str
    content: bytes = field(repr=False)

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.content)


def check_upload(uploaded: UploadedFile) -> CheckedFile:
    """Looks at an uploaded file: size, name, content, viruses. Raises :class:`Refused` with a sentence."""
    content = received(uploaded)
    name = clean_name(uploaded.name or "")
    stem, dot, extension = name.rpartition(".")
    extension = extension.lower() if dot and stem else ""
    if is_picture(content) or extension in PICTURE_EXTENSIONS:
        raise Refused(NO_PHOTOGRAPHS)
    if extension not in CONTENT_TYPES:
        raise Refused(UNKNOWN)
    kind = _kind_of(content, extension)
    if kind != extension:
        raise Refused(
            f"The name says that this is a {extension} file, and its content is something else. Open it, save it as "
            f"one of these and attach it again: {KINDS}."
        )
    scan(content)
    return CheckedFile(name=name, kind=kind, content=content)


def received(uploaded: UploadedFile) -> bytes:
    """The bytes of an upload that arrived whole and is not too big; nobody has looked at them yet.

    Raises :class:`Refused` with a sentence.
    """
    size = uploaded.size or 0
    if size > MAX_FILE_BYTES:
        raise Refused(
            f"This file is bigger than {_megabytes(MAX_FILE_BYTES)}. Split it, or save it in a smaller form, "
            "and attach it again."
        )
    if getattr(uploaded, "was_dropped", False):
        raise Refused(f"These files are together bigger than {_megabytes(MAX_REQUEST_BYTES)}. Attach fewer at a time.")
    content = _read(uploaded)
    if not content:
        raise Refused("This file is empty. Check that it opens on your device, and attach it again.")
    return content


def store(checked: CheckedFile, *, key: RecordKey, by: User) -> SealedFile:
    """Seals a checked file under the record's key and stores it in the current transaction.

    Raises :class:`Refused` when the database has no room left; nothing is stored then.
    """
    try:
        with transaction.atomic():
            sealed = SealedFile(key=key, name=checked.name, kind=checked.kind, size=checked.size, stored_by=by)
            sealed.save(force_insert=True)
            SealedFileContent(key=key, file=sealed, content=checked.content).save(force_insert=True)
    except OperationalError as failure:
        if getattr(failure.__cause__, "sqlstate", None) in ("53100", "53200"):  # disk full, out of memory
            raise Refused(_NO_ROOM) from None
        raise
    return sealed


def open_bytes(sealed_file: SealedFile) -> bytes:
    """The content of a stored file. Raises :class:`Refused` when it was destroyed, CannotOpen when tampered with."""
    if sealed_file.key.is_destroyed:
        raise Refused("The content of this file was destroyed.")
    row = SealedFileContent.objects.get(pk=sealed_file.pk)
    if row.key_id == sealed_file.key_id:
        row.key = sealed_file.key
    return row.content


_NO_ROOM = (
    "There is no room left to keep this file. Everything else you typed is still here: send it without the file, "
    "and tell the person who looks after this system."
)


def _read(uploaded: UploadedFile) -> bytes:
    try:
        uploaded.seek(0)
        return uploaded.read(MAX_FILE_BYTES + 1)
    except OSError as failure:
        if failure.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Refused(_NO_ROOM) from None
        raise Refused("This file did not arrive whole. Attach it again.") from None
    except ValueError:  # the upload was closed half-way
        raise Refused("This file did not arrive whole. Attach it again.") from None


def _megabytes(count: int) -> str:
    return f"{count // (1024 * 1024)} MB"


# --- Names ------------------------------------------------------------------------------------------------------------
_UNSAFE = re.compile(r'[<>:"|?*]')


def clean_name(name: str) -> str:
    """A file name without folders, control or direction-changing characters; at most MAX_NAME characters."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    # Cc control, Cf format (direction overrides, zero width), Cs surrogates, Co private, Zl/Zp line separators
    name = "".join(c for c in name if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
    name = re.sub(r"\s+", " ", _UNSAFE.sub("_", name)).strip(" .")
    stem, dot, extension = name.rpartition(".")
    if not dot:
        stem, extension = name, ""
    stem = stem[: MAX_NAME - len(extension) - 1].rstrip(" .") or "file"
    return f"{stem}.{extension}" if extension and len(extension) <= 10 else stem


# --- Pictures ---------------------------------------------------------------------------------------------------------
PICTURE_EXTENSIONS = frozenset(
    """png jpg jpeg jpe jfif jp2 jxl gif webp heic heif hif avif tif tiff bmp dib svg svgz ico cur psd ai eps raw arw cr2
    cr3 crw dng nef nrw orf raf rw2 pef srw x3f pcx tga xcf ppm pgm pbm pnm wmf emf mp4 mov m4v avi mkv webm 3gp mpg mpeg
    """.split()
)
_PICTURE_STARTS = (
    b"\x89PNG\r\n\x1a\n",
    b"\x8aMNG\r\n\x1a\n",
    b"\x8bJNG\r\n\x1a\n",
    b"\xff\xd8\xff",  # JPEG
    b"GIF87a",
    b"GIF89a",
    b"BM",  # BMP; checked further below
    b"II*\x00",  # TIFF and most raw formats (DNG, NEF, ARW, CR2)
    b"MM\x00*",
    b"II+\x00",  # BigTIFF
    b"MM\x00+",
    b"IIRO",  # Olympus raw
    b"IIRS",
    b"IIU\x00",  # Panasonic raw
    b"II\x1a\x00\x00\x00HEAPCCDR",  # Canon CRW
    b"FUJIFILMCCD-RAW",
    b"FOVb",  # Sigma
    b"\x00MRM",  # Minolta
    b"8BPS",  # Photoshop
    b"gimp xcf",
    b"\x00\x00\x01\x00",  # icon
    b"\x00\x00\x02\x00",  # cursor
    b"\x00\x00\x00\x0cjP  \r\n\x87\n",  # JPEG 2000
    b"\xff\x4f\xff\x51",
    b"\xff\x0a",  # JPEG XL
    b"\x00\x00\x00\x0cJXL \r\n\x87\n",
    b"\xc5\xd0\xd3\xc6",  # EPS for Windows
    b"\xd7\xcd\xc6\x9a",  # WMF
    b"\x1aE\xdf\xa3",  # Matroska, WebM
    b"\x00\x00\x01\xba",  # MPEG
    b"\x00\x00\x01\xb3",
)
_RIFF_PICTURES = (b"WEBP", b"AVI ")
_SVG = re.compile(rb"<\s*(?:[\w.-]+:)?svg[\s>/]", re.IGNORECASE)


def is_picture(content: bytes) -> bool:
    """Whether the bytes are a picture or a film, whatever the name says."""
    start = content[:64]
    if any(start.startswith(magic) for magic in _PICTURE_STARTS):
        return start[:2] != b"BM" or _is_bitmap(content)
    if start[:4] == b"RIFF" and start[8:12] in _RIFF_PICTURES:
        return True
    if start[4:8] == b"ftyp":  # HEIC, HEIF, AVIF, CR3, MP4, MOV: no document begins so
        return True
    if start[40:44] == b" EMF" and start[:4] == b"\x01\x00\x00\x00":
        return True
    if re.match(rb"P[1-7][\s#]", start):
        return True
    if start.startswith(b"%!PS-Adobe"):
        return True
    return _is_svg(content) or _is_rarer_picture(content)


def _is_rarer_picture(content: bytes) -> bool:
    """Whether puremagic knows the bytes as a picture or film. Words of a plain text may look like one: not asked."""
    if not any(byte < 9 or 13 < byte < 32 for byte in content[:4096]):
        return False
    try:
        found = puremagic.magic_string(content)
    except puremagic.PureError:
        return False
    return bool(found) and found[0].confidence >= 0.4 and str(found[0].mime_type).startswith(("image/", "video/"))


def _is_bitmap(content: bytes) -> bool:
    """A BMP says its header's size; a text may begin with the letters BM too."""
    return len(content) > 18 and struct.unpack("<I", content[14:18])[0] in (12, 40, 52, 56, 64, 108, 124)


def _is_svg(content: bytes) -> bool:
    head = content[:65_536]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head.decode("utf-16", errors="ignore").encode()
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return head[:1] == b"<" and _SVG.search(head) is not None


# --- Kinds ------------------------------------------------------------------------------------------------------------
def _kind_of(content: bytes, extension: str) -> str:
    """The kind the bytes are, or Refused. Plain text and e-mail have no magic number: they are checked as text."""
    if content[:1024].lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(b"%PDF-"):
        return "pdf"
    if content.startswith(b"PK"):
        return packed_kind(content)
    if content.startswith(b"{\\rtf"):
        return "rtf"
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _compound_kind(content)
    if extension in ("txt", "eml"):
        text = _as_text(content)
        return "eml" if extension == "eml" and _looks_like_mail(text) else "txt"
    raise Refused(UNKNOWN)


def packed_kind(content: bytes) -> str:
    """docx, xlsx or odt by what is inside, after a look for zip bombs. Nothing is unpacked but the type's own note."""
    damaged = Refused("This file is damaged. Open it, save it again and attach the new one.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            if len(parts) > MAX_PACKED_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
                raise Refused("This file unpacks to far more than a document. Save it as PDF and attach that.")
            names = {part.filename for part in parts}
            for part in parts:
                if part.file_size > 1024 * 1024 and part.file_size > MAX_RATIO * max(part.compress_size, 1):
                    raise Refused("This file unpacks to far more than a document. Save it as PDF and attach that.")
                if part.flag_bits & 0x1:
                    raise Refused("This file is locked with a password. Save it without the password and attach that.")
                if part.filename.startswith("/") or ".." in part.filename.split("/"):
                    raise damaged
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                raise Refused("This file holds a program (macros). Save it without macros and attach that.")
            if "mimetype" in names and packed.getinfo("mimetype").file_size < 200:
                if packed.read("mimetype").strip() == CONTENT_TYPES["odt"].encode():
                    return "odt"
                raise Refused(UNKNOWN)
            if "[Content_Types].xml" in names:
                if "word/document.xml" in names:
                    return "docx"
                if "xl/workbook.xml" in names:
                    return "xlsx"
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError, OSError):
        raise damaged from None
    raise Refused(UNKNOWN)


def _compound_kind(content: bytes) -> str:
    """msg among the old Office formats: by the names that Outlook gives to its parts."""
    if "__properties_version1.0".encode("utf-16-le") in content and "__substg1.0_".encode("utf-16-le") in content:
        return "msg"
    raise Refused(f"This is an older Office file. Save it as one of these and attach it again: {KINDS}.")


def _as_text(content: bytes) -> str:
    """The content as text. Refused when it is not."""
    for encoding in ("utf-8-sig", "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not any(unicodedata.category(c) == "Cc" and c not in "\n\r\t\f\x1a" for c in text):
            return text
    raise Refused("This is not plain text. Open it, save it as PDF and attach that.")


_MAIL_HEADER = re.compile(
    r"^(?:From|Received|Return-Path|Date|Subject|MIME-Version|Message-ID|Delivered-To|X-[\w-]+):", re.I | re.M
)


def _looks_like_mail(text: str) -> bool:
    head = text.lstrip()[:20_000].replace("\r\n", "\n").split("\n\n", 1)[0]
    return len(_MAIL_HEADER.findall(head)) >= 2


# --- Viruses ----------------------------------------------------------------------------------------------------------
def scan(content: bytes) -> None:
    """Has clamd look at the content, when there is one (CLAMAV_ADDRESS). Never takes a file that was not looked at."""
    address = settings.CLAMAV_ADDRESS
    if not address:
        return
    host, _, port = address.rpartition(":")
    try:
        answer = _ask_scanner(host.strip("[]"), int(port), content)
    except (OSError, ValueError):
        raise Refused(
            "This file could not be checked for viruses just now. Everything else you typed is still here: send it "
            "without the file, and attach the file later."
        ) from None
    if answer == "stream: OK":
        return
    if answer.endswith(" FOUND"):
        raise Refused(
            "This file carries a virus. Do not open it again, and tell the person who looks after computers."
        )
    raise Refused(
        "This file could not be checked for viruses. Everything else you typed is still here: send it without the "
        "file, and attach the file later."
    )


def _ask_scanner(host: str, port: int, content: bytes) -> str:
    """clamd's answer to the content (INSTREAM: chunks with their length before them, then a zero)."""
    with socket.create_connection((host, port), timeout=SCAN_SECONDS) as connection:
        connection.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), 1 << 16):
            chunk = content[start : start + (1 << 16)]
            connection.sendall(struct.pack(">I", len(chunk)) + chunk)
        connection.sendall(struct.pack(">I", 0))
        answer = b""
        while not answer.endswith(b"\0"):
            more = connection.recv(4096)
            if not more:
                break
            answer += more
    return answer.rstrip(b"\0").decode("utf-8", errors="replace").strip()


def download_headers(sealed_file: SealedFile) -> dict[str, str]:
    """Headers under which a browser saves the file and never shows or runs it."""
    return {
        "Content-Type": CONTENT_TYPES[sealed_file.kind],
        "Content-Disposition": content_disposition_header(True, sealed_file.name) or "attachment",
        "Content-Length": str(sealed_file.size),
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "no-store",
    }
