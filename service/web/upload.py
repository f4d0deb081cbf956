"""Take a letter out of a request's body: the body itself, or the field `file` of a form.

Forms are taken apart in memory: Litestar's own reader puts uploads over 1 MB into temporary files, and what
is sent here may not be stored.
"""

from http import HTTPStatus
from pathlib import PurePosixPath, PureWindowsPath
from typing import NamedTuple

from litestar.enums import RequestEncodingType
from litestar.exceptions import ClientException
from multipart import MultipartError, MultipartSegment, PushMultipartParser  # type: ignore[import-untyped]

from config.errors import RequestFault

FIELD = "file"
_FORM = RequestEncodingType.MULTI_PART.value
_NAMES = {
    "application/pdf": "letter.pdf",
    "text/plain": "letter.txt",
    "application/octet-stream": "letter",
    "": "letter",
}
_MOST_PARTS = 16
_LONGEST_NAME = 255


class Upload(NamedTuple):
    """A letter as sent. `name` is a bare file name, only ever recorded."""

    name: str
    content: bytes


def take_upload(content_type: str, options: dict[str, str], body: bytes) -> Upload:
    """Return the letter that a body holds.

    Args:
        content_type: the media type, lower case, without its options; empty where none was given.
        options: the options of the content type (a form's boundary).
        body: the whole body.

    Raises:
        RequestFault: the form is malformed, or has no field `file` or several.
        ClientException: 415, a media type that is not read.
    """
    if content_type == _FORM:
        return _from_form(options.get("boundary", ""), body)
    if content_type not in _NAMES:
        raise ClientException(
            "send the letter as application/pdf or text/plain, or as the field 'file' of multipart/form-data",
            status_code=HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        )
    return Upload(_NAMES[content_type], body)


def _from_form(boundary: str, body: bytes) -> Upload:
    try:
        found = _parts(boundary, body)
    except (MultipartError, UnicodeError):
        raise RequestFault("the body is not multipart/form-data as its Content-Type says") from None
    if len(found) != 1:
        count = "no field" if not found else "more than one field"
        raise RequestFault(f"the form has {count} '{FIELD}'; send one letter as '{FIELD}'")
    return found[0]


def _parts(boundary: str, body: bytes) -> list[Upload]:
    found: list[Upload] = []
    segment: MultipartSegment | None = None
    content: list[bytes] = []
    with PushMultipartParser(boundary, max_segment_count=_MOST_PARTS) as parser:
        for event in parser.parse(body):
            if isinstance(event, MultipartSegment):
                segment, content = event, []
            elif event:
                content.append(bytes(event))
            elif segment is not None and segment.name == FIELD:
                found.append(Upload(_bare(segment.filename or ""), b"".join(content)))
    return found


def _bare(filename: str) -> str:
    """Return a file name without folders or control characters: some browsers send the whole path."""
    name = PureWindowsPath(PurePosixPath(filename).name).name
    shown = "".join(character for character in name if character.isprintable())[:_LONGEST_NAME]
    return shown if shown.strip(". ") else "letter"
