"""Closed word lists: what is a date and nothing else, a row of networks, a paragraph that goes on."""

from __future__ import annotations

import pytest

from dedup.judge.lexicon import is_markup, lexicon
from dedup.text.fold import fold

DATES = (
    "الجمعة 20 نونبر 2020 - 09:00",
    "14 شباط 2019",
    "٤ ربيع الآخر ١٤٤٢ هـ",
    "12/03/2021",
    "2021-03-12 10:15",
    "نشر في 12.3.2021 الساعة 10:15",
    "منذ 3 ساعات 10:15",
    "كانون الثاني 2018",
    "March 12, 2021 at 10:15 am",
    "Last updated: 4 May 2021",
    "12 mars 2022 à 10h15",
    "den 12 juni 2020 kl 10:15",
    "12 Mart 2022",
    "14 مهر 1401",
    "Friday 10:15",
)
NO_DATES = (
    "نتيجة 2-1",
    "10:15",
    "2021",
    "12 رجلا",
    "مارس الرياضة",
    "مايو 1958 شهر لا ينسى",
    "May 12 people",
    "12 of 30",
    "الجمعة",
    "1 2 3 4",
    "السبت 12",
    "",
)


@pytest.mark.parametrize("text", DATES)
def test_a_date_and_nothing_else(text):
    assert lexicon().is_date(fold(text))


@pytest.mark.parametrize("text", NO_DATES)
def test_no_date(text):
    assert not lexicon().is_date(fold(text))


def test_a_date_has_an_end():
    assert not lexicon().is_date("12/03/2021 " * 9)


@pytest.mark.parametrize("text", ["فيسبوك تويتر", "Facebook 12 | Twitter 3", "X", "واتساب تيلقرام بينتيريست"])
def test_networks(text):
    assert lexicon().is_networks(fold(text))


@pytest.mark.parametrize("text", ["فيسبوك يعلن", "12", "", "facebook " * 17])
def test_no_networks(text):
    assert not lexicon().is_networks(fold(text))


@pytest.mark.parametrize(
    "text", ["وأضاف أن الجسر مغلق", "كما قال", "But the bells rang", "Mais la cloche", "ويأمل السكان"]
)
def test_a_paragraph_that_goes_on(text):
    assert lexicon().goes_on(fold(text))


@pytest.mark.parametrize("text", ["وزير الماء يزور", "وكالة السهل", "جسر جديد", "The bells rang", "وادي العرعر", ""])
def test_a_first_paragraph(text):
    assert not lexicon().goes_on(fold(text))


@pytest.mark.parametrize("text", ['content="خبر" />', "<img src='a.jpg'>", 'alt = "x"', "text />"])
def test_markup(text):
    assert is_markup(fold(text))


@pytest.mark.parametrize("text", ["a < b and b > c", "x = 3", "the class of 1958", "محتوى"])
def test_no_markup(text):
    assert not is_markup(fold(text))


def test_every_list_has_words():
    words = lexicon()
    assert all((words.months, words.weekdays, words.time, words.networks, words.agencies, words.connectives))
    assert list(words.agencies) == sorted(words.agencies, key=len, reverse=True) or len(
        {len(name) for name in words.agencies}
    ) < len(words.agencies)
