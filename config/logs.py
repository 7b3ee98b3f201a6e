"""One JSON object a line; what a message carries is chosen by the code that logs, and is never a name."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime


class JSONFormatter(logging.Formatter):
    """Time, level, logger, message and the type of an exception with its place; never request bodies or values."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line of JSON."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            trace = record.exc_info[2]
            frames = []
            while trace is not None:
                code = trace.tb_frame.f_code
                frames.append(f"{code.co_filename.rsplit('/', 3)[-1]}:{trace.tb_lineno}:{code.co_name}")
                trace = trace.tb_next
            line["where"] = " < ".join(reversed(frames[-6:]))
        return json.dumps(line, ensure_ascii=False)


def _message(record: logging.LogRecord) -> str:
    """The record's message. Celery puts an exception's text into its own, and a database's text quotes the row."""
    task = getattr(record, "data", None)
    if isinstance(task, dict) and "exc" in task:
        return f"task {task.get('name')} {task.get('id')} {task.get('description', 'failed')}"
    return record.getMessage()
