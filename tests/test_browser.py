"""The page in a real browser: what is shown, decisions that come back, keyboard, both directions, hostile text.

Skipped where there is no Chromium with chromedriver; accessibility also wants `npm install` in tests/browser.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import pytest

from dedup import pipeline
from dedup.report import run as finished
from dedup.report.cells import percent
from dedup.report.export import figures
from dedup.report.page.audit import audit
from dedup.report.page.render import write_html
from dedup.settings import Settings

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))
from chromium import AXE, chromium, missing

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())
SAMPLES = Path(__file__).parent.parent / "samples" / "scrapes"
VIEWS = ("overview", "catalogue", "documents", "doc/1", "review")

VECTORS = (
    "<script>window.ran='script'</script>",
    "<img src=x onerror=\"window.ran='img'\">",
    "<svg onload=\"window.ran='svg'\">",
    "</script><script>window.ran='end'</script>",
    "<!--<script>window.ran='comment'//-->",
    '"><iframe srcdoc="<script>parent.ran=\'frame\'</script>"></iframe>',
    "' onmouseover='window.ran=\"attribute\"' x='",
    "javascript:window.ran='url'",
    "{{ constructor.constructor('window.ran=1')() }}",
    "\u202e</title><script>window.ran='bidi'</script>\u2066",
    "nul \x00 and \x1b[2J and \x85 and \ufeff and \u2028",
    "&lt;script&gt;window.ran='entity'&lt;/script&gt;",
    "<a href=\"javascript:window.ran='link'\">read also</a>",
    "<style>*{display:none}</style><base href=//e.example><meta http-equiv=refresh content=0>",
)


@pytest.fixture(scope="module")
def downloads(tmp_path_factory):
    return tmp_path_factory.mktemp("downloads")


@pytest.fixture(scope="module")
def browser(downloads):
    with chromium(downloads) as driver:
        yield driver


@pytest.fixture(autouse=True)
def console(browser):
    """Nothing that any test does may make the page complain: no error, no warning, no breach of its policy."""
    browser.get_log("browser")
    yield
    assert [entry["message"] for entry in browser.get_log("browser")] == []


def page_of(run_dir, path):
    with path.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
        write_html(audit(run_dir, finished.summary(run_dir)), file)
    return path


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    folder = tmp_path_factory.mktemp("samples")
    pipeline.clean([str(SAMPLES)], folder / "run", Settings())
    return page_of(folder / "run", folder / "audit.html")


@pytest.fixture
def show(browser, samples):
    """Open a view of the samples' page anew, as from disk."""

    def open_view(view, page=samples):
        browser.get("about:blank")
        browser.get(f"{page.as_uri()}#{view}")
        assert browser.execute_script("return document.documentElement.dataset.ready") == "true"
        return browser

    yield open_view
    browser.execute_script("try { localStorage.clear() } catch {}")


def found(browser, selector):
    return browser.find_elements("css selector", selector)


def text(browser, selector):
    return found(browser, selector)[0].text


def button(browser, within, name):
    return next(each for each in within.find_elements("css selector", "button") if each.text == name)


