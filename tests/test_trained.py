"""The learned judgement: the same numbers either way, the same page alone or not, and what it must keep."""

import random
from dataclasses import replace

import numpy as np
import pytest
from test_kernels import documents, noise

from dedup.analysis import analyse
from dedup.corpus import scan
from dedup.judge.evidence import gather
from dedup.judge.lines import Lines
from dedup.judge.markers import MarkerList
from dedup.judge.trained import around, columns, opinion
from dedup.judge.trained.again import second_columns
from dedup.judge.trained.forest import Forest, model_of, packaged_model
from dedup.judge.trained.tokens import COUNTED, slots_of, tokens
from dedup.near import compiled
from dedup.settings import Settings
from dedup.text.fold import Folded, fold
from dedup.types import Document

MENU = "Home\nWorld\nBusiness\nSport\nCulture\nOpinion\nVideo\nLog in\nSubscribe\nNewsletters"
TITLE = "Harbour town votes to keep its last ferry running"
BODY = (
    (
        "The council of the harbour town voted on Tuesday to keep the last ferry running for another five years, after "
        "a debate that lasted until midnight and drew more than three hundred residents to the old customs house."
    ),
    (
        "Supporters said that the ferry, which crosses the bay eleven times a day, is the only way for many pupils and "
        "nurses to reach the other shore without a detour of forty kilometres."
    ),
    (
        "“We have counted every passenger for a year,” said the harbour master, who presented the figures to the "
        "council. “The number has risen every month, and it will rise again when the bridge is closed for repairs.”"
    ),
    (
        "Opponents had argued that the money would be better spent on the road along the coast, parts of which were "
        "washed away last winter. They announced that they would ask for a referendum."
    ),
)
RAIL = (
    "Most read\nFive beaches to visit before the summer ends\nWhy bread has become so expensive\n"
    "Quiz: how well do you know the islands?\nThe best photographs of the week\nSign up for our newsletter\n"
    "About us\nContact\nPrivacy policy\nTerms of use\nCookie settings\n© 2024 The Bay Courier. All rights reserved."
)
PAGE = "\n".join((MENU, TITLE, *BODY, RAIL))


@pytest.fixture
def way(monkeypatch):
    """Choose the compiled way or NumPy's, whatever the amount of work."""

    def choose(compile_it: bool) -> None:
        monkeypatch.setattr(compiled, "_loaded", [compiled._load()] if compile_it else [])
        monkeypatch.setattr(compiled, "LEAST", 1 << 62)

    return choose


def lines_of(texts, sites=None):
    docs = [Document(str(n), sites[n] if sites else None, "a.jsonl", n, text) for n, text in enumerate(texts)]
    corpus = scan(docs)
    return Lines(gather(corpus, MarkerList.standard()), np.arange(len(docs)))


def all_columns(lines):
    """Every column of both looks, with a lexicon and a first answer made up from the words."""
    found, first = columns.scene(lines)
    weights = np.random.default_rng(5).integers(-32, 33, 1 << 20).astype(np.int8)
    weights[::2] = columns.UNKNOWN
    first |= dict(columns.lexicon_columns(found, weights))
    doubt = (first["lexicon_sum"] * 37 + first["width"]) % 1001
    return first | dict(second_columns(found, doubt.astype(np.int64), first["words"].astype(np.int64)))


@pytest.mark.parametrize("seed", range(4))
def test_compiled_and_numpy_ways_give_the_same_columns(way, seed):
    pytest.importorskip("numba")
    texts = [text for text in documents(seed, 40) if text.strip()]
    found = []
    for compile_it in (False, True):
        way(compile_it)
        found.append(all_columns(lines_of(texts)))
    assert list(found[0]) == list(found[1])
    for name in found[0]:
        assert found[0][name].tolist() == found[1][name].tolist(), name


