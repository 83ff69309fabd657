#!/usr/bin/env python3
"""The share of feedparser's own expectations that nuncio meets.

feedparser's source package from PyPI has some 1,900 small feeds, each with an `Expect:` line that
feedparser's author wrote. It is fetched into target/ and not part of this repository. What
`nuncio parse` prints is laid out as feedparser lays out its results, and the lines are evaluated
on that. Left out:

- `bozo`, `encoding`, `version` and other judgements that are no content of the feed;
- lines on what the probe's format has no place for (`info`, `publisher`, `source`, ...);
- the folder `sanitize`, which tests feedparser's own allow-list.

Markup is compared after feedparser's own sanitiser has gone over ours, since theirs went over
theirs; `exact` is the share without that. Nothing else is forgiven.

    scripts/judge.sh suite [--failures] [--only PART-OF-PATH]
"""

import argparse
import ast
import calendar
import collections
import re
import subprocess
import sys
import tarfile
import time
from datetime import datetime
from pathlib import Path

import feedparser
from feedparser.sanitizer import _sanitize_html
from feedparser.util import FeedParserDict

from nuncio import ROOT, Document, parse, percent

SERVED_AT = "http://127.0.0.1:8097/tests/"

PEOPLE = {"name", "email", "href", "url"}
LINK = {"href", "url", "rel", "type", "title", "length"}
DETAIL = {"value", "type"}
TAG = {"term", "scheme", "label"}

# What the probe's format can say, in feedparser's names: name -> names below it (None: a value).
SHARED = {
    "title": None, "title_detail": DETAIL, "link": None, "links": LINK, "id": None, "guid": None,
    "published": None, "published_parsed": None, "issued": None, "issued_parsed": None,
    "updated": None, "updated_parsed": None, "modified": None, "modified_parsed": None,
    "date": None, "date_parsed": None,
    "author": None, "author_detail": PEOPLE, "authors": PEOPLE,
    "tags": TAG, "category": None, "categories": None,
}
FEED = SHARED | {
    "subtitle": None, "subtitle_detail": DETAIL, "description": None, "description_detail": DETAIL,
    "tagline": None, "tagline_detail": DETAIL, "language": None, "rights": None,
    "rights_detail": {"value"}, "copyright": None, "copyright_detail": {"value"},
    "generator": None,
}
ENTRY = SHARED | {
    "summary": None, "summary_detail": DETAIL, "description": None, "description_detail": DETAIL,
    "content": DETAIL, "enclosures": LINK,
}


def fetched(version: str) -> Path:
    """The folder of tests of feedparser's source package."""
    place = ROOT / "target" / "judges"
    tests = place / f"feedparser-{version}" / "tests"
    if not tests.exists():
        place.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:",
             "--dest", place, f"feedparser=={version}"],
            check=True,
        )
        with tarfile.open(place / f"feedparser-{version}.tar.gz") as archive:
            archive.extractall(place, filter="data")
    return tests


# --- Reading the test files -------------------------------------------------------------------


class Case:
    """One file: its expectation, and how it would be served."""

    def __init__(self, path: Path, tests: Path):
        self.path = path
        self.name = path.relative_to(tests).as_posix()
        self.folder = self.name.rsplit("/", 1)[0]
        data = path.read_bytes()
        text = as_utf8(data) if "encoding" in self.name else data
        found = re.search(rb"Expect:\s*(.*)\s*-->", text)
        self.expect = found.group(1).decode("utf-8", "replace").strip() if found else ""
        skip = re.search(rb"SkipUnless:\s*(.*?)\n", text)
        self.skip_unless = skip.group(1).decode() if skip else "1"
        headers = re.findall(rb"^Header:\s+([^:]+):(.+)$", data, re.MULTILINE)
        self.headers = {k.decode().lower(): v.decode().strip() for k, v in headers}

    def document(self) -> Document:
        if "http" not in self.name:
            return Document(self.path)
        url = self.headers.get("content-location", SERVED_AT + self.name)
        return Document(self.path, self.headers.get("content-type", "text/xml"), url)

    def conjuncts(self):
        """The parts joined by `and` that speak of content, or None where one cannot be said."""
        try:
            tree = ast.parse(self.expect, mode="eval").body
        except SyntaxError:
            return None
        parts = tree.values if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And) else [tree]
        kept = [part for part in parts if not is_of_bozo(part)]
        if not kept or not all(is_sayable(part) for part in kept):
            return None
        return kept


