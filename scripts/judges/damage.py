#!/usr/bin/env python3
"""Good feeds, damaged at random: does every one end in a value, and do the untouched entries live?

Captured feeds (where they lie beside the repository) and the well-formed cases of ours are damaged
by a seeded generator: bytes flipped, the rest cut off, pieces lost, tags dropped, entities and
brackets strewn in, junk around the document, charsets changed or mislabelled. An entry is
untouched when no changed byte lies in it. It lives when it comes out with the same title, link,
id and date as from the undamaged feed.

    scripts/judge.sh damage [--mutations N] [--seed N] [--failures]
"""

import argparse
import collections
import random
import re
import resource
import sys
import tempfile
from pathlib import Path

import fixtures
from nuncio import ROOT, Document, parse, percent

# What must be reached.
SURVIVE_LEAST = 99.0

ENTRY = re.compile(rb"<(item|entry)[\s>].*?</\1\s*>", re.DOTALL)
TAG = re.compile(rb"</?[A-Za-z][^<>]*>")
NOISE = [
    b"&", b"&nbsp;", b"&#0;", b"&unknown;", b"<", b"&#x1F;", b"&&", b"&#999999999;", b"]]>", b"\x00",
    b"\x0b", b"&copy=", b"\xff", b"<!-- -- -->", b"<?php echo 1 ?>", b"&mdash",
]
JUNK = [
    b"<br />\n<b>Warning</b>: foo() in <b>/var/www/x.php</b> on line <b>3</b><br />\n", b"\n\n\n  ",
    b"\xef\xbb\xbf\xef\xbb\xbf", b"<!-- cached 2026-08-13 -->", b"<script>if (1 < 2) { }</script>",
]
CHARSETS = ["windows-1251", "iso-8859-1", "koi8-r", "utf-16", "shift_jis", "us-ascii", "nonsense"]


class Feed:
    """A good feed: its bytes, and where its entries lie in them."""

    def __init__(self, name, body, content_type=None):
        self.name = name
        self.body = body
        self.content_type = content_type
        self.spans = [match.span() for match in ENTRY.finditer(body)]


class Damaged:
    """A damaged body, and which entries of the good one are untouched."""

    def __init__(self, kind, feed, body, changed, content_type=None):
        self.kind = kind
        self.feed = feed
        self.body = body
        self.content_type = content_type or feed.content_type
        # Ranges of changed bytes, in the good feed's own positions.
        self.untouched = [
            n for n, (start, end) in enumerate(feed.spans)
            if not any(a < end and start < b for a, b in changed)
        ]


def flipped(feed, dice):
    body = bytearray(feed.body)
    places = [dice.randrange(len(body)) for _ in range(dice.randint(1, 8))]
    for at in places:
        body[at] ^= 1 << dice.randrange(8)
    return Damaged("bytes flipped", feed, bytes(body), [(at, at + 1) for at in places])


