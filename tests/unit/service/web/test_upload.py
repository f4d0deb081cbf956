"""A letter out of a body, whatever the body is."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from litestar.exceptions import ClientException

from config.errors import RequestFault
from service.web.upload import Upload, take_upload

FORM = "multipart/form-data"
BOUNDARY = {"boundary": "b"}


def form(content: bytes, disposition: str = 'form-data; name="file"; filename="a.pdf"') -> bytes:
    return f"--b\r\nContent-Disposition: {disposition}\r\n\r\n".encode() + content + b"\r\n--b--\r\n"


@given(content=st.binary(max_size=200).filter(lambda content: b"\r\n--b" not in content))
@example(b"")
@example(b"\r\n--")
@example(b"--b")
def test_the_content_comes_out_as_it_went_in(content: bytes) -> None:
    assert take_upload(FORM, BOUNDARY, form(content)) == Upload("a.pdf", content)
    assert take_upload("application/pdf", {}, content).content == content


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('form-data; name="file"', "letter"),
        ('form-data; name="file"; filename=""', "letter"),
        ('form-data; name="file"; filename="../../etc/passwd"', "passwd"),
        ('form-data; name="file"; filename="C:\\Users\\me\\CM21.pdf"', "CM21.pdf"),
        ('form-data; name="file"; filename="a\tb\x7f.pdf"', "ab.pdf"),
        ('form-data; name="file"; filename=".."', "letter"),
        (f'form-data; name="file"; filename="{"x" * 999}"', "x" * 255),
    ],
)
def test_names_are_bare(disposition: str, name: str) -> None:
    assert take_upload(FORM, BOUNDARY, form(b"x", disposition)).name == name


@given(body=st.binary(max_size=300), boundary=st.sampled_from(["b", "", "\u00e9", "x\ny"]))
@example(form(b"x")[:-3], "b")
@example(form(b"x", "form-data"), "b")
@example(form(b"x", "form-data; name=\"file\"; filename*=utf-8''%ff%zz"), "b")
@example(form(b"x").replace(b"a.pdf", b"\xff"), "b")
@example(b"--b\r\n" + b"X: y\r\n" * 100 + b"\r\nx\r\n--b--", "b")
@example(b"--b\r\n\r\nx\r\n--b--", "b")
@example(b"--b\r\nX\r\n\r\nx\r\n--b--", "b")
@example((b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n" * 30) + b"--b--", "b")
def test_any_form_is_taken_or_refused(body: bytes, boundary: str) -> None:
    try:
        taken = take_upload(FORM, {"boundary": boundary}, body)
    except RequestFault:
        return
    assert taken.name
    assert taken.content in body


def test_other_types_are_refused_with_415() -> None:
    with pytest.raises(ClientException) as refused:
        take_upload("text/html", {}, b"x")
    assert refused.value.status_code == 415


def test_a_form_of_very_many_parts_is_refused() -> None:
    other = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n'
    assert take_upload(FORM, BOUNDARY, other * 15 + form(b"x")).content == b"x"
    with pytest.raises(RequestFault, match="is not multipart/form-data"):
        take_upload(FORM, BOUNDARY, other * 16 + form(b"x"))
