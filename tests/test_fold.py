"""Folding: the spellings that must meet, those that must not, and the columns equal to the definition."""

from __future__ import annotations

import sys
import unicodedata
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dedup.text import charmap, columns, normal
from dedup.text.fold import fold, fold_lines, fold_map, profile_of, squeeze
from dedup.text.lines import encode, split

MAPPED = sorted({*charmap.BEFORE_NFKC, *(point for table in charmap.TABLES.values() for point in table)})
SPECIAL = [
    *map(chr, MAPPED),
    *"اأإآٱؤئءىيیېےكکهھہۀةۃۓلا ﻻﷲﷺﷻ﷼﷽ﻼﻣﻘﺎ",
    *"\u0653\u0654\u0655\u064b\u064e\u0651\u0670\u0640\u200c\u200d\u200e\u200f\u00a0\u3000\u2009\t\r\v\x85\x1c\0",
    *"e\u0301\u0308\u0323\u0307\u0338 ñÅ\u212bﬁßŉİıΐΣςǅ½…´¨ﾞカガｶ\u3099\u309b가각\u1100\u1161\u11a8\uffa1\uffc2ㄱ",
    *"क़\u0958\u093c\u09c7\u09be\u0bc6\u0bd7ไทย\u0e33\u0f71\u0f72\u0344\u0345\u037e\u2126😀𝐀𝟗👨\U0001d15e\U00011099\U000110ba",
    *"0٣۳९:;,.!?%،؛؟٪٫٬۔»«“”-–—−•·'\"",
    "\ud800",
    "\udfff",
]
MIXED = st.text(alphabet=st.one_of(st.sampled_from(SPECIAL), st.sampled_from("خبر a: "), st.characters()), max_size=24)


def folded_columns(texts, profile):
    codes, doc_starts = encode(texts)
    bounds = split(codes, doc_starts)
    lines = [
        codes[a:b].tobytes().decode("utf-32-le", "surrogatepass") for a, b in zip(bounds.start, bounds.end, strict=True)
    ]
    return lines, fold_lines(codes, bounds.start, bounds.end, profile)


@pytest.mark.parametrize(
    ("one", "other", "profile"),
    [
        ("إقرأ أيضاً:", "اقرا ايضا :", "ar"),
        ("إقرأ أيضاً:", "أقرأ أيضًا：", "ar"),
        ("الأخبار\u200f:", "الأخبار :", "ar"),
        ("مكتب الإرھاب", "مكتب الإرهاب", "ar"),
        ("وزیر الزراعة یزور السوق", "وزير الزراعه يزور السوق", "ar"),
        ("ﻣﻘﺎﻻﺕ ﺃﺧﺮﻯ", "مقالات أخرى", "ar"),
        ("مـــزيد", "مزيد", "ar"),
        ("ا\u0654خبار", "أخبار", "ar"),
        ("ا\u064e\u0654خبار", "أَخبار", "ar"),
        ("شَـدَّ", "شد", "ar"),
        ("\ufe76 حركة", "حركة", "ar"),
        ("﷼ واحد", "ريال واحد", "ar"),
        ("في ١٢ أيار", "في 12 ايار", "ar"),
        ("۱۲٫۵٪", "12.5%", "ar"),
        ("«السوق»", '"السوق"', "ar"),
        ("• خبر", "· خبر", "ar"),
        ("سطر\u00a0 \u2009واحد ", "سطر واحد", "ar"),
        ("STRASSE", "Straße", "ar"),
        ("İZMİR", "ızmır", "ar"),
        ("Cafe\u0301", "CAFÉ", "ar"),
        ("كتابی", "کتابي", "ur"),
        ("كتاب", "کتاب", "ckb"),
        ("می\u200cرود", "ميرود", "fa"),
    ],
)
def test_spellings_of_one_text_meet(one, other, profile):
    assert fold(one, profile) == fold(other, profile)


@pytest.mark.parametrize(
    ("one", "other", "profile"),
    [
        ("النتيجة 2-1", "النتيجة 1-2", "ar"),
        ("النتيجة 2-1", "النتيجة 21", "ar"),
        ("سؤال", "سوال", "ar"),
        ("مائة", "مايه", "ar"),
        ("بدء", "بد", "ar"),
        ("کہانی", "کھانی", "ur"),
        ("کے", "کی", "ur"),
        ("بێ", "بی", "ckb"),
        ("هەر", "ههر", "ckb"),
        ("من ه", "منه", "fa"),
    ],
)
def test_different_texts_stay_apart(one, other, profile):
    assert fold(one, profile) != fold(other, profile)


