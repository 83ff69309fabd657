#!/usr/bin/env python3
"""Field by field: does nuncio read what feedparser reads?

Over captured feeds (where they lie beside the repository, or in the folder given) and over the
hand-judged cases of tests/fixtures/feeds/cases. Entries are compared in their order: title as
text, link, id, and the claim (published, else updated) as a moment.

Each disagreement is put into a class with a reason, and the classes are counted. On our own cases,
which are odd on purpose, one is explained only where feedparser reads otherwise than was judged by
hand: nuncio follows the hand, which `cargo test` holds it to. It fails where one is unexplained.

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
from typing import NamedTuple, Optional
from urllib.parse import quote, urljoin, urlsplit

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
            "written": entry.get("published") or dict.get(entry, "updated"),
            "created": seconds(entry.get("created_parsed")),
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


class Difference(NamedTuple):
    """One field of one entry (or the number of entries) that the two read otherwise."""

    field: str
    ours: object
    theirs: object
    # What the whole entry is here and there; empty where the numbers of entries differ.
    entry: dict
    other: dict
    # The case and what was judged by hand of this entry; nothing of captured feeds.
    case: Optional[fixtures.Case]
    hand: Optional[dict]

    @property
    def is_as_judged_there(self) -> bool:
        """Whether feedparser has what was judged by hand: then the fault is here."""
        if self.case is None or self.hand is None:
            return False
        judged = self.hand.get(self.field)
        if self.field == "date":
            judged = judged and seconds_of(judged)
        elif self.field == "link":
            judged = as_link(judged)
        elif self.field == "title":
            judged = as_text(judged, "text/plain")
        return (judged or None) == (self.theirs or None)

    @property
    def is_of(self) -> str:
        return self.case.feed_class if self.case else ""


def seconds_of(rfc3339: str) -> int:
    moment = datetime.fromisoformat(rfc3339.replace("Z", "+00:00"))
    return calendar.timegm(moment.utctimetuple())


def is_resolved(it: Difference) -> bool:
    written = (it.ours or "").strip()
    return bool(written) and it.theirs is not None and urljoin(it.theirs, written) == it.theirs


def differ_by_a_zone(it: Difference) -> bool:
    apart = abs(it.ours - it.theirs)
    return apart <= 14 * 3600 and apart % 900 == 0


def same_page(it: Difference) -> bool:
    a, b = urlsplit(it.ours), urlsplit(it.theirs)
    return (a.path, a.query) == (b.path, b.query) and a.netloc != b.netloc


FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff ]")


def bare(text) -> str:
    return FORBIDDEN.sub("", text or "")


def letters(text) -> str:
    return re.sub(r"\W", "", text or "")


# Why the two differ: the class, its reason, and how one of its kind is known. The first that
# fits counts. Whatever feedparser reads as it was judged by hand fits none: the fault is here.
CLASSES = [
    ("id as written", "feedparser resolves ids like links; they are compared as written (RFC 4287 4.2.6.1)",
     lambda it: it.field == "id" and is_resolved(it)),
    ("id opened", "feedparser opens an id that is no address of the web where there is no link",
     lambda it: it.field == "link" and it.ours is None and it.theirs == as_link(it.other["id"])),
    ("active address", "feedparser hands on addresses that run a script",
     lambda it: it.field == "link" and it.ours is None
     and re.match("(javascript|vbscript|data):", it.theirs or "", re.IGNORECASE)),
    ("moved feed", "feedparser resolves against the service a feed came through, not the site",
     lambda it: it.field == "link" and it.ours and it.theirs and same_page(it)),
    ("address elsewhere", "feedparser opens no rdf:about, url, alternate by its full name, link behind its tag",
     lambda it: it.field == "link" and it.ours and it.theirs in (None, as_link(it.other["id"]))),
    ("query like references", "feedparser reads parameters of an address as characters (&copy=)",
     lambda it: it.field == "link" and it.ours and "&" in it.ours and it.theirs),
    ("words around an address", "feedparser resolves a mark before it, or the word of an anchor, as a path",
     lambda it: it.field == "link" and it.theirs and it.hand and as_link(it.hand.get("link")) == it.ours),
    ("GMT+9", "feedparser reads no offset behind GMT or UTC; nuncio does",
     lambda it: it.field == "date" and it.theirs is None and "GMT+" in (it.other["written"] or "")),
    ("date only nuncio reads", "names of months in other languages, other calendars, damaged forms",
     lambda it: it.field == "date" and it.theirs is None and it.hand is not None),
    ("no such date", "feedparser rolls impossible values over and keeps the years 1 and 0",
     lambda it: it.field == "date" and it.ours is None),
    ("creation", "feedparser has a date of creation beside the claim; nuncio takes it before an edit's",
     lambda it: it.field == "date" and it.ours == it.other["created"]),
    ("zone or half of the day", "feedparser takes zone names it does not know, and am, pm, for nothing",
     lambda it: it.field == "date" and differ_by_a_zone(it)),
    ("part of a date", "feedparser reads the first digits of a form it does not know as another's",
     lambda it: it.field == "date" and it.ours and it.theirs),
    ("charset", "feedparser believes a wrong label, or takes what has none for Latin-1",
     lambda it: it.field == "title" and it.is_of == "decode" and bare(it.theirs) != bare(it.ours)),
    ("forbidden characters", "feedparser keeps characters that no XML document may hold",
     lambda it: it.field == "title" and bare(it.theirs) == bare(it.ours)),
    ("damaged reference", "feedparser cannot read a reference without its semicolon, or a stray &",
     lambda it: it.field == "title" and "&" in (it.theirs or "")),
    ("markup as text", "feedparser shows marks of markup where a title has them as text",
     lambda it: it.field == "title" and "<" in (it.theirs or "")),
    ("lost text", "feedparser loses a text whose markup is damaged",
     lambda it: it.field == "title" and not it.theirs),
    ("not decoded", "feedparser does not know UTF-16 and UTF-32 without a mark, nor undeclared gzip",
     lambda it: it.field == "count" and it.theirs == 0 and it.is_of in ("decode", "kinds")),
    ("half an entry", "feedparser keeps the entry a document breaks off in; it would come back as an edit",
     lambda it: it.field == "count" and it.theirs == it.ours + 1
     and "truncated" in it.case.expect.get("defects", [])),
    ("swallowed entries", "feedparser takes entries behind a damaged one for its content",
     lambda it: it.field == "count" and it.theirs < it.ours),
]

NO_JSON = ("JSON Feed", "this feedparser reads no JSON Feed")
BREAKS_OFF = ("feedparser breaks off", "it raises on references to halves of a character (UTF-16)")


class Tally:
    def __init__(self):
        self.fields = collections.Counter()
        self.equal = collections.Counter()
        self.explained = collections.Counter()
        self.classes = collections.Counter()
        self.unexplained = []
        self.documents = self.same_count = 0

    def compare(self, mine: list[dict], other: list[dict], case=None) -> list[str]:
        """What differs, each with its class."""
        self.documents += 1
        self.same_count += len(mine) == len(other)
        if len(mine) != len(other):
            count = Difference("count", len(mine), len(other), {}, {}, case, None)
            return [f"{len(mine)} entries here, {len(other)} there{self.judge(count)}"]
        found = []
        judged = (case.expect.get("entries") if case else None) or [None] * len(mine)
        for n, (a, b) in enumerate(zip(mine, other)):
            for field in FIELDS:
                self.fields[field] += 1
                if a[field] == b[field]:
                    self.equal[field] += 1
                    continue
                hand = judged[n] if n < len(judged) else None
                it = Difference(field, a[field], b[field], a, b, case, hand)
                found.append(
                    f"entry {n}: {field} is {a[field]!r} here, {b[field]!r} there{self.judge(it)}"
                )
        return found

    def judge(self, it: Difference) -> str:
        if not it.is_as_judged_there:
            for name, _, fits in CLASSES:
                if fits(it):
                    self.classes[name] += 1
                    self.explained[it.field] += 1
                    return f" ({name})"
        self.unexplained.append(it)
        return " (UNEXPLAINED)"

    def print(self, what: str):
        print(f"\n{what}: {self.documents} documents, {self.same_count} with as many entries")
        for field in FIELDS:
            n = self.fields[field]
            fine = self.equal[field] + self.explained[field]
            print(
                f"  {field:6} {self.equal[field]:6} of {n:6}  {percent(self.equal[field], n)}"
                f"   with the explained {percent(fine, n)}"
            )
        print("  differences by class")
        for name, why, _ in [*CLASSES, (*NO_JSON, None), (*BREAKS_OFF, None)]:
            if self.classes[name]:
                print(f"    {self.classes[name]:5}  {name}: {why}")
        print(f"    {len(self.unexplained):5}  unexplained")

    def is_enough(self) -> bool:
        shares = {
            f: 100 * (self.equal[f] + self.explained[f]) / n for f, n in self.fields.items() if n
        }
        return not self.unexplained and all(shares[f] >= LEAST[f] for f in shares)


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
    return tally.is_enough() and tally.same_count == tally.documents


def own_cases() -> bool:
    tally = Tally()
    print("\nour own cases that feedparser reads otherwise")
    with tempfile.TemporaryDirectory() as folder:
        cases = [it for it in fixtures.written(Path(folder)) if it[0].feed_class != "guards"]
        asked = [Document(path, case.content_type, case.url) for case, path in cases]
        for (case, _), answer in zip(cases, parse(asked)):
            if "error" in case.expect:
                continue
            if case.feed_class == "json":
                tally.classes[NO_JSON[0]] += 1
                continue
            try:
                other = theirs(case.body, case.content_type, case.url)
            except UnicodeError:
                tally.classes[BREAKS_OFF[0]] += 1
                continue
            found = tally.compare(ours(answer), other, case)
            if found:
                print(f"  {case.feed_class}/{case.name}: {case.why}")
                for difference in found:
                    print(f"      {difference}")
    tally.print("our own cases")
    return not tally.unexplained


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("folder", nargs="?", type=Path, default=ROOT / "../shared/data/feeds")
    asked = options.parse_args()
    is_enough = True
    if asked.folder.is_dir():
        is_enough = captured(asked.folder)
    else:
        print(f"skipped: no captured feeds in {asked.folder}")
    is_enough &= own_cases()
    return 0 if is_enough else 1


if __name__ == "__main__":
    sys.exit(main())
