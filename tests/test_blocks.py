"""Blocks: which headings, paragraphs, lists and code a text has, and where each of them stands.

The trees are drawn as text: `heading:`, `text:`, `code:`, `bullets` and `numbers`, what stands
under an item further in, the lines of one block parted by ` / `.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from textwrap import dedent

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from deckwright.blocks import (
    MAX_DEPTH,
    Block,
    Code,
    Heading,
    Item,
    List,
    Paragraph,
    fence,
    is_heading,
    is_marked,
    parse,
)

anything = settings(deadline=None, database=None, max_examples=300)


def drawn(tree: Sequence[Block], margin: str = "") -> Iterator[str]:
    for block in tree:
        match block:
            case Heading(text):
                yield f"{margin}heading: {text}"
            case Paragraph(text):
                yield f"{margin}text: {one_line(text)}"
            case Code(text, language):
                yield f"{margin}code{' ' if language else ''}{language}: {one_line(text)}"
            case List(ordered, items):
                yield margin + ("numbers" if ordered else "bullets")
                for item in items:
                    marker = "-" if item.number is None else f"{item.number}."
                    yield f"{margin}  {marker} {one_line(item.text)}"
                    yield from drawn(item.children, f"{margin}    ")


def one_line(text: str) -> str:
    return " / ".join(text.split("\n"))


def check(text: str, tree: str) -> None:
    assert "\n".join(drawn(parse(dedent(text).strip("\n")))) == dedent(tree).strip("\n")


# Text and headings -------------------------------------------------------------------------------


def test_lines_of_text_are_one_paragraph_up_to_a_blank_line() -> None:
    check(
        """
        Bread rises because yeast makes gas
        and gluten keeps it.

        Then it is baked.
        """,
        """
        text: Bread rises because yeast makes gas / and gluten keeps it.
        text: Then it is baked.
        """,
    )


@pytest.mark.parametrize("blank", ["", " ", "\t", "\u00a0", "\u2028", "\x85", " \u3000\t"])
def test_a_line_of_nothing_but_white_space_is_blank(blank: str) -> None:
    check(f"One\n{blank}\nTwo", "text: One\ntext: Two")


@pytest.mark.parametrize(
    "line",
    [
        "**Kinds of roux**",
        "**Kinds of roux:**",
        "**Kinds of roux**:",
        "**Kinds of roux** :",
        "**Kinds of roux**\u00a0:",
        "**Kinds of roux\u00a0:**",
        "**Kinds of roux**：",
        "**Kinds of roux** \t",
        "  **Kinds of roux**\u00a0",
    ],
)
def test_a_wholly_bold_line_is_a_heading_its_colon_in_or_out_of_the_bold(line: str) -> None:
    assert is_heading(line)
    check(f"Before\n{line}\nAfter", "text: Before\nheading: Kinds of roux\ntext: After")


def test_a_bold_question_is_a_heading() -> None:
    check("**What stops it?**", "heading: What stops it?")


@pytest.mark.parametrize(
    "line",
    [
        "**Never let it boil.**",
        "**Never let it boil!**",
        "**Never let it boil!** ",
        "**Never let it boil.**\u00a0",
        "**Never let it boil.**\t",
        "**煮立てない。**",
        "**White**: cooked for two minutes",
        "**White** and **blond**",
        "** White **",
        "**White",
        "***White***",
        "*White*",
        "****",
        "# White",
        "White",
        "",
    ],
)
def test_a_bold_sentence_and_a_partly_bold_line_are_no_headings(line: str) -> None:
    assert not is_heading(line)
    if line.strip():
        assert "\n".join(drawn(parse(line))) == f"text: {line.strip()}"


def test_other_marks_of_markdown_are_text() -> None:
    check(
        """
        # Not a heading

        Setext
        ------

        > No quote

        | a | b |
        | - | - |
        """,
        """
        text: # Not a heading
        text: Setext / ------
        text: > No quote
        text: | a | b | / | - | - |
        """,
    )


# Lists -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("marker", list("-+*•‣◦▪●○–"))
def test_bullets_of_every_kind(marker: str) -> None:
    assert is_marked(f"{marker} White")
    check(f"{marker} White\n{marker}\tBlond", "bullets\n  - White\n  - Blond")


@pytest.mark.parametrize("end", [".", ")"])
def test_numbers_of_every_kind(end: str) -> None:
    assert is_marked(f"9{end} Olivine")
    check(f"9{end} Olivine\n10{end} Pyroxene", "numbers\n  9. Olivine\n  10. Pyroxene")


@pytest.mark.parametrize(
    "line",
    ["-White", "- ", "1.5 g", "1.White", "1234. White", "(a) White", "a) White", "—", "**a** b"],
)
def test_what_only_resembles_a_marker_is_text(line: str) -> None:
    assert not is_marked(line)
    assert "\n".join(drawn(parse(line))) == f"text: {line.strip()}"


def test_a_list_follows_text_at_once_and_text_that_is_not_indented_ends_it() -> None:
    check(
        """
        Main kinds of roux:
        - White
        - Blond
        The darker, the thinner.
        - Brown
        """,
        """
        text: Main kinds of roux:
        bullets
          - White
          - Blond
        text: The darker, the thinner.
        bullets
          - Brown
        """,
    )


def test_numbers_follow_text_at_once_where_they_begin_at_one() -> None:
    check(
        """
        How to hit the point:
        1. Salt the water
        2. Taste
        """,
        """
        text: How to hit the point:
        numbers
          1. Salt the water
          2. Taste
        """,
    )


def test_a_wrapped_line_that_begins_with_a_number_is_text() -> None:
    check(
        """
        Hutton saw the headland in the year
        88. of his century, and Steno wrote before.

        88. That is an item, after a blank line
        """,
        """
        text: Hutton saw the headland in the year / 88. of his century, and Steno wrote before.
        numbers
          88. That is an item, after a blank line
        """,
    )


def test_blank_lines_between_items_part_no_list() -> None:
    check(
        """
        - Fish bones

        - Chicken carcasses


        - Veal bones
        """,
        """
        bullets
          - Fish bones
          - Chicken carcasses
          - Veal bones
        """,
    )


def test_indented_lines_continue_an_item_and_after_a_blank_line_are_text_under_it() -> None:
    check(
        """
        1. Lift the pasta out
           while it is firm

           The sauce will finish it
           in the pan

        2. Save a cup of the water
        """,
        """
        numbers
          1. Lift the pasta out / while it is firm
            text: The sauce will finish it /    in the pan
          2. Save a cup of the water
        """,
    )


def test_text_under_an_item_after_its_bullets_stays_under_it() -> None:
    check(
        """
        - Biga
          - stiff
          Used in Italy
        - Poolish
        """,
        """
        bullets
          - Biga
            bullets
              - stiff
            text: Used in Italy
          - Poolish
        """,
    )


def test_bullets_nest_by_their_indentation_with_spaces_or_tabs() -> None:
    for step in ("  ", "   ", "    ", "\t", "\u00a0\u00a0"):
        check(
            f"- Strong fizz\n{step}- calcite\n{step * 2}- check the density\n{step}- chalk\n- Weak",
            """
            bullets
              - Strong fizz
                bullets
                  - calcite
                    bullets
                      - check the density
                  - chalk
              - Weak
            """,
        )


@pytest.mark.parametrize("space", list(" \t\u00a0\u2007\u202f\u3000\f\v"))
def test_white_space_of_any_kind_indents_and_follows_a_marker(space: str) -> None:
    check(
        f"- White\n{space * 2}-{space}thin\n{space * 2}\n{space * 2}More",
        "bullets\n  - White\n    bullets\n      - thin\n    text: More",
    )


def test_one_space_is_a_slip_and_no_nesting() -> None:
    check("- Fish\n - Chicken\n- Veal", "bullets\n  - Fish\n  - Chicken\n  - Veal")


def test_indented_bullets_under_numbers() -> None:
    check(
        """
        1. Oil in water
           - mayonnaise
           - vinaigrette
        2. Water in oil
           - butter
        """,
        """
        numbers
          1. Oil in water
            bullets
              - mayonnaise
              - vinaigrette
          2. Water in oil
            bullets
              - butter
        """,
    )


def test_bullets_that_are_not_indented_stand_under_a_number_where_the_numbers_go_on() -> None:
    check(
        """
        1. Oil in water
        • mayonnaise
        • vinaigrette
        2. Water in oil
        • butter

        • margarine
        """,
        """
        numbers
          1. Oil in water
            bullets
              - mayonnaise
              - vinaigrette
          2. Water in oil
            bullets
              - butter
              - margarine
        """,
    )


@pytest.mark.parametrize("lead_in", ["Water in oil:", "**Water in oil:**", "水と油："])
def test_bullets_stand_under_a_number_that_leads_in_to_them(lead_in: str) -> None:
    check(
        f"1. {lead_in}\n- butter\n- margarine",
        f"numbers\n  1. {lead_in}\n    bullets\n      - butter\n      - margarine",
    )


def test_other_bullets_after_numbers_are_a_list_of_their_own() -> None:
    check(
        """
        1. Mix
        2. Bake

        - Flour
        - Water
        """,
        """
        numbers
          1. Mix
          2. Bake
        bullets
          - Flour
          - Water
        """,
    )


def test_bullets_between_numbers_that_do_not_go_on_are_a_list_of_their_own() -> None:
    check(
        """
        1. Mix
        - Flour
        1. Bake
        """,
        """
        numbers
          1. Mix
        bullets
          - Flour
        numbers
          1. Bake
        """,
    )


def test_numbers_under_bullets() -> None:
    check(
        """
        - Before
          1. peel
          2. rub
        - After
        """,
        """
        bullets
          - Before
            numbers
              1. peel
              2. rub
          - After
        """,
    )


def test_a_list_may_be_numbered_one_one_one() -> None:
    check("1. Mix\n1. Rest\n1. Bake", "numbers\n  1. Mix\n  1. Rest\n  1. Bake")


def test_a_new_one_begins_a_new_list() -> None:
    check("1. Mix\n2. Rest\n1. Bake", "numbers\n  1. Mix\n  2. Rest\nnumbers\n  1. Bake")


def test_a_list_may_begin_at_any_number_and_leave_numbers_out() -> None:
    check("0. Flour\n1. Mix\n5. Bake", "numbers\n  0. Flour\n  1. Mix\n  5. Bake")


def test_a_heading_ends_a_list() -> None:
    check(
        """
        - Stiff
        **Poolish**
        - Wet
        """,
        """
        bullets
          - Stiff
        heading: Poolish
        bullets
          - Wet
        """,
    )


def test_an_item_may_be_bold() -> None:
    check("- **Poolish**\n- **Biga**:", "bullets\n  - **Poolish**\n  - **Biga**:")


# Code --------------------------------------------------------------------------------------------


def test_fenced_code_is_kept_as_it_stands_whatever_is_in_it() -> None:
    check(
        """
        Looks like this:
        ```python
        def rise():

            return "gas"

        A line like a title

        - no item
        **no heading**
        ```
        Text after it.
        """,
        """
        text: Looks like this:
        code python: def rise(): /  /     return "gas" /  / A line like a title /  / - no item / """
        """**no heading**
        text: Text after it.
        """,
    )


def test_a_fence_that_is_never_closed_goes_to_the_end() -> None:
    check("Before\n```\na\n\nb\n", "text: Before\ncode: a /  / b")


def test_a_fence_is_closed_by_its_own_kind_at_least_as_long() -> None:
    check("````\n```\n~~~~\n`````\nAfter", "code: ``` / ~~~~\ntext: After")
    check("~~~\n```\n~~~\nAfter", "code: ```\ntext: After")


def test_fenced_code_in_an_item_loses_the_indentation_of_its_fence() -> None:
    check(
        """
        1. Run
           ```sh
           make
             deck
           ```
        2. Import
        """,
        """
        numbers
          1. Run
            code sh: make /   deck
          2. Import
        """,
    )


@pytest.mark.parametrize("text", ["```\n```", "```", "~~~ \n\n~~~\t"])
def test_code_may_be_empty(text: str) -> None:
    check(text, "code: ")


@pytest.mark.parametrize(
    ("line", "marks"),
    [
        ("```", "```"),
        ("`````python", "`````"),
        ("~~~ text", "~~~"),
        ("\u00a0 ```", "```"),
        ("``", ""),
        ("```make``` builds it", ""),
        ("~~~ a`b", ""),
        ("text ```", ""),
    ],
)
def test_what_opens_a_fenced_block(line: str, marks: str) -> None:
    assert fence(line) == marks
    assert is_marked(line) == bool(marks)


def test_code_in_a_line_opens_no_fenced_block() -> None:
    check("```make``` builds it.\n\nThe end.", "text: ```make``` builds it.\ntext: The end.")


# What holds for every text -----------------------------------------------------------------------


def leaves(tree: Sequence[Block]) -> Iterator[Heading | Paragraph | Code | Item]:
    """What holds lines of its own, in the order of the text."""
    for block in tree:
        if isinstance(block, List):
            for item in block.items:
                yield item
                yield from leaves(item.children)
        else:
            yield block


def lists(tree: Sequence[Block], depth: int = 1) -> Iterator[tuple[List, int]]:
    """All lists, each with its depth."""
    for block in tree:
        if isinstance(block, List):
            yield block, depth
            for item in block.items:
                yield from lists(item.children, depth + 1)


indents = st.sampled_from(
    ["", "", "", " ", "  ", "   ", "\t", "    ", "\u00a0 ", "\u3000", " \t ", "\x85"]
)
markers = st.sampled_from(
    ["", "", "", "- ", "* ", "• ", "–\t", "1. ", "2. ", "3) ", "0. ", "1984. ", "(a) ", "# ", "> "]
)
words = st.sampled_from(
    [
        *(
            "text",
            "text:",
            "**Bold**",
            "**Bold:**",
            "**Bold**:",
            "**A sentence.**",
            "**term**: text",
        ),
        *(
            "```",
            "```py",
            "````",
            "~~~",
            "```a```",
            "`",
            "**",
            "***",
            "-",
            "1.",
            "é e\u0301",
            "שלום",
        ),
        *("a\u2028b", "\x00", "\x1c", "\ufeff", "\u00a0", "", " "),
    ]
)
lines = st.one_of(
    st.builds(lambda *parts: "".join(parts), indents, markers, words, indents),
    st.text(st.characters(exclude_characters="\n"), max_size=12),
)
texts = st.lists(st.one_of(lines, st.just("")), max_size=25).map("\n".join)


@anything
@given(texts)
@example("\ufeff")
@example("- a\n    - b\n  ```\n  x\n  ```\n    - c")
def test_every_line_stands_in_exactly_one_block(text: str) -> None:
    owners: Counter[int] = Counter()
    last = 0
    for leaf in leaves(parse(text)):
        assert last <= leaf.start <= leaf.end <= len(text), "blocks come in their order"
        last = leaf.end
        first_line = text.count("\n", 0, leaf.start)
        owners.update(range(first_line, text.count("\n", 0, leaf.end) + 1))
    for number, line in enumerate(text.split("\n")):
        if line.strip():
            assert owners[number] == 1, f"line {number + 1}: {line!r}"
        else:
            assert owners[number] <= 1


@anything
@given(texts)
def test_offsets_name_the_text_that_a_block_says_it_has(text: str) -> None:
    for leaf in leaves(parse(text)):
        stands = text[leaf.start : leaf.end]
        match leaf:
            case Paragraph():
                assert leaf.text == stands
                assert leaf.text.strip()
            case Heading():
                assert stands == stands.strip()
                assert is_heading(stands)
                assert leaf.text in stands
            case Item():
                if "\n" not in leaf.text:
                    assert leaf.text == stands
                assert leaf.text.split("\n")[1:] == [
                    line.strip() for line in stands.split("\n")[1:]
                ]
                before = text[text.rfind("\n", 0, leaf.start) + 1 : leaf.start]
                assert is_marked(before + "x"), "an item's text begins behind its marker"
            case Code():
                assert stands[0] in "`~"
                opening, *inside = [line.strip() for line in stands.split("\n") if line.strip()]
                held = [line.strip() for line in leaf.text.split("\n") if line.strip()]
                assert held == inside[: len(held)]
                closing = inside[len(held) :]
                assert fence(opening)
                assert not closing or (len(closing) == 1 and closing[0].startswith(fence(opening)))


@anything
@given(texts)
@example("".join(f"{'  ' * depth}{'1.' if depth % 2 else '-'} a\n" for depth in range(12)))
@example("".join(f"{'  ' * depth}- a\n" for depth in range(MAX_DEPTH)) + " " * 40 + "3. b\n")
def test_a_list_is_of_one_kind_not_too_deep_and_spans_its_items(text: str) -> None:
    for block, depth in lists(parse(text)):
        assert depth <= MAX_DEPTH
        assert all((item.number is not None) == block.ordered for item in block.items)
        within = list(leaves([block]))
        assert text[block.start : within[0].start].count("\n") == 0
        assert block.end == max(leaf.end for leaf in within)


@anything
@given(st.text())
def test_no_text_is_refused(text: str) -> None:
    parse(text)
    for line in text.split("\n"):
        assert is_marked(line) in (True, False)
        assert is_heading(line) in (True, False)


def test_lists_nested_without_end_go_on_at_the_deepest_level() -> None:
    text = "\n".join(f"{'  ' * depth}- level {depth + 1}" for depth in range(MAX_DEPTH + 3))
    tree, names = parse(text), []
    while tree:
        (block,) = tree
        assert isinstance(block, List)
        names.append([item.text for item in block.items])
        tree = block.items[-1].children
    assert names[:-1] == [[f"level {depth}"] for depth in range(1, MAX_DEPTH)]
    assert names[-1] == [f"level {depth}" for depth in range(MAX_DEPTH, MAX_DEPTH + 4)]


def test_a_list_of_the_other_kind_below_the_deepest_level_is_a_list_of_its_own() -> None:
    bullets = "".join(f"{'  ' * depth}- a\n" for depth in range(MAX_DEPTH))
    lines = list(drawn(parse(f"{bullets}{'  ' * MAX_DEPTH}3. b\n")))
    assert [line.strip() for line in lines[-4:]] == ["bullets", "- a", "numbers", "3. b"]
    assert lines[-2].index("numbers") == lines[-4].index("bullets")


# Time --------------------------------------------------------------------------------------------

MB = 1_000_000

HOSTILE = {
    "markers without text": "- " * (MB // 2),
    "nothing but asterisks": "**" * (MB // 2),
    "bold that never ends": "**a" * (MB // 3),
    "one bold line with a long tail": "**a**" + " " * MB + "b",
    "an unclosed fence of any length": "~" * MB + "`",
    "back-ticks": "`" * MB + "a`",
    "a bullet far from its text": "-" + " " * MB + "\n",
    "white space": " " * MB + "a",
    "blank lines with white space in code": "```\n" + " \n" * (MB // 8),
    "deep indentation": "".join(" " * depth + "- a\n" for depth in range(3_000)),
    "numbers that lead in to bullets": "1. x:\n- y\n" * (MB // 20),
    "bullets between numbers": "1. x\n" + "- y\n" * (MB // 16),
    "numbers between which text stands": ("1. x\n- y\n" + " z\n" * 20) * (MB // 300),
    "unclosed fences of one kind in another": "```\na\n~~~\n" * (MB // 10),
    "fences, each longer than the one before": "".join("`" * n + "\n" for n in range(3, 1_400)),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_time_grows_no_faster_than_the_text(text: str) -> None:
    """The bound is no measure of speed, only far from what anything quadratic takes here."""
    began = time.monotonic()
    parse(text)
    assert time.monotonic() - began < 10
