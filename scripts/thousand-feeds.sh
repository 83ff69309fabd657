#!/usr/bin/env bash
# What a round over a thousand local feeds costs, beside a bare HTTP client over the same URLs.
#
#   scripts/thousand-feeds.sh [REPEATS] [FEEDS]     default: 5 repeats, 1,000 feeds
#
# Each repeat runs, one after the other: bare cold, nuncio cold, bare warm, nuncio warm. Cold: an
# empty store, every answer 200 with a gzip body. Warm: forty minutes later, every answer 304.
# nuncio is `run --once`: it also opens, syncs and closes its store, and publishes. Every feed is
# on a loopback address of its own; on one host, nuncio would ask once a second, as it should.
# BIN=DIRECTORY measures the programs of another build: nuncio, examples/farm, examples/bare.
# Prints every run, then medians and their ratios. Needs GNU time, curl and python3.
set -euo pipefail
cd "$(dirname "$0")/.."

repeats=${1:-5}
feeds=${2:-1000}
port=18911
control=http://127.0.0.1:$port/control
if [ -n "${BIN:-}" ]; then
    bin=$BIN
else
    bin=${CARGO_TARGET_DIR:-target}/release
    cargo build --locked --quiet --release --bin nuncio --example farm --example bare
fi

scratch=$(mktemp -d)
trap 'kill "$farm" 2>/dev/null || true; rm -rf "$scratch"' EXIT
"$bin/examples/farm" --feeds "$feeds" --port $port --out "$scratch/farm" --prepare \
    --head $'[daemon]\nlisten = "127.0.0.1:0"\n' >/dev/null &
farm=$!
until curl -fs $control/counters >/dev/null; do sleep 0.2; done

# NAME COMMAND…: one line `NAME wall user+sys KiB` in $scratch/runs
measure() {
    local name=$1
    shift
    curl -fs -X POST $control/reset
    command time -f "$name %e %U %S %M" -a -o "$scratch/runs" "$@" >"$scratch/said"
    printf '%s %s\n' "$(tail -n 1 "$scratch/runs")" "$(curl -fs $control/counters)"
}

nuncio() { # NAME MINUTES
    measure "$1" env \
        STATE_DIRECTORY="$scratch/state" CACHE_DIRECTORY="$scratch/cache" RUNTIME_DIRECTORY="$scratch/run" \
        NUNCIO_LOG=warn NUNCIO_TEST_NOW="$(date -u -d "@$((start + $2 * 60))" +%FT%TZ)" \
        "$bin/nuncio" run --once --config "$scratch/farm/feeds.toml"
}

start=$(date +%s)
for _ in $(seq "$repeats"); do
    rm -rf "$scratch/state" "$scratch/cache" "$scratch/run" "$scratch/tags"
    mkdir "$scratch/state" "$scratch/cache" "$scratch/run"
    measure bare-cold "$bin/examples/bare" "$scratch/farm/urls" "$scratch/tags"
    nuncio nuncio-cold 0
    measure bare-warm "$bin/examples/bare" "$scratch/farm/urls" "$scratch/tags"
    nuncio nuncio-warm 40
done
du -sh "$scratch/state" "$scratch/cache" | sed "s|$scratch/|on disk after the last: |"

python3 - "$scratch/runs" <<'PY'
import collections, statistics, sys
runs = collections.defaultdict(list)
for line in open(sys.argv[1]):
    name, wall, user, system, kib = line.split()
    runs[name].append((float(wall), float(user) + float(system), int(kib) / 1024))
median = {name: [statistics.median(column) for column in zip(*rows)] for name, rows in runs.items()}
print(f"{'':12} {'wall s':>8} {'CPU s':>8} {'RSS MiB':>8}   medians of {len(runs['bare-cold'])}")
for name in ("bare-cold", "nuncio-cold", "bare-warm", "nuncio-warm"):
    print(f"{name:12} " + " ".join(f"{value:8.2f}" for value in median[name]))
for kind in ("cold", "warm"):
    ratios = [[a / b for a, b in zip(ours, bare)] for ours, bare in zip(runs[f"nuncio-{kind}"], runs[f"bare-{kind}"])]
    print(f"{'ratio ' + kind:12} " + " ".join(f"{statistics.median(column):8.1f}" for column in zip(*ratios)))
PY
