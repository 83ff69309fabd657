#!/usr/bin/env python3
"""Field by field: does nuncio read what feedparser reads?

Over captured feeds (where they lie beside the repository, or in the folder given) and over the
hand-judged cases of tests/fixtures/feeds/cases. Entries are compared in their order: title as
text, link, id, and the claim (published, else updated) as a moment.

On captured feeds each disagreement is printed. On our own cases, which are odd on purpose, those
where feedparser reads otherwise than what was judged by hand are listed with why the case exists:
there nuncio follows the hand, which `cargo test` holds it to.

    scripts/judge.sh agreement [FOLDER]
"""

import argparse
import calendar
import collections
import html
import re
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from urllib.parse import quote, urlsplit

import feedparser

import fixtures
from nuncio import ROOT, Document, parse, percent

FIELDS = ("title", "link", "id", "date")

# Least shares on captured feeds, per cent.
LEAST = {"title": 99.9, "link": 99.5, "id": 99.5, "date": 99.5}


def as_text(markup, kind) -> str:
    """A title as a person reads it."""
    if not markup:
        return ""
    if kind != "text/plain":
        markup = re.sub(r"<[a-zA-Z/!][^>]*>", " ", markup)
        markup = html.unescape(markup)
    return re.sub(r"\s+", " ", markup).strip()


def as_link(link):
    """An address with what may be escaped, or not, escaped."""
    if not link:
        return None
    try:
        host = urlsplit(link).hostname or ""
        if not host.isascii():
            link = link.replace(host, host.encode("idna").decode())
    except (ValueError, UnicodeError):
        pass
    link = quote(link.strip(), safe="%/:=&?~#+!$,;'@()*[]")
    return link if link.count("/") > 2 or "?" in link else link + "/"


def theirs(body: bytes, content_type, url) -> list[dict]:
    headers = {"content-location": url} if url else {}
    if content_type:
        headers["content-type"] = content_type
    read = feedparser.parse(body, response_headers=headers, sanitize_html=False)
    entries = []
    for entry in read.entries:
        claim = entry.get("published_parsed") or dict.get(entry, "updated_parsed")
        detail = entry.get("title_detail", {})
        entries.append({
            "title": as_text(entry.get("title"), detail.get("type")),
            "link": as_link(entry.get("link")),
            "id": entry.get("id"),
            "date": seconds(claim),
        })
    return entries


def seconds(claim):
    """A moment as seconds; years that no calendar here has are no moment."""
    try:
        return calendar.timegm(claim) if claim else None
    except ValueError:
        return None


def ours(answer: dict) -> list[dict]:
    entries = []
    for entry in answer["entries"]:
        claim = entry["published"] or entry["updated"]
        moment = claim and datetime.fromisoformat(claim.replace("Z", "+00:00"))
        entries.append({
            "title": as_text(entry["title"], entry["title_type"]),
            "link": as_link(entry["link"]),
            "id": entry["id"],
            "date": calendar.timegm(moment.utctimetuple()) if moment else None,
        })
    return entries


# Differences that are explained, and do not count against either: what, and how it is known.
EXPLAINED = {
    "a date that only nuncio reads": lambda field, a, b: field == "date" and b is None,
}


class Tally:
    def __init__(self):
        self.fields = collections.Counter()
        self.equal = collections.Counter()
        self.explained = collections.Counter()
        self.documents = self.same_count = 0

    def compare(self, mine: list[dict], other: list[dict]) -> list[str]:
        self.documents += 1
        self.same_count += len(mine) == len(other)
        found = []
        if len(mine) != len(other):
            found.append(f"{len(mine)} entries here, {len(other)} there")
            return found
        for n, (a, b) in enumerate(zip(mine, other)):
            for field in FIELDS:
                self.fields[field] += 1
                if a[field] == b[field]:
                    self.equal[field] += 1
                    continue
                known = [why for why, it in EXPLAINED.items() if it(field, a[field], b[field])]
                self.explained[field] += bool(known)
                because = f" ({known[0]})" if known else ""
                found.append(f"entry {n}: {field} is {a[field]!r} here, {b[field]!r} there{because}")
        return found

    def print(self, what: str):
        print(f"\n{what}: {self.documents} documents, {self.same_count} with as many entries")
        for field in FIELDS:
            n = self.fields[field]
            fine = self.equal[field] + self.explained[field]
            print(
                f"  {field:6} {self.equal[field]:6} of {n:6}  {percent(self.equal[field], n)}"
                f"   with the explained {percent(fine, n)}"
            )

    def is_enough(self) -> bool:
        shares = {
            f: 100 * (self.equal[f] + self.explained[f]) / n for f, n in self.fields.items() if n
        }
        return self.same_count == self.documents and all(shares[f] >= LEAST[f] for f in shares)


def show(name: str, differences: list[str], most: int = 3):
    for difference in differences[:most]:
        print(f"  {name}: {difference}")
    if len(differences) > most:
        print(f"  {name}: and {len(differences) - most} more")


def captured(folder: Path) -> bool:
    files = sorted(path for path in folder.iterdir() if path.is_file())
    tally = Tally()
    print(f"captured feeds in {folder}")
    for path, answer in zip(files, parse(Document(path) for path in files)):
        show(path.name, tally.compare(ours(answer), theirs(path.read_bytes(), None, None)))
    tally.print("captured feeds")
    return tally.is_enough()


def own_cases():
    tally = Tally()
    print("\nour own cases that feedparser reads otherwise")
    with tempfile.TemporaryDirectory() as folder:
        cases = [it for it in fixtures.written(Path(folder)) if it[0].feed_class != "guards"]
        asked = [Document(path, case.content_type, case.url) for case, path in cases]
        for (case, _), answer in zip(cases, parse(asked)):
            if "error" in case.expect or case.feed_class == "json":
                continue
            found = tally.compare(ours(answer), theirs(case.body, case.content_type, case.url))
            if found:
                print(f"  {case.feed_class}/{case.name}: {case.why}")
                for difference in found:
                    print(f"      {difference}")
    tally.print("our own cases")


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("folder", nargs="?", type=Path, default=ROOT / "../shared/data/feeds")
    asked = options.parse_args()
    is_enough = True
    if asked.folder.is_dir():
        is_enough = captured(asked.folder)
    else:
        print(f"skipped: no captured feeds in {asked.folder}")
    own_cases()
    return 0 if is_enough else 1


if __name__ == "__main__":
    sys.exit(main())
