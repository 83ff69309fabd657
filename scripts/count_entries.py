"""Counts distinct entries of captured feeds with feedparser, independently of nuncio.

usage: count_entries.py EPOCH FILE...     files of one feed, oldest first; EPOCH: time of the first
prints one JSON object: entries per file, distinct entries, and the links of those that are no
backlog (of the first file, only what is not older than fourteen days)

Two entries are one where their ids or their pages are the same.
"""

import calendar
import email.utils
import json
import sys

import feedparser

FOURTEEN_DAYS = 14 * 24 * 3600


def claim(entry):
    """Epoch seconds; the standard library reads some dates that feedparser does not."""
    date = entry.get("published_parsed") or entry.get("updated_parsed")
    date = date or email.utils.parsedate(entry.get("published", ""))
    return calendar.timegm(date) if date else None


def page(link):
    """A link without query and fragment: which page it leads to."""
    return link.split("#")[0].split("?")[0] if link else None


def main(start, paths):
    per_file, known, entries = [], {}, []
    for path in paths:
        found = feedparser.parse(path).entries
        per_file.append(len(found))
        for entry in found:
            names = [name for name in (entry.get("id"), page(entry.get("link"))) if name]
            names = names or [(entry.get("title"), entry.get("published"))]
            number = next((known[name] for name in names if name in known), len(entries))
            if number == len(entries):
                entries.append((path, claim(entry), entry.get("link")))
            for name in names:
                known.setdefault(name, number)
    fresh = [
        link
        for (path, date, link) in entries
        if path != paths[0] or date is None or start - date <= FOURTEEN_DAYS
    ]
    print(json.dumps({"per_file": per_file, "distinct": len(entries), "fresh": fresh}))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