def as_utf8(data: bytes) -> bytes:
    marks = [
        (b"\x4c\x6f\xa7\x94", "cp037"), (b"\x00\x00\xfe\xff", "utf-32"), (b"\xff\xfe\x00\x00", "utf-32"),
        (b"\x00\x00\x00\x3c", "utf-32be"), (b"\x3c\x00\x00\x00", "utf-32le"),
        (b"\x00\x3c\x00\x3f", "utf-16be"), (b"\x3c\x00\x3f\x00", "utf-16le"),
        (b"\xfe\xff", "utf-16"), (b"\xff\xfe", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"),
    ]
    for mark, codec in marks:
        if data.startswith(mark):
            return data.decode(codec, "replace").encode()
    return data


def is_of_bozo(part) -> bool:
    names = {node.id for node in ast.walk(part) if isinstance(node, ast.Name)}
    return names <= {"bozo", "bozo_exception", "feedparser", "type", "isinstance", "len"} and "bozo" in " ".join(names)


def chain(node):
    """A chain of look-ups as its root's name and keys: entries[0]['title'] -> entries, 0, title."""
    keys = []
    while True:
        if isinstance(node, ast.Subscript):
            if not isinstance(node.slice, ast.Constant):
                return None
            keys.append(node.slice.value)
            node = node.value
        elif isinstance(node, ast.Attribute):
            keys.append(node.attr)
            node = node.value
        elif isinstance(node, ast.Name):
            return [node.id, *reversed(keys)]
        else:
            return None


def is_sayable(part) -> bool:
    """Whether every look-up in it has a place in the probe's format."""
    class Visitor(ast.NodeVisitor):
        fine = True
        any = False

        def look(self, keys):
            self.any = True
            root, *rest = keys
            if root == "feed":
                table = FEED
            elif root == "entries":
                if not rest:
                    return
                if not isinstance(rest[0], int):
                    self.fine = False
                    return
                table, rest = ENTRY, rest[1:]
            else:
                self.fine = False
                return
            if not rest:
                return
            if rest[0] not in table:
                self.fine = False
                return
            below = [key for key in rest[1:] if isinstance(key, str)]
            if table[rest[0]] is not None and any(key not in table[rest[0]] for key in below):
                self.fine = False

        def generic_visit(self, node):
            if isinstance(node, ast.Call):
                function = node.func
                if isinstance(function, ast.Attribute) and function.attr in ("get", "has_key"):
                    keys = chain(function.value)
                    if keys and node.args and isinstance(node.args[0], ast.Constant):
                        self.look([*keys, node.args[0].value])
                        return
                if isinstance(function, ast.Name) and function.id in ("len", "set", "sorted", "isinstance"):
                    for argument in node.args:
                        self.visit(argument)
                    return
                self.fine = False
                return
            if isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.In, ast.NotIn)):
                keys = chain(node.comparators[0])
                if keys and isinstance(node.left, ast.Constant):
                    self.look([*keys, node.left.value])
                    return
            if isinstance(node, (ast.Subscript, ast.Attribute, ast.Name)):
                keys = chain(node)
                if keys:
                    if keys[0] in ("True", "False", "None"):
                        return
                    self.look(keys)
                else:
                    self.fine = False
                return
            super().generic_visit(node)

    visitor = Visitor()
    visitor.visit(part)
    return visitor.fine and visitor.any


# --- Laying out what nuncio says as feedparser would -------------------------------------------


