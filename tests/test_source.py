"""Sources: bytes to text, whatever an editor made of them, and offsets to lines and columns."""

from __future__ import annotations

from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from deckwright import report
from deckwright.note import Field
from deckwright.reading import read_inputs
from deckwright.source import Source, Span, Undecodable, decode

BOM = b"\xef\xbb\xbf"

anything = settings(deadline=None, database=None, max_examples=200)

# Texts with more line ends, and more that look like line ends, than chance would bring.
texts = st.text(
    st.one_of(
        st.sampled_from("\n\r\x0b\x0c\x1c\x85\u2028\u2029\ufeffabe\u0301 "),
        st.characters(codec="utf-8"),
    )
)


def text_of(data: bytes) -> str:
    source = decode("page.txt", data)
    assert isinstance(source, Source)
    assert source.path == "page.txt"
    return source.text


@pytest.mark.parametrize(
    ("data", "text"),
    [
        pytest.param(b"", "", id="an empty file"),
        pytest.param(b"a\nb\n", "a\nb\n", id="Unix"),
        pytest.param(b"a\r\nb\r\n", "a\nb\n", id="Windows"),
        pytest.param(b"a\rb\r", "a\nb\n", id="old Mac"),
        pytest.param(b"a\r\nb\rc\nd", "a\nb\nc\nd", id="all three, the last line without an end"),
        pytest.param(b"a\r\r\n\n\rb", "a\n\n\n\nb", id="no blank line is lost among mixed ends"),
        pytest.param(BOM + b"a\n", "a\n", id="a byte order mark"),
        pytest.param(BOM, "", id="nothing but a byte order mark"),
        pytest.param(BOM + b"a\r\n" + BOM + b"b", "a\nb", id="two files, one behind the other"),
        pytest.param("é 𝄞 ש\n".encode(), "é 𝄞 ש\n", id="any script"),
        pytest.param("e\u0301".encode(), "é", id="letter and mark are one, as in Anki"),
        pytest.param(b"a\x00\x0c\x1fb", "a\x00\x0c\x1fb", id="control characters stay"),
    ],
)
def test_whatever_the_editor_did_the_text_is_the_same(data: bytes, text: str) -> None:
    assert text_of(data) == text


@pytest.mark.parametrize("char", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c"])
def test_only_newlines_end_lines(char: str) -> None:
    source = Source("page.txt", text_of(f"a{char}b\nc".encode()))
    assert source.line(1) == f"a{char}b"
    assert source.line(2) == "c"
    assert source.location(source.text.index("b")) == (1, 3)


def test_lines_and_columns_count_from_one_and_in_characters() -> None:
    source = Source("page.txt", "né 𝄞\n\nlast")
    assert source.location(0) == (1, 1)
    assert source.location(source.text.index("𝄞")) == (1, 4)
    assert source.location(source.text.index("\n")) == (1, 5), "a line's end is on that line"
    assert source.location(source.text.index("last")) == (3, 1)
    assert source.location(len(source.text)) == (3, 5), "where the text ends is a place too"
    assert [source.line(number) for number in (1, 2, 3)] == ["né 𝄞", "", "last"]


@pytest.mark.parametrize("text", ["", "\n", "a\n", "a\n\n"])
def test_the_end_of_a_text_is_on_its_last_line(text: str) -> None:
    line, column = Source("page.txt", text).location(len(text))
    assert (line, column) == (text.count("\n") + 1, 1)
    assert Source("page.txt", text).line(line) == ""


@anything
@given(texts)
def test_every_offset_is_found_again_by_its_line_and_column(text: str) -> None:
    source = Source("page.txt", text)
    lines = text.split("\n")
    for offset in range(len(text) + 1):
        before = text[:offset].split("\n")
        assert source.location(offset) == (len(before), len(before[-1]) + 1)
    assert [source.line(number + 1) for number in range(len(lines))] == lines


@anything
@given(texts)
@example("\u212b e\ufeff\u0301 \r\u0338")
def test_reading_changes_line_ends_byte_order_marks_and_composed_letters_alone(text: str) -> None:
    read = text_of(text.encode())
    newlines = text.replace("\ufeff", "").replace("\r\n", "\n").replace("\r", "\n")
    assert read == normalize("NFC", newlines)
    assert text_of(read.encode()) == read, "what was read and saved again is the same source"


@anything
@given(st.one_of(st.binary(), st.builds(bytes.__add__, texts.map(str.encode), st.binary())))
@example(b"a\r\xff")
@example(b"\xef\xbb\xbf\xef\xbb")
def test_bytes_are_a_text_or_are_told_with_the_place_of_the_first_bad_one(data: bytes) -> None:
    found = decode("page.txt", data)
    if isinstance(found, Source):
        assert found.text == text_of(data.decode().encode())
        return
    assert found.shown.path == "page.txt"
    assert found.offset == len(found.shown.text)
    assert found.message
    assert found.hint
    if not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        good = next(
            n for n in range(len(data), -1, -1) if isinstance(decode("page.txt", data[:n]), Source)
        )
        assert text_of(data[:good]) == found.shown.text


def findings_on(folder: Path, data: bytes, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a user is told who builds the file `page.txt` of these bytes."""
    (folder / "page.txt").write_bytes(data)
    monkeypatch.chdir(folder)
    inputs = read_inputs("page.txt")
    return list(report.brief(inputs.diagnostics, inputs.texts))


def test_a_file_in_an_older_encoding_is_told_with_the_place_and_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = BOM + "Élan\r\n\r\nA café".encode() + b" au lait \xe0 Paris.\r\n"
    assert findings_on(tmp_path, data, monkeypatch) == [
        "page.txt:3:16: error S003: this is not UTF-8: the byte 0xe0 begins no character",
        "  help: save it as UTF-8 in your editor (it may be Windows-1252 or Latin-1 now)",
    ]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_file_in_utf_16_is_told(
    encoding: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert findings_on(tmp_path, "\ufeffTitle\n\nText.\n".encode(encoding), monkeypatch) == [
        "page.txt:1:1: error S003: this is UTF-16, not UTF-8",
        "  help: save it as UTF-8 in your editor",
    ]


def test_undecodable_bytes_make_no_source() -> None:
    found = decode("page.txt", b"caf\xe9")
    assert isinstance(found, Undecodable)
    assert found.shown == Source("page.txt", "caf")
    assert found.offset == 3


def test_a_span_is_a_path_and_two_offsets() -> None:
    source = Source("page.txt", "Two words")
    assert source.span(4, 9) == Span("page.txt", 4, 9)
    assert source.text[4:9] == "words"


def test_fields_are_equal_where_their_words_are_wherever_they_stand() -> None:
    assert Field("More", "a", Span("page.txt", 0, 1)) == Field("More", "a", Span("b.txt", 7, 8))


def test_a_part_of_a_field_is_located_as_precisely_as_its_span_allows() -> None:
    exact = Field("More", "two words", Span("page.txt", 10, 19))
    assert exact.exact
    assert exact.locate(4, 9) == Span("page.txt", 14, 19)
    made_of_more = Field("More", "two words", Span("page.txt", 10, 40))
    assert not made_of_more.exact
    assert made_of_more.locate(4, 9) == Span("page.txt", 10, 40)
    assert Field("More", "two words").locate(4, 9) is None
