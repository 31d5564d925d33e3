"""Configuration: which value wins, what is refused and how, and that every option can be configured."""

from __future__ import annotations

import tomllib

import pytest

from dedup.config import COMMON, Value, load
from dedup.errors import UsageError

KEYS = {COMMON: ("threshold", "text_field"), "check": ("min_main_share", "threshold"), "rules list": ("language",)}


def values(tmp_path, text, environment=None, name="dedup.toml"):
    (tmp_path / name).write_text(text, encoding="utf-8")
    return load(KEYS, environment or {}, tmp_path)


def test_a_file_says_what_all_commands_share_and_what_is_one_commands_own(tmp_path):
    text = 'threshold = 0.9\n[check]\nmin-main-share = 0.4\nthreshold = 0.95\n[rules.list]\nlanguage = "ar"\n'
    config, file = values(tmp_path, text), str(tmp_path / "dedup.toml")
    assert config.of("report") == {"threshold": Value(0.9, file)}
    assert config.of("check") == {"min_main_share": Value(0.4, file), "threshold": Value(0.95, file)}
    assert config.of("rules list")["language"] == Value("ar", file)


def test_the_environment_goes_before_the_file_and_strangers_are_named(tmp_path):
    told = {"DEDUP_THRESHOLD": "0.7", "DEDUP_CHECK_MIN_MAIN_SHARE": "0.2", "DEDUP_HOME": "x", "PATH": "y"}
    config = values(tmp_path, "threshold = 0.9", told)
    assert config.of("check")["threshold"] == Value("0.7", "DEDUP_THRESHOLD")
    assert config.of("check")["min_main_share"] == Value("0.2", "DEDUP_CHECK_MIN_MAIN_SHARE")
    assert config.ignored == ("DEDUP_HOME",)


def test_the_nearest_file_counts_and_dedup_toml_before_pyproject(tmp_path):
    (tmp_path / "dedup.toml").write_text("threshold = 0.6")
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    assert load(KEYS, {}, inner).of("x")["threshold"].value == 0.6
    (inner / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert load(KEYS, {}, inner).of("x")["threshold"].value == 0.6
    (inner / "pyproject.toml").write_text("[tool.dedup]\nthreshold = 0.7\n")
    assert load(KEYS, {}, inner).of("x")["threshold"].value == 0.7
    assert load(KEYS, {}, inner, tmp_path / "dedup.toml").of("x")["threshold"].value == 0.6


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("treshold = 1", "unknown key 'treshold'; did you mean 'threshold'"),
        ("text_feild = 1", "did you mean 'text-field'"),
        ("[check]\nmin-main-shar = 1", r"unknown key 'min-main-shar' in \[check\]; did you mean 'min-main-share'"),
        ("[chek]\nx = 1", "did you mean 'check'"),
        ("min-main-share = 1", r"does not belong at the top; it belongs to \[check\]"),
        ("zzz = 1", "config show"),
        ("threshold = 2024-01-01", "no value of an option"),
        ("threshold = [[1]]", "no value of an option"),
        ("threshold =", "not TOML"),
    ],
)
def test_what_is_wrong_is_said_with_the_file(tmp_path, text, message):
    with pytest.raises(UsageError, match=message) as raised:
        values(tmp_path, text)
    assert str(tmp_path / "dedup.toml") in str(raised.value)


def test_a_missing_file_is_an_error_only_when_it_was_named(tmp_path):
    assert load({COMMON: ()}, {}, tmp_path).of("clean") == {}
    with pytest.raises(UsageError, match=r"no\.toml: cannot be read"):
        load(KEYS, {}, tmp_path, tmp_path / "no.toml")


def test_what_is_typed_goes_before_all(dedup, scrape, tmp_path, monkeypatch):
    (tmp_path / "dedup.toml").write_text('strip = ["share"]\n[report]\nworst = 1\n')
    shown = dedup("report", scrape).stdout
    assert shown.count("sidra/page") == 1
    assert dedup("report", scrape, "--worst", "3").stdout.count("sidra/page") == 3
    monkeypatch.setenv("DEDUP_REPORT_WORST", "2")
    assert dedup("report", scrape).stdout.count("sidra/page") == 2
    (tmp_path / "other.toml").write_text("threshold = 7")
    refused = dedup("clean", scrape, "--out", "c", "--config", "other.toml")
    assert refused.returncode == 2
    assert "--threshold 7" in refused.stderr


def test_config_show_is_a_configuration_and_says_where_each_value_comes_from(dedup, tmp_path, monkeypatch):
    shown = dedup("config", "show")
    assert shown.returncode == 0, shown.stderr
    every = tomllib.loads(shown.stdout)
    assert every["threshold"] == 0.8
    assert every["report"]["worst"] == 10
    (tmp_path / "dedup.toml").write_text(shown.stdout)
    again = dedup("config", "show")
    assert tomllib.loads(again.stdout) == every
    assert "dedup.toml" in again.stdout
    monkeypatch.setenv("DEDUP_MIN_CHARS", "5")
    monkeypatch.setenv("DEDUP_NONSENSE", "5")
    told = dedup("config", "show")
    assert "DEDUP_MIN_CHARS\n" in told.stdout
    assert "DEDUP_NONSENSE" in told.stderr


def test_a_finished_run_is_read_whatever_is_configured(dedup, scrape, tmp_path):
    dedup("clean", scrape, "--out", "cleaned")
    (tmp_path / "dedup.toml").write_text("threshold = 0.9")
    assert dedup("report", "cleaned").returncode == 0
