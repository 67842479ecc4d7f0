"""How long the next attempt waits."""

from __future__ import annotations

import pytest

from moonborn._backoff import http_date_seconds, retry_after_seconds, wait_seconds

NOW = 1_700_000_000.0  # Tue, 14 Nov 2023 22:13:20 GMT


@pytest.mark.parametrize(("retry", "longest"), [(0, 0.5), (1, 1.0), (2, 2.0), (4, 8.0), (5, 8.0), (5000, 8.0)])
def test_waits_a_random_part_of_a_time_that_doubles_up_to_a_cap(retry: int, longest: float) -> None:
    assert wait_seconds(retry, None, jitter=0.0) == 0.0
    assert wait_seconds(retry, None, jitter=0.5) == longest / 2
    assert wait_seconds(retry, None, jitter=1.0) == longest


def test_waits_at_least_as_long_as_the_server_asks_and_spreads_the_callers() -> None:
    assert wait_seconds(0, 3.0, jitter=0.0) == 3.0
    assert wait_seconds(0, 3.0, jitter=0.5) == 3.25


def test_does_not_wait_when_the_server_asks_for_more_than_a_minute() -> None:
    assert wait_seconds(0, 60.0, jitter=0.0) == 60.0
    assert wait_seconds(0, 60.1, jitter=0.0) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("7", 7.0),
        (" 0 ", 0.0),
        ("Tue, 14 Nov 2023 22:13:25 GMT", 5.0),
        ("Tue, 14 Nov 2023 22:00:00 GMT", 0.0),
    ],
)
def test_reads_retry_after_in_seconds_and_as_a_date(value: str, expected: float) -> None:
    assert retry_after_seconds(value, NOW) == expected


@pytest.mark.parametrize("value", [None, "", "soon", "-1", "1.5", "²", "Tue, 99 Nov 2023 22:13:25 GMT"])
def test_passes_over_a_retry_after_that_says_nothing(value: str | None) -> None:
    assert retry_after_seconds(value, NOW) is None


def test_reads_a_date_without_a_zone_as_utc() -> None:
    assert http_date_seconds("Tue, 14 Nov 2023 22:13:20 GMT") == NOW
