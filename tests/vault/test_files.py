"""What may be attached, and how it is kept."""

import errno
import io
import socket
import struct
import threading
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import StopFutureHandlers
from django.db import OperationalError, connection
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from lps_safeguarding.vault import files, keys, sealing
from lps_safeguarding.vault.models import SealedFile, SealedFileContent
from lps_safeguarding.vault.uploads import MAX_FILE_BYTES, MAX_REQUEST_BYTES, InMemoryUploadHandler

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer <<>>\n%%EOF\n"
RTF = b"{\\rtf1\\ansi Robin}"
MAIL = b"From: a@example.org\r\nSubject: Robin\r\nDate: Mon, 3 Nov 2025 10:00:00 +0000\r\n\r\nWords.\r\n"
MSG = (
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    + b"\0" * 600
    + "__substg1.0_0037001F".encode("utf-16-le")
    + "__properties_version1.0".encode("utf-16-le")
)


def packed(*parts: tuple[str, bytes]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    return kept.getvalue()


DOCX = packed(("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w/>"))
XLSX = packed(("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<x/>"))
ODT = packed(("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", b"<o/>"))
ODS = packed(("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", b"<o/>"))

GOOD = {
    "pdf": PDF,
    "docx": DOCX,
    "xlsx": XLSX,
    "odt": ODT,
    "rtf": RTF,
    "txt": "Robin said – “no”.\r\n".encode(),
    "eml": MAIL,
    "msg": MSG,
}
PICTURES = {
    "png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "jpg": b"\xff\xd8\xff\xe0\0\x10JFIF\0",
    "jpeg with exif": b"\xff\xd8\xff\xe1\0\x10Exif\0",
    "gif": b"GIF89a\x01\0\x01\0",
    "webp": b"RIFF\x24\0\0\0WEBPVP8 ",
    "heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
    "avif": b"\0\0\0\x1cftypavif\0\0\0\0",
    "mp4": b"\0\0\0\x20ftypisom\0\0\x02\0",
    "mov": b"\0\0\0\x14ftypqt  \0\0\0\0",
    "tiff little": b"II*\0\x08\0\0\0",
    "tiff big": b"MM\0*\0\0\0\x08",
    "nef or dng": b"II*\0\x08\0\0\0\x10\0",
    "cr2": b"II*\0\x10\0\0\0CR\x02\0",
    "cr3": b"\0\0\0\x18ftypcrx \0\0\0\x01",
    "raf": b"FUJIFILMCCD-RAW 0201",
    "rw2": b"IIU\0\x18\0\0\0",
    "orf": b"IIRO\x08\0\0\0",
    "bmp": b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0" + b"\0" * 40,
    "svg": b'<?xml version="1.0"?>\n<!-- x -->\n<svg xmlns="http://www.w3.org/2000/svg"/>',
    "svg with a prefix": b'<s:svg xmlns:s="http://www.w3.org/2000/svg"></s:svg>',
    "svg in utf-16": '<svg xmlns="http://www.w3.org/2000/svg"/>'.encode("utf-16"),
    "ico": b"\0\0\x01\0\x01\0\x10\x10",
    "psd": b"8BPS\0\x01",
    "jp2": b"\0\0\0\x0cjP  \r\n\x87\n",
    "jxl": b"\xff\x0a\xfa\x7f",
    "webm": b"\x1aE\xdf\xa3\x01\0\0\0",
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0",
    "pnm": b"P6 10 10 255\n",
}


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/octet-stream")


def refusal(name: str, content: bytes) -> str:
    with pytest.raises(files.Refused) as refused:
        files.check_upload(upload(name, content))
    return str(refused.value)


@pytest.mark.parametrize("kind", GOOD)
def test_a_document_of_each_allowed_kind_is_taken(kind):
    checked = files.check_upload(upload(f"Letter.{kind.upper()}", GOOD[kind]))
    assert (checked.kind, checked.content, checked.size) == (kind, GOOD[kind], len(GOOD[kind]))
    assert "Robin" not in repr(checked)


@pytest.mark.parametrize("name", ["pdf", "docx", "txt", "eml", "jpg", "", "PNG"])
@pytest.mark.parametrize("picture", PICTURES)
def test_a_picture_is_refused_whatever_it_is_called(picture, name):
    assert refusal(f"injury.{name}" if name else "injury", PICTURES[picture] + b"\0" * 64) == files.NO_PHOTOGRAPHS
    assert "Describe the injury in words" in files.NO_PHOTOGRAPHS


@pytest.mark.parametrize("extension", ["jpg", "JPEG", "heic", "dng", "svg", "mp4"])
def test_the_name_of_a_picture_is_refused_too(extension):
    assert refusal(f"x.{extension}", b"hello") == files.NO_PHOTOGRAPHS


@pytest.mark.parametrize("kind", GOOD)
@pytest.mark.parametrize("other", GOOD)
def test_name_and_content_must_agree(kind, other):
    if kind == other or ({kind, other} == {"txt", "eml"} and kind == "eml"):
        return
    with pytest.raises(files.Refused):
        files.check_upload(upload(f"x.{other}", GOOD[kind]))


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("x.exe", b"MZ\x90\0\x03", "This kind of file cannot be kept here"),
        ("x.pdf", b"MZ\x90\0\x03", "This kind of file cannot be kept here"),
        ("x.txt", b"MZ\x90\0\x03", "not plain text"),
        ("x.txt", b"hidden \x07 bell", "not plain text"),
        ("x.txt", b"", "is empty"),
        ("x.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "cannot be kept here"),
        ("x.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "older Office file"),
        ("x.odt", ODS, "This kind of file cannot be kept here"),
        ("x.docx", XLSX, "content is something else"),
        ("x.docx", b"PK\x03\x04 broken", "damaged"),
        ("x.docx", packed(("a.txt", b"x")), "This kind of file cannot be kept here"),
        ("x.docx", DOCX[: len(DOCX) // 2], "damaged"),
        ("x.eml", b"no headers at all", "content is something else"),
        ("x", PDF, "This kind of file cannot be kept here"),
        (".pdf", PDF, "This kind of file cannot be kept here"),
        ("x.html", b"<html>", "This kind of file cannot be kept here"),
    ],
)
def test_everything_else_is_refused_with_a_sentence(name, content, sentence):
    assert sentence in refusal(name, content)


def test_a_file_of_exactly_the_limit_is_taken_and_one_byte_more_is_refused():
    whole = PDF + b" " * (MAX_FILE_BYTES - len(PDF))
    assert files.check_upload(upload("x.pdf", whole)).size == MAX_FILE_BYTES
    assert "bigger than 10 MB" in refusal("x.pdf", whole + b" ")


@pytest.mark.parametrize(
    "bomb",
    [
        packed(("[Content_Types].xml", b""), ("word/document.xml", b"\0" * 20_000_000)),
        packed(("[Content_Types].xml", b""), ("word/document.xml", b""), *((f"p{n}", b"") for n in range(5001))),
        packed(("mimetype", b"\0" * 50_000_000)),
    ],
    ids=["one huge part", "very many parts", "a huge note of the type"],
)
def test_a_file_that_unpacks_to_far_more_is_refused_without_unpacking(bomb, monkeypatch):
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *a, **k: pytest.fail("unpacked"))
    assert "unpacks to far more" in refusal("x.docx", bomb)


def test_a_file_with_a_program_or_a_password_inside_is_refused():
    assert "macros" in refusal(
        "x.docx", packed(("[Content_Types].xml", b""), ("word/document.xml", b""), ("word/vbaProject.bin", b"x"))
    )
    locked = bytearray(DOCX)
    at = locked.find(b"PK\x01\x02")
    locked[at + 8] |= 1
    assert "locked with a password" in refusal("x.docx", bytes(locked))


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("..\\..\\windows\\letter.pdf", "letter.pdf"),
        ("/etc/passwd/letter.pdf", "letter.pdf"),
        ("let\x00ter\r\n.pdf", "letter.pdf"),
        ("letter\u202efdp.exe.pdf", "letterfdp.exe.pdf"),
        ("a\u200b\u2066b\u2069.pdf", "ab.pdf"),
        ('a<b>:"c|?*.pdf', "a_b___c___.pdf"),
        ("  . letter . .pdf", "letter.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("Zoë’s note.pdf", "Zoë’s note.pdf"),
        ("", "file"),
        ("...", "file"),
        ("\ud800.pdf", "pdf"),
    ],
)
def test_names_are_cleaned(name, clean):
    assert files.clean_name(name) == clean


@given(st.text(max_size=400))
def test_no_name_escapes_or_breaks_a_header(name):
    clean = files.clean_name(name)
    assert clean
    assert len(clean) <= files.MAX_NAME
    assert not set(clean) & set('/\\\0\r\n"<>')
    assert clean not in (".", "..")
    clean.encode()


@given(st.binary(max_size=400), st.sampled_from([*GOOD, "jpg", ""]))
def test_no_bytes_make_the_check_fall_over(content, extension):
    try:
        checked = files.check_upload(upload(f"x.{extension}", content))
    except files.Refused as refused:
        assert str(refused).endswith(".")
    else:
        assert checked.kind == extension


# --- Trouble --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
def test_an_upload_that_cannot_be_read_is_refused_with_a_sentence(code):
    class Unreadable(io.BytesIO):
        def read(self, *args):
            raise OSError(code, "trouble")

    uploaded = upload("x.pdf", PDF)
    uploaded.file = Unreadable()
    with pytest.raises(files.Refused, match="no room left" if code != errno.EIO else "did not arrive whole"):
        files.check_upload(uploaded)


@pytest.mark.django_db
def test_a_database_without_room_refuses_with_a_sentence_and_keeps_the_transaction(a_staff_member, monkeypatch):
    key = keys.new_record_key()

    class Full(Exception):
        sqlstate = "53100"

    def save(self, *args, **kwargs):
        raise OperationalError("could not extend file") from Full()

    monkeypatch.setattr(SealedFileContent, "save", save)
    with pytest.raises(files.Refused, match="no room left"):
        files.store(files.check_upload(upload("x.pdf", PDF)), key=key, by=a_staff_member)
    assert SealedFile.objects.count() == 0


# --- Keeping --------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_stored_file_comes_back_and_the_database_holds_nothing_of_it(a_staff_member, column):
    key = keys.new_record_key()
    stored = files.store(files.check_upload(upload("Robin.pdf", PDF)), key=key, by=a_staff_member)
    found = SealedFile.objects.with_keys().get(pk=stored.pk)
    assert (found.name, found.kind, found.size, found.stored_by) == ("Robin.pdf", "pdf", len(PDF), a_staff_member)
    assert files.open_bytes(found) == PDF
    assert b"Robin" not in column(found, "name")
    assert b"PDF" not in column(SealedFileContent.objects.get(pk=stored.pk), "content")
    assert "Robin" not in f"{found} {found!r}"


@pytest.mark.django_db
def test_a_list_of_files_never_loads_their_content(a_staff_member, django_assert_num_queries):
    key = keys.new_record_key()
    for number in range(3):
        files.store(files.check_upload(upload(f"{number}.pdf", PDF)), key=key, by=a_staff_member)
    with django_assert_num_queries(1) as queries:
        assert sorted(found.name for found in SealedFile.objects.with_keys()) == ["0.pdf", "1.pdf", "2.pdf"]
    assert "sealedfilecontent" not in str(queries.captured_queries)


@pytest.mark.django_db
def test_the_content_of_one_file_does_not_open_as_another(a_staff_member, as_superuser, settings):
    key = keys.new_record_key()
    first, second = (
        files.store(files.check_upload(upload(f"{n}.txt", b"words")), key=key, by=a_staff_member) for n in range(2)
    )
    row = SealedFileContent.objects.get(pk=first.pk)
    other = SealedFileContent(file=second, key=key)
    other.content = row.__dict__["content"]
    with pytest.raises(sealing.CannotOpen):
        _ = other.content


@pytest.mark.django_db
def test_a_destroyed_file_says_so(a_staff_member):
    key = keys.new_record_key()
    stored = files.store(files.check_upload(upload("x.pdf", PDF)), key=key, by=a_staff_member)
    keys.destroy(key, by=a_staff_member, why="kept long enough")
    with pytest.raises(files.Refused, match="was destroyed"):
        files.open_bytes(SealedFile.objects.get(pk=stored.pk))


@pytest.mark.django_db
def test_a_download_is_saved_and_never_shown(a_staff_member):
    stored = files.store(
        files.check_upload(upload('Zoë "x".txt', b"<script>")), key=keys.new_record_key(), by=a_staff_member
    )
    headers = files.download_headers(stored)
    assert headers["Content-Disposition"].startswith("attachment; ")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"


# --- Viruses --------------------------------------------------------------------------------------------------------
class Scanner(threading.Thread):
    """A clamd that answers as told and keeps what it was sent."""

    def __init__(self, answer: bytes | None) -> None:
        super().__init__(daemon=True)
        self.answer = answer
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.listening.getsockname()[1]}"
        self.received = b""

    def run(self) -> None:
        with self.listening:
            connected, _ = self.listening.accept()
        with connected, connected.makefile("rb") as stream:
            assert stream.read(10) == b"zINSTREAM\0"
            while length := struct.unpack(">I", stream.read(4))[0]:
                self.received += stream.read(length)
            if self.answer is not None:
                connected.sendall(self.answer)


