"""Habits of typing, each with what it was meant to be."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.searching.folding import fold, halves, is_syllable, marks_of, sounding_alike, untyped


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Thủy sản", "thuy san"),
        ("hoà giải", "hoa giai"),
        ("hòa giải", "hoa giai"),
        ("uỷ quyền", "uy quyen"),
        ("ủy quyền", "uy quyen"),
        ("Đường bộ", "duong bo"),
        ("CÔNG TY", "cong ti"),
        ("công ti", "cong ti"),
        ("quý", "qui"),
        ("kỹ thuật", "ki thuat"),
        ("xe-máy/ô tô", "xe may o to"),
        ("1.004194.", "1.004194"),
    ],
)
def test_case_marks_and_i_for_y_make_no_difference(typed: str, folded: str) -> None:
    for form in ("NFC", "NFD"):
        assert " ".join(fold(unicodedata.normalize(form, typed))) == folded


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("giaays", "giay"),  # Telex: doubled letter and tone
        ("pheps", "phep"),
        ("dduwowngf", "duong"),
        ("nguwowif", "nguoi"),
        ("truwowngf", "truong"),
        ("ddaats", "dat"),
        ("thueets", "thuet"),
        ("vieetj", "viet"),
        ("quaasn", "quan"),  # the tone in the middle
        ("giay61", "giay"),  # VNI
        ("d9at61", "dat"),
        ("nguo7i2", "nguoi"),
        ("d9u7o7ng2", "duong"),
        ("xe1", "xe"),
    ],
)
def test_what_an_input_method_leaves_behind_is_undone(typed: str, meant: str) -> None:
    assert meant in list(untyped(typed))


@pytest.mark.parametrize("word", ["b2", "kt3", "a1", "ct07", "2025", "xyzzy"])
def test_codes_are_no_residue(word: str) -> None:
    assert list(untyped(word)) == []


def test_a_missing_space_is_found() -> None:
    assert ("ket", "hon") in list(halves("kethon"))
    assert ("can", "cuoc") in list(halves("cancuoc"))


@pytest.mark.parametrize(("heard", "meant"), [("se", "xe"), ("trung", "chung"), ("lam", "nam"), ("doi", "gioi")])
def test_syllables_that_sound_alike_are_known(heard: str, meant: str) -> None:
    assert meant in list(sounding_alike(heard))


@pytest.mark.parametrize("word", ["nghieng", "khuya", "quyet", "gi", "oan", "uyen", "giuong"])
def test_syllables_are_known_as_such(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["kys", "ddang", "str", "online", "w", "zalo"])
def test_other_words_are_not(word: str) -> None:
    assert not is_syllable(word)


def test_marks_are_remembered_wherever_the_tone_stands() -> None:
    assert marks_of("hoà") == marks_of("hòa")
    assert marks_of("thẻ")["the"] != marks_of("thế")["the"]


@given(st.text(max_size=60))
def test_no_text_is_too_strange(text: str) -> None:
    for word in fold(text):
        list(untyped(word)), list(halves(word)), list(sounding_alike(word))
    marks_of(text)