@pytest.mark.parametrize("seed", range(4))
def test_compiled_and_numpy_ways_read_the_same_words(way, seed):
    pytest.importorskip("numba")
    rng = random.Random(seed)
    texts = Folded.of([fold(noise(rng, rng.randrange(40)).replace("\n", " ")) for _ in range(200)])
    found = []
    for compile_it in (False, True):
        way(compile_it)
        words = tokens(texts)
        found.append([column.tolist() for column in (words.slot, words.weight, words.offsets, words.counts)])
    assert found[0] == found[1]


def test_words_and_signs_are_counted():
    found = tokens(Folded.of(["on 12 may. a | b > c", "東京 tower"]))
    counts = [dict(zip(COUNTED, row, strict=True)) for row in found.counts.tolist()]
    assert counts[0]["longest"] == 3
    assert (counts[0]["numbers"], counts[0]["short_words"], counts[0]["inner_stops"]) == (1, 6, 1)
    assert (counts[0]["bar"], counts[0]["arrow"], counts[1]["pairs"]) == (1, 1, 2)
    assert found.slot[[-1, -3]].tolist() == slots_of(["tower", "東京"]).tolist()


def test_means_and_distances_stop_at_the_ends_of_a_page():
    begin, values = np.array([0, 2, 4]), np.array([-3, 5, 7, 9])
    assert [side.tolist() for side in around.means(begin, values, 3)] == [[-1, -48, -1, 112], [80, -1, 144, -1]]
    assert around.shifted(begin, values, 1).tolist() == [5, -1, 9, -1]
    far = around.distances(begin, np.array([True, False, False, False]), np.array([10, 20, 30, 40]))
    assert far["up"].tolist() == [-1, 1, -1, -1]
    assert far["since_first"].tolist() == [0, 1, around.FAR, around.FAR]
    assert [part.tolist() for part in around.copies(begin, np.array([4, 4, 4, 5]))] == [[2, 2, 1, 1], [0, 1, 0, 0]]


def forest(seed, trees=5, features=4):
    """Random trees of three levels."""
    rng = random.Random(seed)
    tree = {"left": [1, ~0, ~1], "right": [2, ~2, ~3]}
    return {
        "columns": [f"c{n}" for n in range(features)],
        "trees": [
            tree
            | {
                "feature": [rng.randrange(features) for _ in range(3)],
                "limit": [rng.randrange(-50, 50) for _ in range(3)],
                "leaf": [rng.randrange(-999, 999) for _ in range(4)],
            }
            for _ in range(trees)
        ]
        + [{"feature": [], "limit": [], "left": [], "right": [], "leaf": [11]}],
    }


def by_hand(table, row):
    total = 0
    for tree in table["trees"]:
        node = 0 if tree["feature"] else ~0
        while node >= 0:
            goes_left = row[tree["feature"][node]] <= tree["limit"][node]
            node = tree["left" if goes_left else "right"][node]
        total += tree["leaf"][~node]
    return total


@pytest.mark.parametrize("compile_it", [False, True])
def test_a_forest_adds_up_its_trees(way, compile_it):
    if compile_it:
        pytest.importorskip("numba")
    way(compile_it)
    table = forest(3)
    rows = np.random.default_rng(1).integers(-60, 60, (700, 4)).astype(np.int16)
    assert Forest.of(table).margins(rows).tolist() == [by_hand(table, row.tolist()) for row in rows]


def test_margins_become_scores_by_steps():
    table = forest(1)
    model = model_of(
        {"lexicon": {"menu": 9}, "doubt": [0, 500, 1000], "scores": [[-9, 10], [0, 400], [50, 990]]}
        | {"first": table, "second": table}
    )
    assert model.certainty(np.array([-5, -1, 0, 49, 50], np.int32)).tolist() == [10, 10, 400, 400, 990]
    assert model.doubts(np.array([-999, 0, 999], np.int32)).tolist() == [0, 500, 1000]
    assert model.lexicon[slots_of(["menu"])[0]] == 9


def test_the_packaged_model_reads_columns_that_there_are():
    model = packaged_model()
    known = set(all_columns(lines_of([PAGE])))
    assert set(model.first.names) | set(model.second.names) <= known
    assert (np.diff(model.scores) > 0).all()
    assert (np.diff(model.limits) > 0).all()
    assert model.scores.min() >= 0
    assert model.scores.max() <= 1000
    assert (np.diff(model.doubt) >= 0).all()


