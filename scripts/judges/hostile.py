#!/usr/bin/env python3
"""Documents made to hurt: each must end in an answer, quickly and in bounded memory.

Every document is given to a `nuncio parse` of its own. It must answer (a feed, or a clear error;
no panic, no abort) within 2 s of processor time and within 64 MiB + 4 x the body, of which at most
10 MiB count.

    scripts/judge.sh hostile [--only PART-OF-NAME]
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import zlib
from pathlib import Path

from nuncio import program

MIB = 1 << 20
BODY_MAX = 10 * MIB
SECONDS_MAX = 2.0
PATIENCE_S = 60


def rss(inside: str) -> str:
    return f'<rss version="2.0"><channel><title>T</title>{inside}</channel></rss>'


def item(inside: str) -> str:
    return rss(f"<item><title>A</title>{inside}</item>")


def atom(inside: str) -> str:
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry><id>1</id><title>A</title>{inside}</entry></feed>'


def described(markup: str) -> str:
    return item(f"<description><![CDATA[{markup}]]></description>")


def to(size: int, piece: str) -> str:
    """`piece` again and again, up to about `size` bytes."""
    return piece * (size // len(piece.encode()))


def inflating(n_bytes: int) -> bytes:
    """A gzip body that unpacks to `n_bytes`."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    chunk = (b"<item><title>A</title></item>" * 40_000)[:MIB]
    out = [packer.compress(rss("").encode()[:30])]
    out += [packer.compress(chunk) for _ in range(n_bytes // MIB)]
    out.append(packer.flush())
    return b"".join(out)


def laughs(levels: int, width: int) -> str:
    names = "abcdefghijklmnop"[:levels]
    lines = [f'<!ENTITY {names[0]} "lol">']
    for inner, outer in zip(names, names[1:]):
        lines.append(f'<!ENTITY {outer} "{f"&{inner};" * width}">')
    return f"<!DOCTYPE rss [{''.join(lines)}]>" + item(f"<description>&{names[-1]};</description>")


NEAR = BODY_MAX - 64 * 1024

HOSTILE = {
    # Entities
    "billion-laughs": lambda: laughs(10, 10),
    "quadratic-entity": lambda: f'<!DOCTYPE rss [<!ENTITY a "{"x" * 100_000}">]>' + item("<description>" + "&a;" * 100_000 + "</description>"),
    "entity-declarations-100k": lambda: "<!DOCTYPE rss [" + "".join(f'<!ENTITY e{n} "x">' for n in range(100_000)) + "]>" + item("&e1;"),
    "amp-10M": lambda: item("<description>" + "&" * NEAR + "</description>"),
    "references-2M": lambda: item("<description>" + to(NEAR, "&#65;") + "</description>"),
    "long-reference": lambda: item("<description>&" + "a" * NEAR + "</description>"),
    # Nesting
    "open-tags-1M": lambda: rss("<item>" + "<a>" * 1_000_000),
    "nested-100k-in-item": lambda: item("<a>" * 100_000 + "</a>" * 100_000),
    "nested-media-group-50k": lambda: item("<media:group>" * 50_000 + "</media:group>" * 50_000),
    "nested-100k-atom-xhtml": lambda: atom('<content type="xhtml">' + "<div>" * 100_000 + "</div>" * 100_000 + "</content>"),
    "nested-100k-xmlns": lambda: item("".join(f'<a xmlns:p{n}="urn:{n}">' for n in range(100_000))),
    "nested-xml-base-100k": lambda: atom('<a xml:base="aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/">' * 100_000),
    "xml-base-long": lambda: f'<feed xml:base="https://example.org/{"a/" * 400_000}">' + "".join(f'<entry><id>{n}</id><link href="x{n}"/></entry>' for n in range(4_000)) + "</feed>",
    "nested-items-300k": lambda: rss("<item><title>" * 300_000),
    "mismatched-starts-300k": lambda: rss("".join(f"<a{n}></b{n}>" for n in range(300_000))),
    "end-tags-2M": lambda: rss("<item><title>A</title></item>" + "</x>" * 2_000_000),
    "deep-open-then-end-tags": lambda: rss("<a>" * 120 + to(NEAR, "</b>")),
    # Sizes
    "attrs-200k-on-one-tag": lambda: rss("<item " + " ".join(f'a{n}="1"' for n in range(200_000)) + "><title>A</title></item>"),
    "same-attr-1M": lambda: rss("<item " + 'a="1" ' * 1_000_000 + "><title>A</title></item>"),
    "xmlns-100k-on-one-tag": lambda: rss("<item " + " ".join(f'xmlns:a{n}="u"' for n in range(100_000)) + "><title>A</title></item>"),
    "attr-10M": lambda: item(f'<enclosure url="{"a" * NEAR}"/>'),
    "tag-name-10M": lambda: rss(f"<item><{'a' * NEAR}>"),
    "title-10M": lambda: rss(f"<item><title>{'title ' * (NEAR // 6)}</title></item>"),
    "title-10M-entities": lambda: rss(f"<item><title>{to(NEAR, '&amp;lt;')}</title></item>"),
    "link-10M": lambda: rss(f"<item><link>https://example.org/{'a' * NEAR}</link></item>"),
    "guid-10M": lambda: rss(f"<item><guid>{'a' * NEAR}</guid></item>"),
    "date-10M": lambda: rss(f"<item><title>A</title><pubDate>{to(NEAR, 'Thu, 13 Aug ')}</pubDate></item>"),
    "date-digits-10M": lambda: rss(f"<item><title>A</title><pubDate>{'1' * NEAR}</pubDate></item>"),
    "author-mail-5M": lambda: item(f"<author>{to(NEAR // 2, 'a@')}</author>"),
    "language-10M": lambda: rss(f"<language>{'en-' * (NEAR // 3)}</language><item><title>A</title></item>"),
    "skip-hours-500k": lambda: rss("<skipHours>" + to(NEAR, "<hour>1</hour>") + "</skipHours><item><title>A</title></item>"),
    "comments-10M": lambda: rss("<!--" + "-" * NEAR + "--><item><title>A</title></item>"),
    "comment-starts-2M": lambda: rss("<item><title>A</title></item>" + to(NEAR, "<!--")),
    "cdata-starts-1M": lambda: item("<description>" + to(NEAR, "<![CDATA[") + "</description>"),
    "cdata-sections-700k": lambda: item("<description>" + to(NEAR, "<![CDATA[a]]>") + "</description>"),
    "unclosed-cdata-10M": lambda: rss("<item><title>A</title></item><item><title><![CDATA[" + "a" * NEAR),
    "unclosed-doctype-10M": lambda: "<!DOCTYPE rss [" + "<" * NEAR,
    "lt-10M": lambda: rss("<item><title>A</title></item>" + "<" * NEAR),
    "gt-10M": lambda: rss("<item><title>A</title></item>" + ">" * NEAR),
    "quotes-10M": lambda: rss('<item><title>A</title></item><a "' + "\"'" * (NEAR // 2)),
    "pi-starts-3M": lambda: rss("<item><title>A</title></item>" + to(NEAR, "<?x")),
    "spaces-10M-leading": lambda: " " * NEAR + item(""),
    "junk-10M-leading": lambda: to(NEAR, "<b>junk</b> ") + item(""),
    # Counts
    "items-1M-empty": lambda: rss("<item/>" * 1_000_000),
    "items-300k": lambda: rss(to(NEAR, "<item><title>A</title></item>")),
    "categories-400k-one-item": lambda: item(to(NEAR, "<category>c</category>")),
    "links-300k-one-entry": lambda: atom(to(NEAR, '<link href="https://example.org/1"/>')),
    "authors-200k-one-entry": lambda: atom(to(NEAR, "<author><name>A</name></author>")),
    "entries-with-300-authors": lambda: "<feed>" + "<author><name>A</name></author>" * 300 + "<entry><id>1</id></entry>" * 100_000 + "</feed>",
    "channels-200k": lambda: "<rss>" + to(NEAR, "<channel><title>A</title></channel>") + "</rss>",
    "roots-300k": lambda: to(NEAR, "<rss><channel/></rss>"),
    # Markup inside texts
    "html-nested-1M": lambda: described(to(NEAR, "<div>")),
    "html-formatting-300k": lambda: described(to(MIB, "<b><i><u>x<p>")),
    "html-formatting-attributes": lambda: described("".join(f"<b id={n}>x<p>" for n in range(60_000))),
    "html-adoption-agency": lambda: described(to(MIB, "<a><div>x</a>")),
    "html-tables": lambda: described(to(MIB, "<table><tr>x<table><td>")),
    "html-attributes": lambda: described("<p " + " ".join(f"a{n}=1" for n in range(100_000)) + ">"),
    "html-ampersands": lambda: described("&" * MIB),
    "html-comments": lambda: described(to(MIB, "<!--")),
    "html-links": lambda: described(to(MIB, '<a href="../../../x?y=z">a</a>')),
    "html-pictures": lambda: described(to(MIB, '<img src="/1x1.gif" width=1>')),
    "html-in-5000-entries": lambda: rss("<item><description><![CDATA[" .join([""] + [f"<p>{'<b>x</b> ' * 200}</p>]]></description></item>"] * 5_000)),
    "html-select-svg": lambda: described(to(MIB, "<svg><style><math><mi><select>")),
    # Charsets
    "utf16-10M": lambda: ("\ufeff" + rss("<item><title>" + "Ж" * (NEAR // 2 - 100) + "</title></item>")).encode("utf-16-le"),
    "cp1251-10M": lambda: rss("<item><title>" + "Женя " * (NEAR // 5) + "</title></item>").encode("windows-1251"),
    "high-bytes-10M": lambda: rss("<item><title>").encode() + bytes(range(128, 256)) * (NEAR // 128),
    "bad-utf8-10M": lambda: rss("<item><title>Ж").encode() + b"\xd0" * NEAR,
    "escapes-2022-10M": lambda: rss("<item><title>").encode() + b"\x1b$B\x1b(B" * (NEAR // 6),
    "nul-10M": lambda: rss("<item><title>A</title></item>").encode() + b"\0" * NEAR,
    # JSON
    "json-nested-1M": lambda: '{"version":"https://jsonfeed.org/version/1.1","items":' + "[" * 1_000_000,
    "json-nested-objects-1M": lambda: '{"items":' + '{"a":' * 1_000_000,
    "json-values-5M": lambda: '{"version":"https://jsonfeed.org/version/1.1","items":[' + "0," * (NEAR // 2 - 50) + "0]}",
    "json-string-10M": lambda: '{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","title":"' + "a" * NEAR + '"}]}',
    "json-escapes-10M": lambda: '{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","title":"' + "\\u0041" * (NEAR // 6) + '"}]}',
    "json-number-10M": lambda: '{"version":"https://jsonfeed.org/version/1.1","items":[{"id":' + "1" * NEAR + "}]}",
    "json-keys-90k": lambda: '{"version":"https://jsonfeed.org/version/1.1",' + ",".join(f'"k{n}":1' for n in range(90_000)) + ',"items":[]}',
    # Packing
    "gzip-2GB": lambda: inflating(2 << 30),
    "gzip-9MB-of-entries": lambda: inflating(9 * MIB),
    "over-the-limit-20M": lambda: rss("a" * 20 * MIB),
}


def measured(path: str):
    """Runs one document and prints status, processor seconds and KiB held, then the answer.

    In a process of its own: what a child held counts from what its parent did."""
    started = time.monotonic()
    with tempfile.TemporaryFile() as out:
        ran = subprocess.Popen([program(), "parse", path], stdout=out, stderr=subprocess.DEVNULL)
        while True:
            pid, status, usage = os.wait4(ran.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() - started > PATIENCE_S:
                ran.kill()
            time.sleep(0.002)
        ran.returncode = status
        print(status, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, flush=True)
        out.seek(0)
        sys.stdout.buffer.write(out.read())


def judged(path: Path) -> tuple[str, float, float]:
    """What became of it, the processor seconds it took, and the MiB it held."""
    ran = subprocess.run([sys.executable, __file__, "--measure", path], stdout=subprocess.PIPE, check=True)
    figures, _, answer = ran.stdout.partition(b"\n")
    status, seconds, kib = figures.split()
    seconds, held = float(seconds), int(kib) / 1024
    if int(status) != 0:
        return f"ENDED WITH {int(status)}", seconds, held
    answer = json.loads(answer)
    if answer["panic"]:
        outcome = "PANIC " + answer["error"]
    elif answer["ok"]:
        kinds = sorted({repair.split(":")[0] for repair in answer["repairs"]})
        outcome = f"{len(answer['entries'])} entries; {', '.join(kinds) or 'nothing wrong'}"
    else:
        outcome = "refused: " + answer["error"]
    return outcome, seconds, held


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--only", default="")
    options.add_argument("--measure", help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.measure:
        measured(asked.measure)
        return 0
    failed = []
    print(f"{'document':30} {'MiB':>6} {'s':>6} {'held':>5} {'bound':>5}  outcome")
    with tempfile.TemporaryDirectory() as folder:
        for name, made in HOSTILE.items():
            if asked.only not in name:
                continue
            body = made()
            path = Path(folder) / name
            path.write_bytes(body if isinstance(body, bytes) else body.encode())
            size = path.stat().st_size
            bound = 64 + 4 * min(size, BODY_MAX) / MIB
            outcome, seconds, held = judged(path)
            path.unlink()
            is_fine = seconds <= SECONDS_MAX and held <= bound
            is_fine = is_fine and not outcome.startswith(("PANIC", "ENDED"))
            if not is_fine:
                failed.append(name)
            mark = "" if is_fine else " <-- "
            print(f"{name:30} {size / MIB:6.1f} {seconds:6.2f} {held:5.0f} {bound:5.0f}  {outcome[:110]}{mark}", flush=True)
    print(f"\n{len(failed)} over a bound or without an answer: {', '.join(failed) or 'none'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
