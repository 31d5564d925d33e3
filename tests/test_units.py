"""Long lines in units: where they are cut, what repeats inside them, and what the judge makes of it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from judge_cases import articles

from dedup.analysis import analyse
from dedup.corpus import Corpus, scan
from dedup.judge.bounds import bounds
from dedup.judge.markers import MarkerList
from dedup.judge.passages import passage_edges, tokens
from dedup.judge.units import Units, units
from dedup.settings import Settings
from dedup.text.fold import fold
from dedup.text.folded import Folded
from dedup.types import Document

HEAD = "Tidewater Courier Home News Harbour Weather Sport Notices Subscribe today for two coins"
FOOT = "Copyright Tidewater Courier Printed on the quay Contact the desk Terms of use Privacy notice"
NEWS = [" ".join(lines) for name, lines in sorted(articles().items()) if name.startswith("ar/")][:6]
EDGES = (len(fold(HEAD)) + 1, len(fold(FOOT)))


def flat_pages(count: int = 6) -> list[Document]:
    texts = [f"{HEAD} {text} {FOOT}" for text in NEWS[:count]]
    return [Document(f"{n}.txt", "tidewater", f"{n}.txt", 0, text) for n, text in enumerate(texts)]


_FIRMS = ("المرفأ", "السنابل", "القوافل", "الطواحين", "النوارس", "الينابيع")


def kept(documents: list[Document]) -> list[str]:
    analysis = analyse(documents, Settings(duplicates="keep-all"))
    out = []
    for number, document in enumerate(documents):
        gone = analysis.final(number, document.text)
        assert all(one.end <= two.start for one, two in pairwise(gone))
        at, parts = 0, []
        for removal in gone:
            parts.append(document.text[at : removal.start])
            at = removal.end
        out.append("".join([*parts, document.text[at:]]).strip())
    return out


def in_units(corpus: Corpus) -> Units | None:
    return units(corpus, MarkerList.standard(), np.zeros(len(corpus.texts), np.bool_))


def test_the_frame_of_flattened_pages_goes_and_the_article_stays():
    assert kept(flat_pages()) == NEWS


def test_the_same_page_alone_keeps_what_only_repetition_knows():
    (text,) = kept(flat_pages(1))
    assert NEWS[0] in text


def test_one_page_in_lines_among_flattened_ones_changes_nothing():
    text = f"{HEAD}\n{NEWS[0]} {NEWS[1]}\n{FOOT}"
    pages = [*flat_pages(), Document("lines.txt", "tidewater", "lines.txt", 0, text)]
    assert kept(pages)[:6] == NEWS


def test_ordinary_paragraphs_are_not_cut():
    documents = [Document(f"{n}", "s", "a", n, "\n".join([HEAD, *NEWS, *NEWS[n:], FOOT])) for n in range(6)]
    assert in_units(scan(documents)) is None


def test_set_phrases_of_the_market_news_are_no_template():
    """Sentences with slots: their pieces repeat, but they are pieces of sentences."""
    reports = [
        f"بلغت قيمة التداول في سوق الزعترية للأسهم أمس {n}7 مليون درهم مقابل {n}3 مليونا أول من أمس. "
        f"وتصدر سهم {name} قائمة الشركات الأكثر ارتفاعا في جلسة التداول بنسبة {n} في المئة عند سعر {n}2 درهما. "
        f"وجاء سهم {other} في المركز الثاني على قائمة الشركات الأكثر نشاطا بعد أن جرى التعامل على {n}5 ألف سهم. "
        f"{NEWS[n]}"
        for n, (name, other) in enumerate(zip(_FIRMS, _FIRMS[::-1], strict=True))
    ]
    assert kept([Document(f"{n}", "s", "a", n, text) for n, text in enumerate(reports)]) == reports


def test_units_make_up_their_line():
    corpus = scan(flat_pages())
    found = in_units(corpus)
    assert found is not None
    for row in range(corpus.lines.text.size):
        own = np.flatnonzero(found.row == row)
        text = corpus.texts.text(int(corpus.lines.text[row]))
        assert [int(found.begin[k]) for k in own] == [0, *(int(found.end[k]) for k in own[:-1])]
        assert int(found.end[own[-1]]) == len(text)
        for k in own:
            piece = text[found.begin[k] : found.end[k]]
            assert found.corpus.texts.text(int(found.corpus.lines.text[k])) == piece.rstrip(" ")
            assert int(found.corpus.lines.size[k]) == len(piece.replace(" ", ""))


def test_uncut_lines_keep_their_text_and_hash():
    documents = [*flat_pages(), Document("b", "s", "b", 0, "خبر\n\nمقال عن المطر في القرية")]
    corpus = scan(documents)
    found = in_units(corpus)
    assert found is not None
    for row in np.flatnonzero(~found.cut).tolist():
        old, new = int(corpus.lines.text[found.row[row]]), int(found.corpus.lines.text[row])
        assert (old < 0) == (new < 0)
        if old >= 0:
            assert found.corpus.texts.text(new) == corpus.texts.text(old)
            assert found.corpus.hashes[new].tolist() == corpus.hashes[old].tolist()


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("خبر عاجل", ["خبر", "عاجل"]),
        ("新闻,体育", ["新闻,", "体育"]),
        ("ข่าว กีฬา", ["ข่าว", "กีฬา"]),
        ("one", ["one"]),
    ],
)
def test_tokens(text: str, pieces: list[str]):
    start = [*tokens(Folded.of([text])).start.tolist(), len(text)]
    assert [text[a:b].strip() for a, b in pairwise(start)] == pieces


def test_passages_begin_and_end_where_the_template_does():
    column = Folded.of([fold(page.text) for page in flat_pages()])
    edges = passage_edges(column, np.zeros(6, np.int64), np.arange(6))
    assert edges.telling.all()
    for text in range(6):
        inside = edges.place[(edges.place >= column.offsets[text]) & (edges.place < column.offsets[text + 1])]
        assert EDGES[0] + column.offsets[text] in inside
        assert column.offsets[text + 1] - EDGES[1] in inside


def test_what_two_sites_share_once_each_is_no_passage():
    column = Folded.of([fold(page.text) for page in flat_pages()])
    assert not passage_edges(column, np.arange(6), np.arange(6)).place.size


@pytest.mark.parametrize(
    "text",
    [
        "The council met on 3 May 2021 and the vote was close. It will meet again in June at noon in the old hall.",
        "She asked him about the related matter of the share price, and he would only comment that it had fallen.",
        "وقال إن التعليق على الخبر جاء في وقت متأخر. وأضاف أن المصدر الذي نقل عنه الخبر معروف.",
        "Er kam am 3. Mai 2021 zurück. Die Kommentare seiner Nachbarn waren freundlich, mehr war nicht zu erwarten.",
    ],
)
def test_words_of_an_article_are_no_labels(text: str):
    column = Folded.of([fold(f"{text} {text}")])
    assert (
        bounds(column, np.zeros(1, np.uint64), np.zeros(1, np.int64), np.zeros(1, np.int64), MarkerList.standard())
        == {}
    )


@pytest.mark.parametrize(
    ("text", "label", "gone"),
    [
        (
            "انتهت القمة أمس في المدينة القديمة بعد ثلاثة أيام. المصدر: وكالة الساحل كلمات دلالية: القمة، المدينة",
            "keywords",
            "كلمات دلالية: القمة، المدينة",
        ),
        (
            "The bridge opened on Sunday. Related articles: The old ferry is for sale",
            "related_links",
            "Related articles:",
        ),
    ],
)
def test_a_label_after_a_sentence_goes_with_what_it_heads(text: str, label: str, gone: str):
    document = Document("a", None, "a", 0, f"{NEWS[0]} {text}")
    removals = analyse([document], Settings()).removals(0, document.text)
    assert [r.label for r in removals if gone in document.text[r.start : r.end]] == [label]
