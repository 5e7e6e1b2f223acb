"""The cache: Redis, and while Redis cannot be reached this process's own memory.

What the cache holds is either a copy of something in the database or a counter of attempts (sign-in throttling). A miss
is harmless for the first; the second must go on counting, which it does here for each process. Sessions are not in the
cache: one that was ended while Redis was away would come back to life with it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

log = logging.getLogger(__name__)

PAUSE = 5.0
"""Seconds for which a failed Redis is left alone, so that not every request waits for its time-out."""


class SoftRedisCache(BaseCache):
    """Django's Redis cache that answers from local memory while Redis is away."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._redis = RedisCache(server, dict(params))
        local = {key: value for key, value in params.items() if key != "OPTIONS"}
        self._local = LocMemCache(f"while-redis-is-away:{server}", local)
        self._left_alone_until = 0.0

    def _call(self, method: str, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= self._left_alone_until:
            try:
                return self._named(self._redis, method)(*args, **kwargs)
            except (RedisConnectionError, RedisTimeoutError) as why:
                self._left_alone_until = time.monotonic() + PAUSE
                log.warning("The cache is not reachable (%s); this process uses its own memory", type(why).__name__)
        return self._named(self._local, method)(*args, **kwargs)

    @staticmethod
    def _named(cache: BaseCache, method: str) -> Callable[..., Any]:
        return getattr(cache, method)

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return bool(self._call("add", key, value, timeout=timeout, version=version))

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._call("get", key, default=default, version=version)

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._call("set", key, value, timeout=timeout, version=version)

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return bool(self._call("touch", key, timeout=timeout, version=version))

    def delete(self, key: Any, version: int | None = None) -> bool:
        return bool(self._call("delete", key, version=version))

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        return int(self._call("incr", key, delta=delta, version=version))

    def has_key(self, key: Any, version: int | None = None) -> bool:
        return bool(self._call("has_key", key, version=version))

    def clear(self) -> None:
        self._call("clear")
