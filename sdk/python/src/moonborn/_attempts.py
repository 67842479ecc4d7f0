"""A time limit for blocking work as a whole: looking up a name, connecting, sending, and every byte of the answer."""

from __future__ import annotations

import contextvars
from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeVar, cast

T = TypeVar("T")


class Attempts:
    """Does work in threads of its own, and abandons what takes too long: httpx limits each of its steps alone."""

    def __init__(self) -> None:
        self._abandoned: list[Thread] = []

    def run(self, work: Callable[[], T], seconds: float) -> T:
        """Return what `work` returns and raise what it raises; raises TimeoutError after `seconds`."""
        outcome: SimpleQueue[tuple[T | None, BaseException | None]] = SimpleQueue()
        context = contextvars.copy_context()

        def attempt() -> None:
            try:
                outcome.put((context.run(work), None))
            except BaseException as error:
                outcome.put((None, error))

        thread = Thread(target=attempt, name="moonborn-attempt", daemon=True)
        try:
            thread.start()
        except RuntimeError:
            # No more threads: on this machine, or at the end of the program. Then each step has its own limit alone.
            return work()
        try:
            result, error = outcome.get(timeout=seconds)
        except BaseException as reason:
            self._abandoned = [*self._still_running(), thread]
            if isinstance(reason, Empty):
                raise TimeoutError("The attempt took too long.") from None
            raise
        thread.join()  # it is at its end; a fork must not meet it there
        if error is not None:
            raise error
        return cast("T", result)

    def close_after(self, close: Callable[[], Any]) -> None:
        """Close what the attempts use as soon as none uses it: a new socket could take the number of a closed one."""
        running = self._still_running()

        def wait_and_close() -> None:
            for thread in running:
                thread.join()
            close()

        if running:
            Thread(target=wait_and_close, name="moonborn-close", daemon=True).start()
        else:
            close()

    def _still_running(self) -> list[Thread]:
        return [thread for thread in self._abandoned if thread.is_alive()]
