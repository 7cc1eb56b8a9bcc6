"""What is written into the file .env is read there again, and takes nothing else along."""

import stat

import pytest
from dotenv import dotenv_values

from churn.errors import SettingsError
from churn.lifecycle.alerting.install import install

BEFORE = "CHURN_API_PORT=9000\nCHURN_ALERT_WEBHOOK=old\n# kept\n"


@pytest.mark.parametrize("value", ["https://h/x?a=b#c", "smtp://me:p%40s$HOME`id`@h:25", 'say "x" # y', "$(id)", "ä=ö"])
def test_an_answer_is_read_again_as_it_was_given(tmp_path, value):
    path = tmp_path / ".env"
    path.write_text(BEFORE)
    install({"CHURN_ALERT_WEBHOOK": value, "CHURN_ALERT_SMTP": "smtp://h"}, path)
    told = dict(dotenv_values(path))
    assert told == {"CHURN_API_PORT": "9000", "CHURN_ALERT_WEBHOOK": value, "CHURN_ALERT_SMTP": "smtp://h"}
    assert "# kept" in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("value", ["ends\\", "it's", "two\nCHURN_SIMULATION=1", "a\0b", "p${HOME}"])
def test_an_answer_that_would_be_read_otherwise_or_swallow_the_lines_below_it_is_refused(tmp_path, value):
    path = tmp_path / ".env"
    path.write_text(BEFORE)
    with pytest.raises(SettingsError, match="CHURN_ALERT_WEBHOOK"):
        install({"CHURN_ALERT_WEBHOOK": value}, path)
    assert path.read_text() == BEFORE


def test_only_lines_about_alerts_are_written(tmp_path):
    with pytest.raises(SettingsError):
        install({"CHURN_DATABASE_URL": "sqlite:///x"}, tmp_path / ".env")
