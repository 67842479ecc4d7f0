"""Three ways of making a scenario's calls: blocking, under asyncio and under trio."""

from __future__ import annotations

import json
import logging
import signal
import time
from collections.abc import AsyncIterable, Generator, Iterable
from contextlib import contextmanager
from itertools import islice
from threading import Thread, get_ident
from types import FrameType
from typing import Any
from urllib.request import urlopen

import anyio
import anyio.lowlevel

from moonborn import APIResponse, AsyncMoonborn, Moonborn, MoonbornError, NearCap, Retry
from scenarios import Outcome, in_python, snake

Call = dict[str, Any]


class Seen(logging.Handler):
    """The logger and the callbacks of a client: keeps what it is told, and throws afterwards if it is to."""

    def __init__(self, outcome: Outcome, throws: bool) -> None:
        super().__init__()
        self._outcome = outcome
        self._throws = throws
        self.logger = logging.Logger("scenario", logging.CRITICAL)  # log_level decides, not the level of the logger
        self.logger.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        self._outcome.logs.append(record)
        self._then_throw()

    def on_retry(self, retry: Retry) -> None:
        self._outcome.retries.append(retry)
        self._then_throw()

    def on_rate_limit_near_cap(self, near_cap: NearCap) -> None:
        self._outcome.near_caps.append(near_cap)
        self._then_throw()

    def _then_throw(self) -> None:
        if self._throws:
            raise RuntimeError("a callback that fails")


class Keys:
    """A function that gives keys in turn, the last one ever after, and fails when there are none."""

    def __init__(self, outcome: Outcome, keys: list[str]) -> None:
        self._outcome = outcome
        self._keys = keys

    def __call__(self) -> str:
        self._outcome.keys_asked += 1
        if not self._keys:
            raise RuntimeError("no key today")
        return self._keys[min(self._outcome.keys_asked, len(self._keys)) - 1]

    async def ask(self) -> str:
        await anyio.lowlevel.checkpoint()
        return self()


def settings_of(client_settings: dict[str, Any], outcome: Outcome, *, is_async: bool) -> dict[str, Any]:
    settings = dict(client_settings)
    seen = Seen(outcome, settings.pop("callbacks_throw", False))
    if "api_keys" in settings:
        keys = Keys(outcome, settings.pop("api_keys"))
        settings["api_key"] = keys.ask if is_async else keys
    callbacks = {name: getattr(seen, name) for name in ("logger", "on_retry", "on_rate_limit_near_cap")}
    return {**callbacks, **settings}


def play_blocking(client_settings: dict[str, Any], call: Call) -> Outcome:
    outcome, started = Outcome(), time.monotonic()
    try:
        with Moonborn(**settings_of(client_settings, outcome, is_async=False)) as client:
            started = time.monotonic()
            with interrupted_after(call.get("cancelAfterMs"), client_settings["base_url"]):
                made = method_of(client, call)(**arguments_of(call))
                if "collect" in call:
                    made = first(made, call["collect"])
                elif "collectPages" in call:
                    made = first(made.iter_pages(), call["collectPages"])
                keep(outcome, made)
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
    outcome, cancelling = Outcome(cancelled=True), anyio.CancelScope()
    async with anyio.create_task_group() as beside:
        if "cancelAfterMs" in call:
            beside.start_soon(cancel_later, cancelling, call["cancelAfterMs"], client_settings["base_url"])
        started = time.monotonic()
        try:
            async with AsyncMoonborn(**settings_of(client_settings, outcome, is_async=True)) as client:
                started = time.monotonic()
                with cancelling:
                    keep(outcome, await made_async(client, call))
                    outcome.cancelled = False
        except MoonbornError as error:
            outcome.error, outcome.cancelled = error, False
        outcome.seconds = time.monotonic() - started
        beside.cancel_scope.cancel()
    return outcome


async def made_async(client: AsyncMoonborn, call: Call) -> Any:
    made = method_of(client, call)(**arguments_of(call))
    if "collect" in call:
        return await first_async(made, call["collect"])
    return await (first_async(made.iter_pages(), call["collectPages"]) if "collectPages" in call else made)


async def cancel_later(cancelling: anyio.CancelScope, milliseconds: int, base_url: str) -> None:
    waiting = Thread(target=wait_for_request, args=(base_url,))
    waiting.start()
    while waiting.is_alive():  # noqa: ASYNC110
        await anyio.sleep(0.02)
    await anyio.sleep(milliseconds / 1000)
    cancelling.cancel()


def method_of(client: Any, call: Call) -> Any:
    chat = client.chat.with_raw_response if call.get("withResponse") else client.chat
    return getattr(chat, snake(call["operationId"]))


def arguments_of(call: Call) -> dict[str, Any]:
    return in_python({**call["args"], **call.get("options", {})})


def keep(outcome: Outcome, made: Any) -> None:
    if isinstance(made, APIResponse):
        outcome.response = made  # pyright: ignore[reportUnknownMemberType]
        made = outcome.response.data
    outcome.result = made


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
def interrupted_after(milliseconds: int | None, base_url: str) -> Generator[None, None, None]:
    """Do what Ctrl-C does, so long after the first request has arrived."""
    if milliseconds is None:
        yield
        return

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    def interrupt_later() -> None:
        wait_for_request(base_url)
        time.sleep(milliseconds / 1000)
        signal.pthread_kill(main_thread, signal.SIGALRM)

    before, main_thread = signal.signal(signal.SIGALRM, interrupt), get_ident()
    thread = Thread(target=interrupt_later)
    thread.start()
    try:
        yield
    finally:
        thread.join()
        signal.signal(signal.SIGALRM, before)


def wait_for_request(base_url: str) -> None:
    """Wait until the scenario server has seen one, however busy this machine is."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with urlopen(f"{base_url}/__received") as response:
            if json.load(response)["requests"]:
                return
        time.sleep(0.02)


PLAYERS = {"blocking": play_blocking, "asyncio": play_asyncio, "trio": play_trio}
