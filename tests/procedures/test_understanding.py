"""How a query is read: short forms, everyday words, fillers, mistakes. The vocabulary is small and made here."""

from __future__ import annotations

from collections import Counter

import pytest

from procedures.searching.indexing import terms_of, traits_of, vector_of
from procedures.searching.understanding import Understanding, understand
from procedures.searching.vocabulary import Vocabulary, synonyms_of

_NAMES = (
    "Đăng ký khai sinh",
    "Đăng ký khai tử",
    "Đăng ký kết hôn",
    "Đăng ký tạm trú",
    "Cấp thẻ căn cước",
    "Cấp giấy phép lái xe",
    "Hỗ trợ trẻ em",
    "Đăng ký nhà ở",
    "Cấp giấy phép xây dựng",
)
_SYNONYMS = (
    ("SHORT", "dk", "đăng ký"),
    ("SHORT", "gplx", "giấy phép lái xe"),
    ("MEANING", "báo tử", "đăng ký khai tử"),
    ("MEANING", "chồng mất", "đăng ký khai tử"),
    ("MEANING", "bằng lái", "giấy phép lái xe"),
    *(("FILLER", word, "") for word in ("em", "vừa", "ở", "cho em hỏi", "mất bao nhiêu tiền", "thế", "muốn", "ơi")),
)


def _vocabulary() -> Vocabulary:
    counts: Counter[str] = Counter()
    for name in _NAMES:
        counts.update(terms_of([name]))
    return Vocabulary(len(_NAMES), dict(counts), _NAMES, synonyms_of(_SYNONYMS))


def _read(q: str) -> Understanding:
    return understand(q, _vocabulary())


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("dk tam tru", "dang ki tam tru"),
        ("GPLX", "giay phep lai xe"),
        ("bao tu", "dang ki khai tu"),
        ("mất bằng lái", "mat giay phep lai xe"),
        ("Chồng em vừa mất", "dang ki khai tu"),  # the phrase closes over fillers
        ("cho em hỏi kết hôn mất bao nhiêu tiền", "ket hon"),
        ("hỗ trợ trẻ em", "ho tro tre em"),  # em is no filler there
        ("nhà ở", "nha o"),
        ("thẻ căn cước", "the can cuoc"),  # thẻ is not thế
        ("em ơi", "em oi"),  # nothing but fillers: they are all there is
        ("giays phesp lasi xe", "giay phep lai xe"),
        ("ta5m tru1", "tam tru"),
        ("kethon", "ket hon"),
        ("khai sing", "khai sinh"),
        ("giay phep say dung", "giay phep xay dung"),
    ],
)
def test_a_query_is_read_as_it_was_meant(typed: str, read: str) -> None:
    assert " ".join(_read(typed).words) == read


def test_what_was_mended_is_said_in_proper_spelling_but_not_what_an_input_method_left() -> None:
    assert _read("dang ki khai sing").meant == "đăng ký khai sinh"
    assert _read("kethon").meant == "kết hôn"
    assert _read("ta5m tru1").meant == ""
    assert _read("dk tam tru").meant == ""


def test_a_code_is_seen_wherever_it_stands() -> None:
    assert _read("thủ tục 1.001193.000.00.00.H09").code == "1.001193"


def test_what_every_name_says_is_not_enough_to_be_found() -> None:
    strong = {unit.alternatives[0][0] for unit in _read("đăng ký khai sinh").strong}
    assert "khai_sinh" in strong and "dang_ki" not in strong


def test_the_words_that_people_said_count_where_a_procedure_holds_them() -> None:
    assert any(("bao_tu",) in unit.alternatives for unit in _read("báo tử").units)


def test_the_last_word_may_go_on_until_a_space_ends_it() -> None:
    assert "'ket_h':*" in " ".join(unit.query() for unit in _read("kết h").units)
    assert "ket_h" not in " ".join(unit.query() for unit in _read("kết h ").units)


def test_words_that_stand_nowhere_are_told_apart() -> None:
    assert _read("vay lãi suất thấp").is_mostly_unknown
    assert not _read("kết hôn").is_mostly_unknown
    assert _read("").is_empty and _read("!!!").is_empty


def test_traits_know_their_marks() -> None:
    assert traits_of("Cấp lại giấy phép") and traits_of("Đăng ký kết hôn có yếu tố nước ngoài")
    assert not traits_of("Cấp giấy phép lái xe đối với đội ngũ")
    assert _read("cap lai giay phep").traits == traits_of("Cấp lại giấy phép")


def test_a_term_is_kept_once_at_its_best_weight() -> None:
    assert vector_of({"A": ["khai sinh"], "C": ["khai sinh, hộ tịch"]}) == (
        "'khai':1A 'sinh':1A 'khai_sinh':1A 'ho':1C 'tich':1C 'ho_tich':1C"
    )


def test_pairs_do_not_reach_over_commas() -> None:
    assert "em_nha" not in terms_of(["trẻ em, nhà ở"])
