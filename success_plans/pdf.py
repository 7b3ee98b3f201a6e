"""Printed pages as tagged PDF (PDF/UA), where the optional extra `pdf` is installed; nothing here is needed to start.

The extra is WeasyPrint. It wants a few system libraries (Pango and what it needs); where they are missing the product
starts all the same, `is_ready` is false, and pages leave the link out.
"""

from __future__ import annotations

import importlib
import logging
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders

HOME = "https://throughline.invalid"
"""Stands for this server in the addresses of a page; nothing is ever fetched from it."""


def _load() -> ModuleType | None:
    try:
        return importlib.import_module("weasyprint")
    except (ImportError, OSError):  # OSError: the package is there, a system library is not
        return None


_weasyprint = _load()
for _chatty in ("fontTools", "weasyprint", "weasyprint.progress"):
    logging.getLogger(_chatty).setLevel(logging.ERROR)


def is_ready() -> bool:
    """Whether this server can make PDF files."""
    return _weasyprint is not None


def pdf_of(html: str) -> bytes:
    """A page as a tagged PDF in the look of `css/pdf.css`. Static files are read from disk; nothing else is fetched.

    RuntimeError without the extra.
    """
    if _weasyprint is None:
        raise RuntimeError("The extra pdf is not installed.")
    page = _weasyprint.HTML(string=html, base_url=HOME, url_fetcher=_fetcher(_weasyprint.urls))
    fonts = importlib.import_module("weasyprint.text.fonts").FontConfiguration()
    sheet = _weasyprint.CSS(filename=str(static_file("css/pdf.css")), font_config=fonts)
    made: bytes = page.write_pdf(stylesheets=[sheet], font_config=fonts, pdf_variant="pdf/ua-1")
    return made


def static_file(name: str) -> Path:
    """Where a static file lies on this server's disk."""
    found = finders.find(name)
    if found is None and settings.STATIC_ROOT:
        found = str(Path(settings.STATIC_ROOT) / name)
    if found is None or not Path(found).is_file():
        raise FileNotFoundError(name)
    return Path(found)


def _fetch(urls: ModuleType, url: str) -> Any:
    """Static files only. The page's own stylesheets are left out: `css/pdf.css` is the look on paper here."""
    parts = urlsplit(url)
    prefix = f"/{settings.STATIC_URL.strip('/')}/"
    if f"{parts.scheme}://{parts.netloc}" != HOME or not parts.path.startswith(prefix):
        raise ValueError("Only this server's own static files belong to a printed page.")
    if parts.path.endswith(".css"):
        return urls.URLFetcherResponse(url, b"", {"Content-Type": "text/css"})
    return urls.URLFetcherResponse(url, static_file(parts.path[len(prefix) :]).read_bytes())


def _fetcher(urls: ModuleType) -> Any:
    """WeasyPrint's own fetcher, which may ask the network, with the asking replaced."""

    def fetch(_self: object, url: str, *_more: object, **_options: object) -> Any:
        return _fetch(urls, url)

    return type("StaticFilesOnly", (urls.URLFetcher,), {"fetch": fetch})()