def until(condition, seconds=10):
    """Wait for what the page does after an event, such as a change of the address."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)
    return condition()


def settle(browser):
    """Wait for the list to be made anew: the page waits for the end of typing."""
    assert until(lambda: browser.execute_script("return !document.documentElement.dataset.busy"))


def type_into(browser, selector, words):
    field = found(browser, selector)[0]
    field.clear()
    field.send_keys(words)
    settle(browser)


def choose(browser, selector, value):
    script = "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('input', {bubbles: true}))"
    browser.execute_script(script, found(browser, selector)[0], value)
    settle(browser)


def test_overview_shows_the_figures_of_json(show, samples):
    summary = finished.summary(samples.parent / "run")
    shown = " ".join(text(show("overview"), "#overview").split())
    for tally in figures(summary)["classes"]:
        assert f"{tally['label']} {percent(tally['share']).strip()} {tally['chars']:,} {tally['documents']:,}" in shown
    for site in figures(summary)["sites"]:
        assert f"{site['site']} {percent(site['main_share']).strip()}" in shown
    assert percent(figures(summary)["total"]["main_share"]).strip() in shown


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_shows_itself_alone_and_asks_for_nothing(show, view):
    driver = show(view)
    assert [each.get_attribute("id") for each in found(driver, "main > section") if each.is_displayed()] == [
        view.partition("/")[0]
    ]
    shown = text(driver, "main")
    assert len(shown) > 80
    assert not any(word in shown for word in ("null", "undefined", "NaN", "[object"))
    assert driver.execute_script("return performance.getEntriesByType('resource').length") == 0
    assert driver.execute_script("return window.ran") is None


def test_sites_are_sorted_by_a_click(show):
    driver = show("overview")
    sites = [each.text for each in found(driver, "table.sortable tbody th")]
    heads = found(driver, "table.sortable th button")
    heads[0].click()
    assert [each.text for each in found(driver, "table.sortable tbody th")] == sorted(sites)
    heads[-1].click()
    heads[-1].click()
    counts = [int(row.text.rsplit(" ", 1)[1].replace(",", "")) for row in found(driver, "table.sortable tbody tr")]
    assert counts == sorted(counts, reverse=True)


def test_the_catalogue_starts_with_what_was_removed_on_a_phrase_alone(show):
    driver = show("catalogue")
    first = found(driver, "#phrases > li")[0]
    assert "alone: 9 removals" in first.text
    assert first.find_elements("css selector", ".samples a")
    assert "characters removed" in found(driver, "#clusters > li")[0].text


def test_the_catalogue_is_filtered_by_class_site_and_text(show):
    driver = show("catalogue")
    choose(driver, "#catalogue-tools select[name=label]", "legal")
    assert {each.text for each in found(driver, "#clusters .chip")} == {"legal"}
    choose(driver, "#catalogue-tools select[name=label]", "")
    choose(driver, "#catalogue-tools select[name=site]", "la-rive-sud")
    assert all("la-rive-sud" in each.text for each in found(driver, "#clusters > li"))
    choose(driver, "#catalogue-tools select[name=site]", "")
    type_into(driver, "#catalogue-tools input", "حقوق محفوظة")
    assert all("محفوظة" in each.text for each in found(driver, "#clusters > li"))
    assert found(driver, "#clusters > li")


def test_documents_are_found_and_ordered(show):
    driver = show("documents")
    assert text(driver, "#document-rows th") == "la-rive-sud/abonnes.txt"
    choose(driver, "#documents-tools select[name=order]", "margin")
    margins = [float(row.find_elements("css selector", "td")[4].text) for row in found(driver, "#document-rows tr")[:9]]
    assert margins == sorted(margins)
    type_into(driver, "#documents-tools input", "harbour")
    assert all("harbour" in each.text for each in found(driver, "#document-rows th"))
    choose(driver, "#documents-tools select[name=kind]", "copy")
    assert found(driver, "#document-rows tr") == []


def test_a_document_shows_every_line_with_its_reason(show):
    driver = show("doc/1")
    lines = found(driver, ".lines > li")
    assert len(lines) == 37
    assert found(driver, ".lines li.title .text")[0].value_of_css_property("font-weight") == "700"
    gone = found(driver, ".lines li.gone")[0]
    reason = gone.find_elements("css selector", ".reason")[0]
    assert not reason.is_displayed()
    driver.execute_script("arguments[0].focus()", gone)
    assert reason.is_displayed()
    assert reason.size["height"] < 160
    assert "on 13 of 14 pages of the site" in reason.text
    gone.send_keys("\ue00c")  # Escape
    assert not reason.is_displayed()
    button(driver, found(driver, "#doc")[0], "Spell out every reason").click()
    assert all(each.is_displayed() for each in found(driver, ".lines .reason"))


def test_a_duplicate_leads_to_the_copy_that_is_kept(show):
    driver = show("documents")
    choose(driver, "#documents-tools select[name=kind]", "copy")
    found(driver, "#document-rows th a")[0].click()
    assert until(found(driver, "#doc")[0].is_displayed)
    copy = text(driver, "#doc-title")
    link = found(driver, ".lines li.c-duplicate .reason a")[0]
    driver.execute_script("arguments[0].closest('li').focus()", link)
    kept = link.text
    link.click()
    assert until(lambda: text(driver, "#doc-title") == kept)
    assert kept != copy
    aimed = found(driver, ".lines li.aim")[0]
    assert aimed == driver.switch_to.active_element
    driver.back()
    assert until(lambda: text(driver, "#doc-title") == copy)


def test_a_removed_line_leads_to_its_cluster(show):
    driver = show("doc/1")
    link = next(each for each in found(driver, ".reason a") if each.get_attribute("href").find("#cluster/") > 0)
    driver.execute_script("arguments[0].closest('li').focus()", link)
    link.click()
    assert until(lambda: driver.switch_to.active_element.get_attribute("id").startswith("cluster-"))


def saved(downloads):
    for _ in range(50):
        files = list(downloads.glob("*.toml"))
        if files:
            content = files[0].read_text(encoding="utf-8")
            files[0].unlink()
            return content
        time.sleep(0.1)
    raise AssertionError("nothing was downloaded")


def relabel(driver, within, label):
    script = "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('change'))"
    driver.execute_script(script, within.find_elements("css selector", "select")[0], label)


def card(driver, selector, words):
    return next(each for each in found(driver, selector) if words in each.text)


PHRASE = "Mots-clés"
OTHER = "Topics"
HEADING = "خيوط هذا النص"


def test_decisions_survive_a_reload_and_clean_obeys_them(show, downloads, samples, tmp_path):
    driver = show("catalogue")
    button(driver, card(driver, "#phrases > li", PHRASE), "Reject: keep it").click()
    relabel(driver, card(driver, "#phrases > li", f"«{OTHER}»"), "navigation")
    choose(driver, "#catalogue-tools select[name=phrases]", "")
    type_into(driver, "#catalogue-tools input", HEADING)
    button(driver, card(driver, "#phrases > li", f"below «{HEADING}»"), "Reject: keep it").click()
    choose(driver, "#catalogue-tools input", "")
    rejected = found(driver, "#clusters > li")[0]
    kept = rejected.find_elements("css selector", ".quote")[0].text
    button(driver, rejected, "Reject: keep it").click()
    relabel(driver, card(driver, "#clusters > li", "تابعوا صحيفة الساحل"), "subscribe")
    button(driver, found(driver, "#clusters > li")[1], "Accept").click()
    driver.refresh()
    assert text(driver, "#decision-count") == "(6)"
    pressed = [each.text for each in found(driver, "#clusters button[aria-pressed=true]")]
    assert sorted(pressed) == ["Accept", "Reject: keep it"]
    driver.get(f"{samples.as_uri()}#review")
    assert until(lambda: found(driver, "#download"))
    assert "null" not in text(driver, "#review")
    found(driver, "#download")[0].click()
    rules = saved(downloads)
    assert rules == found(driver, "pre.rules")[0].get_attribute("textContent")

    (tmp_path / "rules.toml").write_text(rules, encoding="utf-8")
    pipeline.clean([str(SAMPLES)], tmp_path / "again", Settings(rules_file=str(tmp_path / "rules.toml")))
    before, after = (removed(folder) for folder in (samples.parent / "run", tmp_path / "again"))
    assert any(row["text"].startswith(PHRASE) for row in before)
    assert not any(row["evidence"][0].startswith(f"marker «{PHRASE}") for row in after)
    below = [row["text"] for row in before if row["evidence"][0].startswith(f"after «{HEADING}»")]
    assert len(below) > 10
    assert not [row for row in after if row["evidence"][0].startswith(f"after «{HEADING}»")]
    assert any(kept in row["text"] for row in before)
    assert not any(kept in row["text"] for row in after)
    assert {row["label"] for row in before if row["text"].startswith(f"{OTHER}:")} == {"keywords"}
    assert {row["label"] for row in after if row["text"].startswith(f"{OTHER}:")} == {"navigation"}
    assert {row["label"] for row in after if "تابعوا صحيفة الساحل" in row["text"]} == {"subscribe"}


def removed(run_dir):
    return [json.loads(line) for line in (run_dir / "removed.jsonl").read_text(encoding="utf-8").splitlines()]


def test_a_decision_is_taken_back_and_all_are_forgotten(show):
    driver = show("catalogue")
    first = found(driver, "#clusters > li")[0]
    button(driver, first, "Accept").click()
    button(driver, first, "Accept").click()
    assert text(driver, "#decision-count") == ""
    button(driver, first, "Accept").click()
    driver.get(driver.current_url.replace("#catalogue", "#review"))
    assert until(lambda: found(driver, "pre.rules"))
    assert "# accepted: " in text(driver, "pre.rules")
    found(driver, "#forget")[0].click()
    assert "No decision yet" in text(driver, "#review")


def tabbed(driver, steps):
    """The elements that the Tab key comes to."""
    for _ in range(steps):
        driver.switch_to.active_element.send_keys("\ue004")
        yield driver.switch_to.active_element


def test_a_decision_can_be_made_by_keyboard_alone(show):
    driver = show("")
    assert next(tabbed(driver, 1)).text == "Skip to the content"
    next(each for each in tabbed(driver, 5) if each.text == "Catalogue").send_keys("\ue007")  # Enter
    assert until(lambda: driver.switch_to.active_element.text == "Boilerplate catalogue")
    accept = next(each for each in tabbed(driver, 30) if each.text == "Accept")
    assert driver.execute_script("return getComputedStyle(arguments[0]).outlineStyle", accept) == "solid"
    accept.send_keys(" ")
    assert accept.get_attribute("aria-pressed") == "true"


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("width", [1280, 400])
def test_nothing_sticks_out_in_either_direction(show, view, direction, width):
    driver = show(view)
    driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    )
    driver.execute_script("document.documentElement.dir = arguments[0]", direction)
    script = "const e = document.documentElement; return [e.scrollWidth, e.clientWidth]"
    wide, room = driver.execute_script(script)
    driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert wide <= room


def test_arabic_lines_start_on_the_right_and_latin_ones_on_the_left(show):
    driver = show("doc/1")
    script = "return [...document.querySelectorAll('.lines .text')].map(e => getComputedStyle(e).direction)"
    assert set(driver.execute_script(script)) == {"rtl"}
    index = next(n for n, each in enumerate(documents(driver)) if each.startswith("harbour-gazette"))
    driver = show(f"doc/{index}")
    assert set(driver.execute_script(script)) == {"ltr"}


def documents(driver):
    return driver.execute_script(
        "return JSON.parse(document.getElementById('data').textContent).documents.map(row => row[0])"
    )


def test_print_leaves_out_what_is_only_for_the_screen(show):
    driver = show("doc/1")
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    hidden = [each.is_displayed() for each in found(driver, "nav, .actions, #turn")]
    reasons = [each.is_displayed() for each in found(driver, ".reason")]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert not any(hidden)
    assert all(reasons)


@pytest.mark.skipif(not AXE.is_file(), reason="no axe-core: npm install in tests/browser")
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("look", ["light", "dark", "rtl"])
def test_no_violation_of_level_aa(show, view, look):
    driver = show(view)
    scheme = "dark" if look == "dark" else "light"
    driver.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    )
    if look == "rtl":
        driver.execute_script("document.documentElement.dir = 'rtl'")
    if view == "doc/1":
        button(driver, found(driver, "#doc")[0], "Spell out every reason").click()
    driver.execute_script(AXE.read_text(encoding="utf-8"))
    result = driver.execute_async_script(
        "const done = arguments[0];"
        "const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];"
        "axe.run({runOnly: tags}).then(r => done(r.violations.map(v => [v.id, v.nodes.map(n => n.html).slice(0, 5)])))"
    )
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert result == []


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A scrape whose ids, sites, titles, headings and lines are attacks, removed and kept, on every page."""
    folder = tmp_path_factory.mktemp("hostile")
    rows = []
    for number, vector in enumerate(VECTORS * 2):
        lines = (
            *VECTORS,
            f"Title {number} {vector}",
            f"{vector} The body of story {number} says something.",
            "Read also:",
        )
        body = (*lines, *VECTORS, f"المصدر: {vector}", f"Tags: {vector}")
        rows.append({"id": f"{vector}/{number}", "site": VECTORS[number % 2], "text": "\n".join(body)})
    content = "".join(json.dumps(row) + "\n" for row in rows)
    content += '{"id": "half", "site": "s", "text": "half \\ud800 surrogate\\nand a line"}\n'
    (folder / "scrape.jsonl").write_text(content, encoding="utf-8")
    pipeline.clean([str(folder / "scrape.jsonl")], folder / "run", Settings())
    return page_of(folder / "run", folder / "audit.html")