def cut(feed, dice):
    at = dice.randrange(len(feed.body) // 4, len(feed.body))
    return Damaged("cut off", feed, feed.body[:at], [(at, len(feed.body))])


def lost(feed, dice):
    start = dice.randrange(len(feed.body))
    end = min(len(feed.body), start + dice.choice([10, 100, 1460, 4096]))
    return Damaged("piece lost", feed, feed.body[:start] + feed.body[end:], [(start, end)])


def tags_dropped(feed, dice):
    tags = list(TAG.finditer(feed.body))
    chosen = sorted((dice.choice(tags).span() for _ in range(dice.randint(1, 5))), reverse=True)
    body = feed.body
    for start, end in dict.fromkeys(chosen):
        body = body[:start] + body[end:]
    return Damaged("tags dropped", feed, body, chosen)


def noisy(feed, dice):
    places = sorted((dice.randrange(len(feed.body)) for _ in range(dice.randint(1, 12))), reverse=True)
    body = feed.body
    for at in places:
        body = body[:at] + dice.choice(NOISE) + body[at:]
    return Damaged("entity noise", feed, body, [(at, at + 1) for at in places])


def in_junk(feed, dice):
    before = dice.choice(JUNK) if dice.random() < 0.7 else b""
    after = dice.choice(JUNK) if dice.random() < 0.7 or not before else b""
    return Damaged("junk around", feed, before + feed.body + after, [])


def mislabelled(feed, dice):
    charset = dice.choice(CHARSETS)
    if dice.random() < 0.5:
        return Damaged("charset mislabelled", feed, feed.body, [], f"text/xml; charset={charset}")
    body = re.sub(rb"<\?xml[^>]*\?>", b"", feed.body, count=1)
    body = b'<?xml version="1.0" encoding="' + charset.encode() + b'"?>' + body.lstrip()
    return Damaged("charset mislabelled", feed, body, [])


def recoded(feed, dice):
    """Another charset, named rightly, by the header alone, or not at all."""
    text = re.sub(r"<\?xml[^>]*\?>", "", feed.body.decode("utf-8", "replace").lstrip("\ufeff"), count=1)
    fitting = []
    for charset in ("windows-1251", "windows-1252", "iso-8859-1", "utf-16-le", "utf-16-be", "gb18030"):
        try:
            fitting.append((charset, text.encode(charset)))
        except UnicodeError:
            pass
    charset, body = dice.choice(fitting)
    label = charset.removesuffix("-le").removesuffix("-be")
    if charset.startswith("utf-16"):
        body = "\ufeff".encode(charset) + body
    content_type = "text/xml"
    if dice.random() < 0.5 or charset == "gb18030":
        content_type = f"text/xml; charset={label}"
    return Damaged("recoded", feed, body, [], content_type)


KINDS = [flipped, cut, lost, tags_dropped, noisy, in_junk, mislabelled, recoded]


def good_feeds() -> list[Feed]:
    feeds = []
    folder = ROOT / "../shared/data/feeds"
    if folder.is_dir():
        feeds += [Feed(path.name, path.read_bytes()) for path in sorted(folder.glob("*.xml"))]
    else:
        print(f"no captured feeds in {folder}: ours alone are damaged")
    sound = {"rss", "atom", "rdf", "modules", "dates", "text"}
    bodies = collections.defaultdict(list)
    for case in fixtures.cases():
        is_plain = case.content_encoding is None and case.content_type is None
        if case.feed_class in sound and is_plain and ENTRY.search(case.body):
            bodies[case.feed_class].append(Feed(f"{case.feed_class}/{case.name}", case.body))
    return feeds + [feed for group in bodies.values() for feed in group]


def key(entry: dict) -> tuple:
    return (entry["title"], entry["link"], entry["id"], entry["published"], entry["updated"])


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--mutations", type=int, default=2000)
    options.add_argument("--seed", type=int, default=12)
    options.add_argument("--failures", action="store_true", help="name the documents that lost entries")
    options.add_argument("--keep", type=Path, help="write those documents into this folder")
    asked = options.parse_args()
    dice = random.Random(asked.seed)

    with tempfile.TemporaryDirectory() as folder:
        feeds = good_feeds()
        paths = []
        for n, feed in enumerate(feeds):
            path = Path(folder) / f"good-{n}"
            path.write_bytes(feed.body)
            paths.append(Document(path, feed.content_type, "https://example.org/feed.xml"))
        usable = []
        for feed, answer in zip(feeds, parse(paths)):
            feed.entries = [key(entry) for entry in answer["entries"]]
            # Only where entries can be told apart in the bytes is it known which are untouched.
            if answer["ok"] and len(feed.entries) == len(feed.spans):
                usable.append(feed)
        # Half of the damage is done to captured feeds, which are as feeds are.
        real = [feed for feed in usable if len(feed.body) > 4000] or usable
        small = [feed for feed in usable if len(feed.body) <= 4000] or usable
        damaged = [
            KINDS[n % len(KINDS)](dice.choice(real if dice.random() < 0.5 else small), dice)
            for n in range(asked.mutations)
        ]
        documents = []
        for n, it in enumerate(damaged):
            path = Path(folder) / f"damaged-{n}"
            path.write_bytes(it.body)
            documents.append(Document(path, it.content_type, "https://example.org/feed.xml"))
        answers = parse(documents)

    rows = collections.defaultdict(collections.Counter)
    slowest = (0.0, "")
    for n, (it, answer) in enumerate(zip(damaged, answers)):
        row = rows[it.kind]
        row["documents"] += 1
        row["read"] += answer["ok"]
        row["panics"] += answer["panic"]
        left = collections.Counter(key(entry) for entry in answer["entries"])
        n_lost = 0
        for index in it.untouched:
            wanted = it.feed.entries[index]
            row["untouched"] += 1
            if left[wanted] > 0:
                left[wanted] -= 1
                row["alive"] += 1
            else:
                n_lost += 1
        slowest = max(slowest, (answer["millis"], f"{it.kind} of {it.feed.name}, {len(it.body)} bytes"))
        if n_lost and asked.failures:
            print(f"damaged-{n} ({it.kind}, {it.feed.name}): {n_lost} of {len(it.untouched)} lost, {answer['error'] or answer['repairs']}")
        if n_lost and asked.keep:
            asked.keep.mkdir(parents=True, exist_ok=True)
            (asked.keep / f"damaged-{n}").write_bytes(it.body)

    print(f"{len(usable)} good feeds, {len(damaged)} mutations, seed {asked.seed}")
    print(f"{'damage':22} {'documents':>9} {'read':>6} {'panics':>6} {'untouched':>9} {'alive':>7}")
    total = collections.Counter()
    for kind, row in sorted(rows.items()):
        total.update(row)
        print(line(kind, row))
    print(line("all", total))
    print(f"slowest: {slowest[0]:.1f} ms ({slowest[1]})")
    peak_kib = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(f"memory: {peak_kib / 1024:.0f} MiB at most, all documents in one process on all cores")
    share = 100 * total["alive"] / max(total["untouched"], 1)
    return 1 if total["panics"] or share < SURVIVE_LEAST else 0


def line(kind: str, row) -> str:
    return (
        f"{kind:22} {row['documents']:9} {row['read']:6} {row['panics']:6} {row['untouched']:9} "
        f"{row['alive']:7} {percent(row['alive'], row['untouched'])}"
    )


if __name__ == "__main__":
    sys.exit(main())
