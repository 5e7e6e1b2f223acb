"""Log lines for people who run the server: JSON, one object a line, and nothing that anybody typed.

A line says what happened, where in the code, on which page (references are neutral) and in which request. It holds no
request body, no query string, no local variable, and of an exception only its kind and its way through the code: the
message of a database error would quote the row.
"""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime
from pathlib import Path

HOME = str(Path(__file__).resolve().parent.parent) + "/"


class JSONFormatter(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Only the fields named here reach the log, whatever else a caller attached to the record."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "said": record.getMessage().partition("?")[0] if record.name.startswith("django") else record.getMessage(),
        }
        for name in ("status_code", "request_id"):
            value = getattr(record, name, None)
            if isinstance(value, int | str):
                line[name] = value
        request = getattr(record, "request", None)
        if (path := getattr(request, "path", None)) and isinstance(path, str):
            line["page"] = f"{getattr(request, 'method', '')} {path}"
        if record.exc_info and record.exc_info[0] is not None:
            kind, _, where = record.exc_info
            line["exception"] = f"{kind.__module__}.{kind.__qualname__}"
            line["where"] = [
                f"{frame.filename.removeprefix(HOME)}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(where)
            ]
        return json.dumps(line, ensure_ascii=False)
