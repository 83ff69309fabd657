#!/usr/bin/env bash
# Asks a judge from outside what `nuncio parse` makes of feeds:
#
#   scripts/judge.sh agreement [FOLDER]   field by field against Python's feedparser
#   scripts/judge.sh suite [--failures]   the share of feedparser's own expectations that we meet
#   scripts/judge.sh damage               2,000 damaged feeds: what lives, time and memory
#   scripts/judge.sh hostile              documents made to hurt: outcome, time and memory of each
#
# It builds the release program and sets up what the judges need (scripts/setup-tests.sh); $NUNCIO
# names another program to judge. `suite` fetches feedparser's source package from PyPI into
# target/. What a judge says at length stands at the top of its file in scripts/judges.
set -euo pipefail
cd "$(dirname "$0")/.."
judge=${1:?which judge: agreement, suite, damage or hostile}
shift
scripts/setup-tests.sh >&2
if [ -z "${NUNCIO:-}" ]; then
    cargo build --release --locked --bin nuncio
    export NUNCIO=$PWD/target/release/nuncio
fi
exec target/venv/bin/python "scripts/judges/$judge.py" "$@"