@pytest.mark.parametrize("view", ["overview", "catalogue", "documents", "doc/0", "doc/13", "doc/28", "review"])
def test_hostile_text_is_shown_and_nothing_of_it_runs(show, hostile, view):
    driver = show(view, hostile)
    if view == "catalogue":
        for each in found(driver, "button[data-what=keep]")[:40]:
            driver.execute_script("arguments[0].click()", each)
    driver.execute_script("document.querySelectorAll('main *').forEach(e => e.dispatchEvent(new Event('mouseover')))")
    assert driver.execute_script("return window.ran") is None
    assert found(driver, "img, iframe, base, main style, object, embed") == []
    assert len(found(driver, "script")) == 2
    assert found(driver, "[onerror], [onload], [onmouseover], a[href^=javascript]") == []
    if view.startswith("doc/1"):
        assert VECTORS[0] in text(driver, "#doc")


def test_the_rules_of_hostile_decisions_can_be_read(show, hostile):
    from dedup.judge.rulefile import read

    driver = show("catalogue", hostile)
    while more := [each for each in found(driver, ".more button") if each.is_displayed()]:
        driver.execute_script("arguments[0].click()", more[0])
    cards = found(driver, "#clusters button[data-what=keep]")
    for each in cards:
        driver.execute_script("arguments[0].click()", each)
    driver.get(f"{hostile.as_uri()}#review")
    assert until(lambda: found(driver, "pre.rules"))
    rules = read(found(driver, "pre.rules")[0].get_attribute("textContent"))
    assert len(rules.lines) >= len(cards) > 5