def test_squeeze_ignores_spaces_and_nothing_else():
    assert squeeze("نوشته\u200cهای", "fa") == squeeze("نوشته های", "fa")
    assert squeeze("المزيد :") == "المزيد:"
    assert squeeze("المزيد") != squeeze("المزيد:")


@pytest.mark.parametrize("profile", charmap.PROFILES)
def test_columns_equal_the_definition_on_every_mapped_character(profile):
    texts = [
        frame.replace("_", character)
        for character in SPECIAL
        for frame in ("_", "كلمة_كلمة", "_ :_ _", "ا_\u0654e_\u0301")
    ]
    lines, folded = folded_columns(texts, profile)
    for at, line in enumerate(lines):
        assert folded.text(at) == fold(line, profile), ascii(line)


@settings(max_examples=400)
@given(st.lists(MIXED, max_size=5), st.sampled_from(charmap.PROFILES))
@example(["\r", " :", "\u200f"], "ar")
def test_columns_equal_the_definition_on_mixed_text(texts, profile):
    lines, folded = folded_columns(texts, profile)
    assert len(folded) == len(lines)
    assert [folded.text(at) for at in range(len(lines))] == [fold(line, profile) for line in lines]


@settings(max_examples=400)
@given(MIXED, st.sampled_from(charmap.PROFILES))
def test_the_map_gives_the_same_text_and_offsets_that_rise(text, profile):
    folded, offsets = fold_map(text, profile)
    assert folded == fold(text, profile)
    assert len(offsets) == len(folded) + 1
    assert offsets[-1] == len(text)
    assert offsets == sorted(offsets)


@settings(max_examples=400)
@given(MIXED, st.sampled_from(charmap.PROFILES))
@example("خبر … ﷲ : نﻻ", "ar")
@example("\u0654ـ ء\u0654 ", "ur")
def test_long_texts_are_mapped_as_short_ones_are(text, profile):
    with patch("dedup.text.fold._LONG", len(text) + 1):
        one_by_one = fold_map(text, profile)
    assert columns.fold_places(text, profile) == one_by_one


def test_a_span_of_the_folded_text_cuts_the_raw_text():
    raw = "الخـبر الأوَّل — المصدر : وكالة"
    folded, offsets = fold_map(raw)
    at = folded.index("المصدر:")
    assert raw[offsets[at] : offsets[at + len("المصدر:")]] == "المصدر :"
    assert raw[offsets[0] : offsets[folded.index(" ")]] == "الخـبر"


def test_lines_may_be_any_slices_in_any_order():
    codes, _ = encode(["واحد اثنان ثلاثة"])
    folded = fold_lines(codes, np.array([10, 0, 16, 0]), np.array([16, 4, 16, 10]))
    assert [folded.text(at) for at in range(4)] == ["ثلاثه", "واحد", "", "واحد اثنان"]


def test_chunks_change_nothing(monkeypatch):
    texts = [f"سطر  {number} … e\u0301 :" * (number % 4) for number in range(60)]
    _, whole = folded_columns(texts, "ar")
    monkeypatch.setattr(columns, "_CHUNK", 16)
    _, chunked = folded_columns(texts, "ar")
    assert whole.codes.tolist() == chunked.codes.tolist()
    assert whole.offsets.tolist() == chunked.offsets.tolist()


def test_all_that_composition_attaches_is_a_mark_or_jamo_and_no_harmless_mark_composes():
    """The assumption of `normal._inert`, asked of the Unicode data of the running Python."""
    for point in range(sys.maxunicode + 1):
        parts = unicodedata.decomposition(chr(point)).split()
        if len(parts) == 2 and not parts[0].startswith("<"):
            first, second = (chr(int(part, 16)) for part in parts)
            if unicodedata.normalize("NFC", first + second) == chr(point):
                assert not normal._inert(second), f"U+{ord(second):04X}"


@pytest.mark.parametrize(
    ("text", "profile"),
    [
        ("وزیر الداخلیة یزور الكویت ومعه ھیئة", "ar"),
        ("التقى الوزير السيد پاول في چيكوسلوفاكيا السابقة وتحدث عن مستقبل العلاقة بين الدولتين والتجارة", "ar"),
        ("دولت گفت که پنج چشمه تازه در پارک ملی پیدا شده است و گردشگران می‌آیند", "fa"),
        ("لڑکے نے کہا کہ وہ کل گھر میں ٹھہرے گا اور کتابیں پڑھے گا", "ur"),
        ("کوڕەکە گوتی سبەینێ دەچێتە بازاڕ و هەموو شتێک دەکڕێت", "ckb"),
        ("Der Minister sprach gestern", "ar"),
        ("", "ar"),
    ],
)
def test_profile_of_a_document(text, profile):
    assert profile_of(text) == profile
