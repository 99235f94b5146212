"""A process of its own, with limits on time and memory, for reading strangers' signatures."""

from __future__ import annotations

import multiprocessing
import resource
from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar

_SECONDS: Final = 30
_MEMORY: Final = 1_500_000_000
_Given = ParamSpec("_Given")
_Answer = TypeVar("_Answer")


def in_child(function: Callable[_Given, _Answer], *args: _Given.args, **kwargs: _Given.kwargs) -> _Answer | None:
    """Return what `function` returns in a process of its own; None when the process had to be ended."""
    context = multiprocessing.get_context("fork")
    receiving, sending = context.Pipe(duplex=False)

    def work() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        sending.send(function(*args, **kwargs))

    child = context.Process(target=work, daemon=True)
    child.start()
    sending.close()
    try:
        return receiving.recv() if receiving.poll(_SECONDS) else None
    except EOFError:
        return None
    finally:
        child.kill()
        child.join()
