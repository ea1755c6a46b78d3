"""Packages from the web."""

from __future__ import annotations

import http.client
import re
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any, Final

from deckwright.apkg import PackageError

__all__ = ["fetch"]

_LARGEST: Final = 2 << 30  # bytes of a package
_PATIENCE: Final = 60  # seconds until a silent server is given up
_PIECE: Final = 1 << 20


def fetch(place: str, folder: Path) -> Path:
    """The local path of a package: of an `http` or `https` address it is downloaded into the
    folder, anything else is a path already.

    Raises PackageError for another kind of address and for more than 2 GB, OSError where the
    download fails; both say the address.
    """
    scheme, separator, _ = place.partition("://")
    if not separator:
        return Path(place)
    if scheme.lower() not in ("http", "https"):
        raise PackageError(f"{place}: only http and https addresses can be fetched")
    try:
        with _opener().open(place, timeout=_PATIENCE) as answer:
            return _download(answer, place, folder)
    except urllib.error.HTTPError as error:
        with error:
            raise OSError(f"{place}: the server says {error.code} {error.reason}") from None
    except urllib.error.URLError as error:
        raise OSError(f"{place}: {error.reason}") from None
    except (http.client.HTTPException, TimeoutError, ValueError) as error:
        if isinstance(error, PackageError):
            raise
        raise OSError(f"{place}: {str(error) or type(error).__name__}") from None


def _opener() -> urllib.request.OpenerDirector:
    # Python's own would also follow a redirect to ftp.
    opener = urllib.request.OpenerDirector()
    opener.addheaders = [("User-Agent", "deckwright")]
    for handler in (
        *(urllib.request.ProxyHandler, urllib.request.UnknownHandler, urllib.request.HTTPHandler),
        *(urllib.request.HTTPSHandler, urllib.request.HTTPDefaultErrorHandler),
        *(urllib.request.HTTPRedirectHandler, urllib.request.HTTPErrorProcessor),
    ):
        opener.add_handler(handler())
    return opener


def _download(answer: Any, place: str, folder: Path) -> Path:
    length = int(answer.headers.get("Content-Length") or -1)
    name = Path(urllib.parse.unquote(urllib.parse.urlsplit(place).path)).name
    path = folder / (re.sub(r"[^\w. +-]", "_", name).lstrip(".") or "package.apkg")
    number = 1
    while path.exists():
        number += 1
        path = path.with_name(f"{number}-{path.name.removeprefix(f'{number - 1}-')}")
    size = 0
    with path.open("xb") as file:
        while piece := answer.read(_PIECE):
            size += len(piece)
            if max(size, length) > _LARGEST:
                raise PackageError(f"{place}: is larger than {_LARGEST >> 30} GB")
            file.write(piece)
    if 0 <= length != size:
        raise OSError(f"{place}: the download broke off after {size} of {length} bytes")
    return path
