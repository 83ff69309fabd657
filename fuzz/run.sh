#!/usr/bin/env bash
# Fuzzes one target for some minutes: fuzz/run.sh feed 15
# Needs a nightly compiler and cargo-fuzz (cargo install --locked cargo-fuzz). What it finds on the
# way grows in fuzz/corpus, which is nobody's to keep; a crash is written to fuzz/artifacts and
# becomes the smallest case of tests/fixtures/feeds/cases that shows it.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${1:?which target: decode, feed, dates or urls}
minutes=${2:-15}
corpus=fuzz/corpus/$target
mkdir -p "$corpus"
dictionary=()
[ -f "fuzz/$target.dict" ] && dictionary=("-dict=fuzz/$target.dict")
exec cargo +nightly fuzz run "$target" "$corpus" "fuzz/seeds/$target" -- \
    -max_total_time=$((minutes * 60)) -timeout=10 -rss_limit_mb=2048 -max_len=16384 \
    "${dictionary[@]}"
