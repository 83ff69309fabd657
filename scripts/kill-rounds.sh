#!/usr/bin/env bash
# Kills the real daemon under load, again and again, and counts what is lost, doubled or half.
#
#   scripts/kill-rounds.sh --rounds 300 --seed 1          the long form: about a second and a half a round
#   PROFILE=release scripts/kill-rounds.sh --rounds 300   the binary that is shipped
#
# What is judged, and how, stands at the top of scripts/kill_rounds.py. Needs python3.
set -euo pipefail
cd "$(dirname "$0")/.."

PROFILE=${PROFILE:-dev}
TARGET=${CARGO_TARGET_DIR:-target}
directory=$TARGET/$PROFILE
[ "$PROFILE" != dev ] || directory=$TARGET/debug

cargo build --locked --quiet --profile "$PROFILE" --bin nuncio --example farm
exec python3 scripts/kill_rounds.py \
    --nuncio "$directory/nuncio" --farm "$directory/examples/farm" "$@"
