"""A session for ccxt's unmodified classes that takes real hosts to where they are served, and refuses all others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aiohttp
import yarl


class LoopbackSession:
    def __init__(self, urls: Mapping[str, str]) -> None:
        self._urls = urls
        self._session = aiohttp.ClientSession()
        self.headers, self.cookie_jar = self._session.headers, self._session.cookie_jar

    def _here(self, url: Any) -> yarl.URL:
        real = yarl.URL(str(url), encoded=True)
        host = real.host if real.explicit_port is None else f"{real.host}:{real.explicit_port}"
        assert host in self._urls, f"{host} is not served here"
        base = yarl.URL(self._urls[host])
        scheme = "ws" if real.scheme.startswith("ws") else "http"
        return yarl.URL(f"{scheme}://{base.host}:{base.port}{real.raw_path_qs}", encoded=True)

    def get(self, url: Any, **options: Any) -> Any:
        return self._session.get(self._here(url), **options)

    def post(self, url: Any, **options: Any) -> Any:
        return self._session.post(self._here(url), **options)

    def put(self, url: Any, **options: Any) -> Any:
        return self._session.put(self._here(url), **options)

    def delete(self, url: Any, **options: Any) -> Any:
        return self._session.delete(self._here(url), **options)

    def patch(self, url: Any, **options: Any) -> Any:
        return self._session.patch(self._here(url), **options)

    def ws_connect(self, url: Any, **options: Any) -> Any:
        return self._session.ws_connect(self._here(url), **{**options, "ssl": None} if "ssl" in options else options)

    async def close(self) -> None:
        await self._session.close()
