"""What callers are told of each attempt: a line of the log, a retry, a rate limit that is nearly used up."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import cast

from ._answer import Answer
from ._shown import shown
from .errors import MoonbornError, UsageError
from .responses import NearCap, Retry

LEVELS = {
    "off": logging.CRITICAL + 1,
    "error": logging.ERROR,
    "warn": logging.WARNING,
    "info": logging.INFO,
    "debug": logging.DEBUG,
}


class Watch:
    """Tells the caller's logger and callbacks; an exception of theirs breaks no call."""

    def __init__(self, *, logger: object, log_level: object, on_retry: object, on_rate_limit_near_cap: object) -> None:
        self._logger = checked_logger(logger)
        self._level = checked_level(log_level)
        self._on_retry = checked_callback("on_retry", on_retry)
        self._on_near_cap = checked_callback("on_rate_limit_near_cap", on_rate_limit_near_cap)
        self._told_of_seconds = 0.0
        self._telling = threading.Lock()

    def attempted(
        self,
        request: str,
        attempt: int,
        seconds: float,
        *,
        answer: Answer | None,
        error: MoonbornError | None,
        delay: float | None,
    ) -> None:
        """Report an attempt, which took `seconds`; with a `delay` in seconds when another one follows."""
        level = level_of(error, delay)
        if level >= self._level:
            status = answer.status if answer else error.code if error else ""
            request_id = f", request {answer.request_id}" if answer and answer.request_id else ""
            with suppress(Exception):
                self._write(level, f"{request} {status} in {seconds * 1000:.0f} ms, attempt {attempt}{request_id}")
        if answer and self._on_near_cap:
            self._tell_near_cap(answer, self._on_near_cap)
        if error and delay is not None and self._on_retry:
            with suppress(Exception):
                self._on_retry(Retry(attempt, delay, error))

    def _write(self, level: int, line: str) -> None:
        # log_level decides, not the level of the logger; its filters and its handlers decide as ever.
        if self._logger.hasHandlers():
            self._logger.handle(self._logger.makeRecord(self._logger.name, level, __file__, 0, line, (), None))
        else:
            print(f"{self._logger.name}: {line}", file=sys.stderr)

    def _tell_near_cap(self, answer: Answer, tell: Callable[[NearCap], object]) -> None:
        rate_limit = answer.rate_limit
        if rate_limit is None or rate_limit.remaining * 10 >= rate_limit.limit:
            return
        reset_seconds = rate_limit.reset_at.timestamp()
        with self._telling:
            if reset_seconds <= self._told_of_seconds:
                return
            self._told_of_seconds = reset_seconds
        with suppress(Exception):
            tell(NearCap(rate_limit.remaining, max(0.0, reset_seconds - answer.server_now_seconds)))


def level_of(error: MoonbornError | None, delay: float | None) -> int:
    """Return info for a success, warn for what is sent again or is the caller's fault, error for all else."""
    if error is None:
        return logging.INFO
    return logging.WARNING if delay is not None or 400 <= (error.status or 0) < 500 else logging.ERROR


def checked_logger(logger: object) -> logging.Logger:
    """Return the logger that was given, or the package's own."""
    if logger is None:
        return logging.getLogger("moonborn")
    if not isinstance(logger, logging.Logger):
        raise UsageError(f"logger must be a logging.Logger, given: {shown(logger)}")
    return logger


def checked_level(log_level: object) -> int:
    """Return the number of the level that was given, or of the environment's."""
    level = (os.environ.get("MOONBORN_LOG") or "off").lower() if log_level is None else log_level
    if not isinstance(level, str) or level not in LEVELS:
        raise UsageError(f"log_level (or MOONBORN_LOG) must be one of {', '.join(LEVELS)}, given: {shown(level)}")
    return LEVELS[level]


def checked_callback(name: str, callback: object) -> Callable[[object], object] | None:
    """Return a callback that can be called, or None."""
    if callback is not None and not callable(callback):
        raise UsageError(f"{name} must be a function, given: {shown(callback)}")
    return cast("Callable[[object], object] | None", callback)
