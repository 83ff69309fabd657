"""The hand-judged cases of tests/fixtures/feeds/cases as files that any reader can be given."""

import gzip
import re
import tomllib
import zlib
from pathlib import Path
from typing import NamedTuple, Optional

from nuncio import ROOT

AROUND = {
    "body": ("", ""),
    "rss": (
        '<?xml version="1.0"?>\n<rss version="2.0"><channel><title>T</title>'
        "<link>https://example.org/</link><description>D</description>\n",
        "</channel></rss>\n",
    ),
    "atom": (
        '<?xml version="1.0"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>'
        "<id>urn:x:feed</id><updated>2026-08-13T00:00:00Z</updated>"
        '<link href="https://example.org/"/>\n',
        "</feed>\n",
    ),
    "rdf": (
        '<?xml version="1.0"?>\n<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        '<channel rdf:about="https://example.org/rdf"><title>T</title>'
        "<link>https://example.org/</link><description>D</description></channel>\n",
        "</rdf:RDF>\n",
    ),
    "json": (
        '{"version": "https://jsonfeed.org/version/1.1", "title": "T", '
        '"home_page_url": "https://example.org/", "items": [\n',
        "]}\n",
    ),
}

# The web's names of charsets for Python's.
CODECS = {"utf-16le": "utf-16-le", "utf-16be": "utf-16-be", "utf-32le": "utf-32-le", "utf-32be": "utf-32-be"}


class Case(NamedTuple):
    """A case with its bytes as they would come over the wire."""

    feed_class: str
    name: str
    why: str
    content_type: Optional[str]
    content_encoding: Optional[str]
    url: str
    body: bytes
    expect: dict


def cases() -> list[Case]:
    found = []
    for path in sorted((ROOT / "tests/fixtures/feeds/cases").glob("*.toml")):
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
            body = bytes_of(case)
            if body is not None:
                found.append(
                    Case(
                        path.stem, case["name"], case["why"], case.get("content-type"),
                        case.get("content-encoding"), case.get("url", "https://example.org/news/feed.xml"),
                        body, case["expect"],
                    )
                )
    return found


def bytes_of(case: dict) -> Optional[bytes]:
    """The body; None where Python's own library cannot pack it so."""
    kind = next(kind for kind in AROUND if kind in case)
    before, after = AROUND[kind]
    text = before + case[kind] + after
    text = re.sub(r"\{\{(\d+) \* (.*?)\}\}", lambda m: m[2] * int(m[1]), text, flags=re.DOTALL)
    charset = case.get("charset", "utf-8")
    body = text.encode(CODECS.get(charset, charset))
    if case.get("bytes"):
        body = re.sub(rb"\\x([0-9a-fA-F]{2})", lambda m: bytes([int(m[1], 16)]), body)
    match case.get("pack"):
        case None:
            return body
        case "gzip":
            return gzip.compress(body, mtime=0)
        case "gzip twice":
            return gzip.compress(gzip.compress(body, mtime=0), mtime=0)
        case "gzip cut":
            return gzip.compress(body, mtime=0)[:-9]
        case "zlib":
            return zlib.compress(body)
        case "deflate":
            return zlib.compress(body)[2:-4]
        case _:
            return None


def written(folder: Path) -> list[tuple[Case, Path]]:
    """Every case as a file in `folder`; what came under a content coding is left out."""
    out = []
    for case in cases():
        if case.content_encoding is None:
            path = folder / f"{case.feed_class}.{case.name}"
            path.write_bytes(case.body)
            out.append((case, path))
    return out