@pytest.fixture
def scanner(settings):
    def start(answer: bytes | None) -> Scanner:
        started = Scanner(answer)
        settings.CLAMAV_ADDRESS = started.address
        started.start()
        return started

    return start


def test_a_clean_file_goes_whole_through_the_scanner(scanner):
    clamd = scanner(b"stream: OK\0")
    content = PDF + b" " * 200_000
    assert files.check_upload(upload("x.pdf", content)).size == len(content)
    clamd.join(10)
    assert clamd.received == content


def test_a_file_with_a_virus_is_refused(scanner):
    scanner(b"stream: Eicar-Signature FOUND\0")
    assert "carries a virus" in refusal("x.txt", b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR")


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b"stream: OKAY\0", b"", None])
def test_a_scanner_that_does_not_say_it_is_clean_lets_nothing_in(scanner, answer):
    scanner(answer)
    assert "could not be checked for viruses" in refusal("x.pdf", PDF)


@pytest.mark.parametrize("address", ["127.0.0.1:1", "127.0.0.1:no", "nowhere"])
def test_a_scanner_that_is_down_lets_nothing_in(settings, address):
    settings.CLAMAV_ADDRESS = address
    assert "could not be checked for viruses just now" in refusal("x.pdf", PDF)


# --- Arriving -------------------------------------------------------------------------------------------------------
def receive(*uploads: tuple[str, bytes]):
    request = RequestFactory().post("/", {f"f{n}": upload(name, content) for n, (name, content) in enumerate(uploads)})
    return [request.FILES[f"f{n}"] for n in range(len(uploads))]


