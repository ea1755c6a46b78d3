"""Letters that are not what they seem: text that was read in a wrong encoding, and letters of
another script."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deckwright.checks.subject import Subject
from deckwright.checks.wording.prose import OBJECT, Told, prose, without_code
from deckwright.diagnostics import Diagnostic, Rule, Severity
from deckwright.naming import quoted, several
from deckwright.note import Field, Note

MOJIBAKE = Rule(
    "E015",
    "mojibake",
    Severity.WARNING,
    "Text that was once read in a wrong encoding has signs in place of letters, which no learner "
    "can read.",
    "Write what was meant. If a whole file looks so, get it anew and open it as UTF-8.",
    {"tea.md": "# Tea\n\nQ: Where is Darjeeling?\nA: In the foothills of the HimÃ¡laya.\n"},
    {"tea.md": "# Tea\n\nQ: Where is Darjeeling?\nA: In the foothills of the Himálaya.\n"},
    fixable=True,
)
LOOK_ALIKE_LETTERS = Rule(
    "E016",
    "look-alike-letters",
    Severity.WARNING,
    "A word with a letter of another script that looks the same is found by no search, and typed "
    "right by no learner.",
    "Type the word anew.",
    {"stars.md": "# Stars\n\nQ: Which star stands still?\nA: The P\u043ele Star.\n"},
    {"stars.md": "# Stars\n\nQ: Which star stands still?\nA: The Pole Star.\n"},
)

# Windows-1252 as Latin-1 has it where Windows-1252 has nothing: what was shown of UTF-8.
_BYTES = {bytes([n]).decode("cp1252", "ignore") or chr(n): n for n in range(0x80, 0x100)} | {
    chr(n): n for n in range(0x80, 0x100)
}
_NEXT = "".join(map(re.escape, (char for char, n in _BYTES.items() if n < 0xC0)))
_RUN = re.compile(
    f"(?:[\u00c2-\u00df][{_NEXT}]|[\u00e0-\u00ef][{_NEXT}]{{2}}|[\u00f0-\u00f4][{_NEXT}]{{3}})+"
    "|â€|ï¿½|\ufffd+|[\u0080-\u009f]+"
)
_MAY_BEGIN = (
    "Ã",
    "Â",
    "â",
    "Ä",
    "Å",
    "Ð",
    "Ñ",
    "Î",
    "Ï",
    "ð",
    "ã",
    "å",
    "ç",
    "è",
    "é",
    "ê",
    "ë",
    "ì",
    "í",
    "ï",
    "\ufffd",
)
_PLAUSIBLE = re.compile(
    "(?:[\u00a0-\u017f\u0192\u0218-\u021b\u02bb-\u02dd\u1e00-\u1eff\u2010-\u203a\u20a0-\u20bf\u2100-\u22ff"
    "\u25a0-\u27bf\ufb00-\ufb06\ufeff\ufffd\U0001f300-\U0001faff\ufe0f]"
    "|[\u0370-\u04ff\u0590-\u06ff\u0900-\u097f\u0e00-\u0e7f\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]{2})+"
)
_PUNCTUATION = frozenset("”’»…“‘«–—›‹„‚\u00a0")
_UNREADABLE = "�"


def mojibake(subject: Subject) -> Iterator[Diagnostic]:
    """UTF-8 that was read as Windows-1252 or Latin-1 (`Ã¼`, `â€™`, `Â°`, once or several times),
    with what was meant; U+FFFD, which stands for a letter that is lost; and control characters
    (U+0080 to U+009F), which are most often punctuation of Windows.

    Let pass: what would decode to letters that nothing near makes likely (German „Ä“, French
    « été… », capitals before a quotation mark), what is quoted, and texts that speak of U+FFFD.
    """
    told = Told(subject, MOJIBAKE)
    for rendered, field in subject.foreign:
        if not _may_be_mojibake(field.value):
            continue
        text = without_code(field)
        for found in _RUN.finditer(text):
            meant = _meant(text, found)
            if meant is None:
                continue
            words = found[0]
            if meant:
                message = f"{quoted(words)} is {quoted(meant)}, read in a wrong encoding"
                hint = f"write {quoted(meant)}"
            elif words[0] == _UNREADABLE:
                message = "a character is lost: U+FFFD stands for what could not be read"
                hint = "write what was meant"
            else:
                shown = several(f"U+{ord(char):04X}" for char in words)
                message = f"{quoted(words)} ({shown}) comes of reading in a wrong encoding"
                hint = "write what was meant"
            yield from told.tell(
                *(rendered.note, field, *found.span(), message, hint),
                meant if meant and _is_sure(rendered.note, field) else None,
            )


def _may_be_mojibake(value: str) -> bool:
    return any(sign in value for sign in _MAY_BEGIN) or (
        not value.replace("\n", "").isprintable() and bool(_CONTROL.search(value))
    )


_CONTROL = re.compile("[\u0080-\u009f]")


def without_misread(text: str) -> str:
    """A text in which what was read in a wrong encoding is blotted out."""
    return _RUN.sub(
        lambda found: found[0] if _meant(text, found) is None else OBJECT * len(found[0]), text
    )


def _meant(text: str, found: re.Match[str]) -> str | None:
    """What a run of signs was meant to be, "" where it cannot be told; None where nothing is
    wrong with it."""
    words = found[0]
    before, after = text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]
    if before in tuple("\"'“„‘«`(") and after in tuple("\"'”“’»`)"):
        return None
    if words[0] == _UNREADABLE:
        return None if "FFFD" in text or "replacement character" in text else ""
    if words in ("â€", "ï¿½"):
        return ""
    if "\u0080" <= words[0] <= "\u009f":
        return "".join(map(_of_windows, words)).replace(_UNREADABLE, "")
    meant = _decoded(words)
    if meant is None or not _PLAUSIBLE.fullmatch(meant):
        return None
    # Two characters may stand side by side by chance: a capital, and a sign of punctuation.
    if len(words) == 2 and words[1] in _PUNCTUATION and words[0] not in "ÃÂ":
        return meant if after.isalpha() and before not in tuple("“„«") else None
    if len(words) == 2 and words[1] in _PUNCTUATION and not after.isalpha():
        capitals = before.isupper() or not before.strip() or before in tuple("“„«»‘(")
        return None if capitals else meant
    return meant


def _decoded(words: str) -> str | None:
    """A run as it was before it was read in a wrong encoding, however often."""
    meant = None
    for _ in range(4):
        try:
            words = bytes(_BYTES[char] for char in words).decode("utf-8")
        except (KeyError, UnicodeDecodeError):
            break
        meant = words
    return meant


def _of_windows(char: str) -> str:
    return bytes((_BYTES.get(char, 0x81),)).decode("cp1252", "replace")


def _is_sure(note: Note, field: Field) -> bool:
    """Whether all of a field was read in a wrong encoding, so that mending it changes no meaning.
    Not of the question or its context: keys are made of them, and a rename is for a person."""
    if field is note.fields[0] or field.name == "Context":
        return False

    def undone(found: re.Match[str]) -> str:
        words = found[0]
        meant = _decoded(words) or "".join(map(_of_windows, words))
        return words if _UNREADABLE in meant else ""

    return _RUN.sub(undone, field.value).isascii()


# Look-alikes -------------------------------------------------------------------------------------

_CYRILLIC = dict(
    zip("асеорхуіјѕһԁԛԝАВЕКМНОРСТХУІЅЈҮԌԚԜ", "aceopxyijshdqwABEKMHOPCTXYISJYGQW", strict=True)
)
_GREEK = dict(zip("οΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "oABEZHIKMNOPTYX", strict=True))
_TO_CYRILLIC = {latin: other for other, latin in _CYRILLIC.items()}
_OTHER_SCRIPT = re.compile("[\u0370-\u03ff\u0400-\u052f]")
_MIXED = re.compile(
    r"[^\W_]*(?:[A-Za-z][^\W_]*[\u0370-\u052f]|[\u0370-\u052f][^\W_]*[A-Za-z])[^\W_]*"
)


def look_alike_letters(subject: Subject) -> Iterator[Diagnostic]:
    """A word of Latin letters in which Cyrillic or Greek ones stand that look like Latin ones, or a
    Cyrillic word with Latin letters.

    Let pass: words in which any letter of the other script looks like itself alone (`μm`, `ΔG`,
    `αvβ3`, `ρgh`), short forms before a Russian ending (`IPшник`), parts of words joined by a
    hyphen (`SQL-запрос`), whole words of another script, formulas, code and addresses.
    """
    told = Told(subject, LOOK_ALIKE_LETTERS)
    for rendered, field in subject.foreign:
        if not _OTHER_SCRIPT.search(field.value):
            continue
        for found in _MIXED.finditer(prose(field)):
            if wrong := _look_alikes(found[0]):
                letters, script = wrong
                which = several(f"{quoted(each)} (U+{ord(each):04X})" for each in letters)
                kind = "a letter" if len(set(letters)) == 1 else "letters"
                message = f"{quoted(found[0])} has {kind} of the {script} script: {which}"
                hint = "type the word anew"
                yield from told.tell(rendered.note, field, *found.span(), message, hint)


def _look_alikes(word: str) -> tuple[str, str] | None:
    """The letters of a word that are of another script than it seems, and that script; None where
    it may be meant."""
    latin = [char for char in word if char.isascii() and char.isalpha()]
    greek = [char for char in word if "\u0370" <= char <= "\u03ff"]
    cyrillic = [char for char in word if "\u0400" <= char <= "\u052f"]
    if greek and not cyrillic and len(latin) + len(greek) > 2 and all(c in _GREEK for c in greek):
        return ("".join(greek), "Greek") if len(latin) > 1 else None
    if not cyrillic or greek or re.fullmatch(r"[A-Z0-9]+[а-яё]+", word):
        return None
    if len(latin) >= len(cyrillic) and all(char in _CYRILLIC for char in cyrillic):
        return "".join(cyrillic), "Cyrillic"
    if all(char in _TO_CYRILLIC for char in latin):
        return "".join(latin), "Latin"
    if all(char in _CYRILLIC for char in cyrillic):
        return "".join(cyrillic), "Cyrillic"
    return None
