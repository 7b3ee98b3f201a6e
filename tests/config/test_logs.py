"""A line of the log says what broke and where, and never what stood in a row."""

from __future__ import annotations

import json
import logging

from celery.app.trace import TraceInfo
from celery.states import FAILURE

from accounts.tasks import sweep_jobs
from config.logs import JSONFormatter

QUOTED = "DETAIL: Failing row contains (7, Maya Lopez, insulin at noon)."


def test_a_task_that_raised_is_logged_without_the_words_of_its_error(caplog):
    sweep_jobs.push_request(id="7", is_eager=False)
    try:
        with caplog.at_level(logging.INFO, logger="celery"):
            try:
                raise ValueError(QUOTED)
            except ValueError as error:
                TraceInfo(FAILURE, error).handle_failure(sweep_jobs, sweep_jobs.request, store_errors=False)
    finally:
        sweep_jobs.pop_request()
    lines = [JSONFormatter().format(record) for record in caplog.records if record.name == "celery.app.trace"]
    assert lines
    assert not any("Maya" in line or "insulin" in line for line in lines)
    said = json.loads(lines[0])
    assert "accounts.tasks.sweep_jobs" in said["message"]
    assert said["error"] == "ValueError"