class DateText(str):
    """A moment that equals every text feedparser reads as the same moment."""

    def __eq__(self, other):
        if not isinstance(other, str):
            return False
        read = feedparser.datetimes._parse_date(other)
        return read is not None and tuple(read)[:6] == tuple(parsed_date(str(self)))[:6]

    def __ne__(self, other):
        return not self == other

    __hash__ = str.__hash__


def parsed_date(text: str) -> time.struct_time:
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return time.gmtime(calendar.timegm(moment.utctimetuple()))


def given(**values) -> FeedParserDict:
    return FeedParserDict({k: v for k, v in values.items() if v not in (None, "", [])})


def person(it: dict) -> FeedParserDict:
    return given(name=it["name"], email=it["email"], href=it["uri"])


def shared(it: dict, text) -> dict:
    links = [given(**link) for link in it.get("links", [])]
    for file in it.get("enclosures", []):
        if not any(link.get("href") == file["url"] and link.get("rel") == "enclosure" for link in links):
            links.append(given(rel="enclosure", href=file["url"], type=file["type"], length=file["length"]))
    people = [person(one) for one in it.get("authors", [])]
    out = {
        "title": text(it, "title"),
        "link": it.get("link"),
        "id": it.get("id"),
        "links": links,
        "authors": people,
        "tags": [FeedParserDict(one) for one in it.get("categories", [])],
    }
    if people:
        first = people[0]
        name, email = first.get("name"), first.get("email")
        out["author"] = f"{name} ({email})" if name and email else name or email
        out["author_detail"] = first
    if out["title"] is not None:
        out["title_detail"] = given(value=out["title"], type=it.get("title_type"))
    for name in ("published", "updated"):
        if it.get(name):
            out[name] = DateText(it[name])
            out[f"{name}_parsed"] = parsed_date(it[name])
    return out


def laid_out(answer: dict, sanitised: bool) -> dict:
    """The names an `Expect:` line looks up."""
    def text(it, name):
        value = it.get(name)
        if value is None:
            return None
        kind = it.get(f"{name}_type")
        if sanitised and kind in ("text/html", "application/xhtml+xml"):
            value = _sanitize_html(value, "utf-8", kind)
        return value.strip()

    about = answer.get("feed", {})
    feed = shared(about, text)
    feed |= {name: about.get(name) for name in ("language", "rights", "generator")}
    if about.get("rights"):
        feed["rights_detail"] = given(value=about["rights"])
    description = text(about, "description")
    if description is not None:
        feed["subtitle"] = description
        feed["subtitle_detail"] = given(value=description, type=about.get("description_type"))
    entries = []
    for it in answer["entries"]:
        entry = shared(it, text)
        summary, content = text(it, "summary"), text(it, "content")
        if summary is not None:
            entry["summary"] = summary
            entry["summary_detail"] = given(value=summary, type=it.get("summary_type"))
        if content is not None:
            entry["content"] = [given(value=content, type=it.get("content_type"))]
            # feedparser, too, gives the full text as the summary where there is no other.
            entry.setdefault("summary", content)
            entry.setdefault("summary_detail", entry["content"][0])
        entries.append(FeedParserDict({k: v for k, v in entry.items() if v is not None}))
    kept = FeedParserDict({k: v for k, v in feed.items() if v is not None})
    return {"feed": kept, "entries": entries}


def holds(conjuncts, view: dict) -> bool:
    for part in conjuncts:
        code = compile(ast.fix_missing_locations(ast.Expression(part)), "expect", "eval")
        try:
            if not eval(code, {"__builtins__": {"len": len, "set": set, "sorted": sorted, "isinstance": isinstance}}, view):
                return False
        except (KeyError, IndexError, AttributeError, TypeError):
            return False
    return True


# --- Classes of failures ----------------------------------------------------------------------

