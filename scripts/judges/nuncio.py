"""Runs `nuncio parse` over many documents: what every judge here begins with."""

import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Iterable, NamedTuple, Optional

ROOT = Path(__file__).resolve().parents[2]


class Document(NamedTuple):
    """A file with the headers it came with."""

    path: Path
    content_type: Optional[str] = None
    url: Optional[str] = None


def program() -> Path:
    """The program to judge: $NUNCIO, else the newest build here."""
    given = os.environ.get("NUNCIO")
    if given:
        return Path(given)
    builds = [ROOT / "target" / kind / "nuncio" for kind in ("release", "debug")]
    built = [path for path in builds if path.exists()]
    if not built:
        raise SystemExit("there is no nuncio to judge: cargo build --release")
    return max(built, key=lambda path: path.stat().st_mtime)


def parse(documents: Iterable[Document]) -> list[dict]:
    """What nuncio reads each document as, in their order."""
    documents = list(documents)
    for document in documents:
        for part in (document.content_type, document.url, str(document.path)):
            if part and ("\t" in part or "\n" in part):
                raise ValueError(f"a list cannot hold {part!r}")
    lines = [f"{d.content_type or ''}\t{d.url or ''}\t{d.path}\n" for d in documents]
    with tempfile.NamedTemporaryFile("w", suffix=".list", encoding="utf-8") as listed:
        listed.writelines(lines)
        listed.flush()
        ran = subprocess.run(
            [program(), "parse", "--batch", listed.name],
            stdout=subprocess.PIPE,
            check=True,
        )
    answers = [json.loads(line) for line in ran.stdout.splitlines()]
    if len(answers) != len(documents):
        raise SystemExit(f"{len(answers)} answers to {len(documents)} documents")
    return answers


def percent(part: int, whole: int) -> str:
    """A share, rounded so that 100 % means all."""
    if whole == 0:
        return "    -"
    share = 100 * part / whole
    return f"{min(share, 99.99) if part < whole else share:6.2f} %"
