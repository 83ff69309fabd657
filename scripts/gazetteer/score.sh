#!/usr/bin/env bash
# score.sh GOLD SCORER: countries per language and regions, as the built classifier finds them in
# labelled entries. GOLD: one JSON entry a line; SCORER: a program that takes `GOLD -- COMMAND`.
# With --release: the release build. Precision, recall and F1 in per cent.
set -euo pipefail
profile=dev
directory=debug
if [ "${1:-}" = --release ]; then
    profile=release
    directory=release
    shift
fi
here=$(cd "$(dirname "$0")/../.." && pwd)
cargo build --quiet --profile "$profile" --manifest-path "$here/Cargo.toml" --bin nuncio
exec python3 "$2" "$1" -- "$here/target/$directory/nuncio" classify --jsonl