# Why an expectation is not met: the class, its reason, and how one of its kind is known. The first
# that fits counts; what fits none is unexplained.
CLASSES = [
    ("CDF", "a format of 1997 that is refused, and said to be what it is",
     lambda c, a: "/cdf" in c.folder),
    ("SVG and MathML", "kept by feedparser's sanitiser, dropped by nuncio's policy",
     lambda c, a: re.search(r"<(svg|math)\b", c.expect)),
    ("ids as written", "feedparser resolves ids like links; they are compared as written (RFC 4287 4.2.6.1)",
     lambda c, a: "_id_base_" in c.name),
    ("headers", "the address of the request or Content-Language, which the probe is not given",
     lambda c, a: "Content-Language" in c.path.read_text(errors="replace")
     or "content_location-relative" in c.name),
    ("characters of HTML 5", "lang and rang are U+27E8 and U+27E9 since HTML 5",
     lambda c, a: re.search(r"\\u232[9a]", c.expect)),
    ("charset", "a code page of DOS that nobody publishes in, and bytes that are noise",
     lambda c, a: c.folder == "encoding"),
    ("empty values", "an empty element or address says nothing here, and is the empty text there",
     lambda c, a: "== ''" in c.expect or 'href=""' in c.path.read_text(errors="replace")),
    ("addresses of URIs", "made absolute they are written as RFC 3986 has them, not as RFC 3987",
     lambda c, a: re.search(r"href=.*\\u", c.expect)),
    ("files among links", "feedparser lists the enclosure before the link that stands behind it",
     lambda c, a: "'rel'] == 'enclosure'" in c.expect),
    ("types nobody wrote", "feedparser adds the media type that a relation suggests",
     lambda c, a: "default_type" in c.name),
]
UNEXPLAINED = ("unexplained", "to be looked at")


def class_of(case: Case, answer: dict) -> tuple[str, str]:
    return next(((name, why) for name, why, it in CLASSES if it(case, answer)), UNEXPLAINED)


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--failures", action="store_true", help="name every failure")
    options.add_argument("--only", default="", help="only files whose path holds this")
    options.add_argument("--least", type=float, default=0.0, help="fail below this share (per cent)")
    asked = options.parse_args()

    tests = fetched(feedparser.__version__)
    cases = []
    for path in sorted(tests.rglob("*.xml")):
        case = Case(path, tests)
        if "/sanitize" in f"/{case.folder}" or asked.only not in case.name:
            continue
        try:
            if not eval(case.skip_unless):
                continue
        except (ImportError, LookupError, NotImplementedError, AttributeError):
            continue
        parts = case.conjuncts()
        if parts is not None:
            cases.append((case, parts))

    answers = parse(case.document() for case, _ in cases)
    by_folder = collections.defaultdict(lambda: [0, 0, 0])
    failures = []
    for (case, parts), answer in zip(cases, answers):
        exact = holds(parts, laid_out(answer, sanitised=False))
        met = exact or holds(parts, laid_out(answer, sanitised=True))
        row = by_folder[case.folder]
        row[0] += 1
        row[1] += met
        row[2] += exact
        if not met:
            failures.append((class_of(case, answer), case, answer))

    print(f"{'folder':24} {'cases':>6} {'met':>6}            exact")
    for folder, (n, met, exact) in sorted(by_folder.items()):
        print(f"{folder:24} {n:6} {met:6} {percent(met, n)}  {exact:6}")
    n, met, exact = (sum(row[i] for row in by_folder.values()) for i in range(3))
    print(f"{'all':24} {n:6} {met:6} {percent(met, n)}  {exact:6} {percent(exact, n)}")
    print("\nfailures by class")
    for (name, why), count in collections.Counter(it[0] for it in failures).most_common():
        print(f"{count:6}  {name}: {why}")
    if asked.failures:
        for (name, _), case, answer in sorted(failures, key=lambda it: (it[0], it[1].name)):
            print(f"\n[{name}] {case.name}\n  expect {case.expect}")
            view = laid_out(answer, sanitised=True)
            print(f"  error  {answer['error']}" if not answer["ok"] else f"  feed   {dict(view['feed'])}")
            for entry in view["entries"][:2]:
                print(f"  entry  {dict(entry)}")
    return 1 if n and 100 * met / n < asked.least else 0


if __name__ == "__main__":
    sys.exit(main())
