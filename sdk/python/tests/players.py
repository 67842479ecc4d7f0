"""Three ways of making a scenario's calls: blocking, under asyncio and under trio."""

from __future__ import annotations

import signal
import time
from collections.abc import AsyncIterable, Generator, Iterable
from contextlib import contextmanager
from itertools import islice
from types import FrameType
from typing import Any

import anyio

from moonborn import AsyncMoonborn, Moonborn, MoonbornError
from scenarios import Outcome, in_python, json_of, snake

Call = dict[str, Any]


def play_blocking(client_settings: dict[str, Any], call: Call) -> Outcome:
    with Moonborn(**client_settings) as client:
        outcome, started = Outcome(), time.monotonic()
        try:
            with interrupted_after(call.get("cancelAfterMs")):
                made = method_of(client, call)(**arguments_of(call))
                outcome.result = json_of(first(made, call["collect"]) if "collect" in call else made)
        except MoonbornError as error:
            outcome.error = error
        except KeyboardInterrupt:
            outcome.cancelled = True
        outcome.seconds = time.monotonic() - started
    return outcome


def play_asyncio(client_settings: dict[str, Any], call: Call) -> Outcome:
    return anyio.run(play_async, client_settings, call, backend="asyncio")


def play_trio(client_settings: dict[str, Any], call: Call) -> Outcome:
    return anyio.run(play_async, client_settings, call, backend="trio")


async def play_async(client_settings: dict[str, Any], call: Call) -> Outcome:
    async with AsyncMoonborn(**client_settings) as client:
        outcome, started = Outcome(cancelled=True), time.monotonic()
        cancel_after = call.get("cancelAfterMs")
        with anyio.move_on_after(None if cancel_after is None else cancel_after / 1000):
            try:
                made = method_of(client, call)(**arguments_of(call))
                outcome.result = json_of(await first_async(made, call["collect"]) if "collect" in call else await made)
            except MoonbornError as error:
                outcome.error = error
            outcome.cancelled = False
        outcome.seconds = time.monotonic() - started
    return outcome


def method_of(client: Any, call: Call) -> Any:
    return getattr(client.chat, snake(call["operationId"]))


def arguments_of(call: Call) -> dict[str, Any]:
    return in_python({**call["args"], **call.get("options", {})})


def first(items: Iterable[Any], many: int) -> list[Any]:
    return list(islice(items, many))


async def first_async(items: AsyncIterable[Any], many: int) -> list[Any]:
    collected: list[Any] = []
    async for item in items:
        collected.append(item)
        if len(collected) == many:
            break
    return collected


@contextmanager
def interrupted_after(milliseconds: int | None) -> Generator[None, None, None]:
    """Do what Ctrl-C does, after a while."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, (milliseconds or 0) / 1000)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


PLAYERS = {"blocking": play_blocking, "asyncio": play_asyncio, "trio": play_trio}