def test_an_upload_never_touches_a_disk(monkeypatch, settings):
    assert settings.FILE_UPLOAD_HANDLERS == ["lps_safeguarding.vault.uploads.InMemoryUploadHandler"]
    monkeypatch.setattr("tempfile.NamedTemporaryFile", lambda *a, **k: pytest.fail("written to a disk"))
    (received,) = receive(("x.pdf", PDF + b" " * 5_000_000))
    assert files.check_upload(received).size == len(PDF) + 5_000_000


def test_of_a_file_too_big_only_the_size_is_kept_and_the_form_survives():
    huge, small = receive(("x.pdf", PDF + b" " * MAX_FILE_BYTES), ("y.pdf", PDF))
    with pytest.raises(files.Refused, match="bigger than 10 MB"):
        files.check_upload(huge)
    assert huge.read() == b""
    assert files.check_upload(small).content == PDF


def test_a_request_with_too_much_altogether_drops_the_rest():
    handler = InMemoryUploadHandler()
    taken = 0
    for number in range(6):
        with pytest.raises(StopFutureHandlers):
            handler.new_file("f", f"{number}.pdf", "application/pdf", None)
        chunk = b" " * MAX_FILE_BYTES
        handler.receive_data_chunk(chunk, 0)
        received = handler.file_complete(len(chunk))
        taken += len(received.read())
        if received.was_dropped:
            with pytest.raises(files.Refused, match="together bigger than 40 MB"):
                files.check_upload(received)
    assert taken == MAX_REQUEST_BYTES


@pytest.mark.django_db
def test_a_stored_file_is_never_changed(a_staff_member):
    stored = files.store(files.check_upload(upload("x.pdf", PDF)), key=keys.new_record_key(), by=a_staff_member)
    with pytest.raises(Exception, match=r"only grows|permission denied"), connection.cursor() as cursor:
        cursor.execute("UPDATE vault_sealedfilecontent SET content = '' WHERE file_id = %s", [stored.pk])