def test_a_page_is_judged_the_same_alone_and_among_others():
    texts = [PAGE, "\n".join(BODY), PAGE.replace("ferry", "tram"), "خبر\nعاجل\n" + "كلام " * 40]
    model = packaged_model()
    together = opinion.certainties(lines_of(texts, ["a", "b", "c", "d"]), model)[0].tolist()
    alone = [value for text in texts for value in opinion.certainties(lines_of([text]), model)[0].tolist()]
    assert together == alone


def judged(texts, sites=None, **settings):
    docs = [Document(str(n), sites[n] if sites else None, "a.jsonl", n, text) for n, text in enumerate(texts)]
    found = analyse(docs, replace(Settings(duplicates="keep-all"), **settings))
    return [[(text[v.start : v.end].strip(), v) for v in found.verdicts(n, text)] for n, text in enumerate(texts)]


def test_menu_and_rail_of_a_page_alone_go_and_the_article_stays():
    verdicts = dict(judged([PAGE])[0])
    kept = {text for text, verdict in verdicts.items() if verdict.label in ("main", "title")}
    assert {TITLE, *BODY} <= kept
    chrome = [*MENU.split("\n"), *RAIL.split("\n")]
    assert sum(len(text) for text in chrome if text in kept) <= 0.15 * sum(map(len, chrome))
    assert verdicts["Business"].label == "navigation"
    assert "above the article" in " ".join(verdicts["Business"].evidence)
    assert verdicts["Why bread has become so expensive"].label == "related_links"


def test_an_article_without_chrome_stays_whole():
    for text in ("\n".join((TITLE, *BODY)), "\n".join(BODY), BODY[0]):
        assert all(verdict.label in ("main", "title") for _, verdict in judged([text])[0])


def test_the_learned_judgement_is_silent_where_a_site_shows_its_template():
    pages = [PAGE.replace("ferry", f"ferry{n}").replace("Tuesday", f"Tuesday{n}") for n in range(6)]
    for page in judged(pages, ["bay"] * 6):
        assert not any("learned from" in reason for _, verdict in page for reason in verdict.evidence)


def test_a_score_below_the_limit_removes_nothing():
    surest = judged([PAGE], keep_below=0.999)[0]
    least = judged([PAGE], keep_below=0.5)[0]
    gone = [{text for text, v in page if v.label not in ("main", "title", "blank")} for page in (surest, least)]
    assert gone[0] < gone[1]


def test_the_title_and_the_lead_above_the_text_stay_wherever_they_are_repeated():
    lead = "The last ferry of the harbour town may run for five more years, the council decided after a long debate"
    page = "\n".join((MENU, TITLE, lead, "By our correspondent", *BODY, "Latest", TITLE, RAIL))
    for text, verdict in judged([page], keep_below=0.5)[0]:
        if text in (TITLE, lead):
            assert verdict.label in ("main", "title") or "learned from" not in " ".join(verdict.evidence)


SHAPES = {
    "list": ["Bread", "Salt", "Two lemons", "Fresh mint", "Olive oil"],
    "table": ["1    North pier    412    38", "2    Old quay    390    41", "3    Lighthouse    377    29"],
    "poem": ["O ferry of the narrow bay", "who carries salt and carries day", "come home before the evening grey"],
    "bullets": ["• Keep the timetable", "• Repair the pier", "• Ask the residents again"],
    "scores": ["Harbour 2-1 Island", "Lighthouse 0-0 Coast", "Bay 3-2 Quay"],
}


@pytest.mark.parametrize("kind", SHAPES)
def test_what_is_no_sentence_stays_within_an_article(kind):
    page = "\n".join((MENU, TITLE, *BODY[:2], *SHAPES[kind], *BODY[2:], RAIL))
    verdicts = dict(judged([page])[0])
    assert [text for text in SHAPES[kind] if verdicts[text].label not in ("main", "title")] == []
