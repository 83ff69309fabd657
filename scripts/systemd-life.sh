#!/usr/bin/env bash
# The life of the packaged service under a real systemd, with a subscribed newsboat.
#
# Run as root on a machine (a container or virtual machine will do) that systemd booted and that
# has nuncio installed as the README says, python3 and newsboat:
#
#   scripts/systemd-life.sh
#
# It replaces /etc/nuncio/feeds.toml, and ends with the service stopped.
set -euo pipefail

work=$(mktemp -d)
n_ok=0
ok() { n_ok=$((n_ok + 1)); printf 'ok   %s\n' "$*"; }
die() {
    printf 'FAIL %s\n' "$*" >&2
    systemctl status nuncio --no-pager -l >&2 || true
    journalctl -u nuncio --no-pager -n 60 >&2 || true
    exit 1
}
# Waits until a command succeeds, looking five times a second for half a minute.
until_true() {
    local what=$1 n
    shift
    for n in $(seq 150); do
        "$@" >/dev/null 2>&1 && return
        sleep 0.2
    done
    die "never came true: $what"
}

# --- a publisher -------------------------------------------------------------------------------
publish() { # N: the feed holds entries 1 to N
    python3 - "$1" "$work/feed.xml" <<'PY'
import sys
items = "".join(
    f"<item><guid isPermaLink='false'>g{n}</guid><title>Kazakhstan story {n}</title>"
    f"<link>https://mfa.example/{n}</link><description>Text {n}.</description></item>"
    for n in range(int(sys.argv[1]), 0, -1)
)
open(sys.argv[2], "w").write(
    "<rss version='2.0'><channel><title>MFA</title><link>https://mfa.example/</link>"
    f"<description>x</description>{items}</channel></rss>"
)
PY
}
publish 3
(cd "$work" && exec python3 -m http.server 18081 --bind 127.0.0.1 >/dev/null 2>&1) &
server=$!
trap 'kill $server 2>/dev/null || true; rm -rf "$work"' EXIT
until_true 'the publisher answers' curl -fs http://127.0.0.1:18081/feed.xml

feeds_toml() {
    cat <<TOML
regions = ["central-asia"]
[[feed]]
id = "mfa"
url = "http://127.0.0.1:18081/feed.xml"
allow-private = true
TOML
}
install -d /etc/nuncio
feeds_toml >/etc/nuncio/feeds.toml

# --- a reader ----------------------------------------------------------------------------------
mkdir "$work/reader"
echo 'http://127.0.0.1:8585/feeds/central-asia.atom' >"$work/reader/urls"
: >"$work/reader/config"
reader_sees() { # N: newsboat has N articles, none twice
    (cd "$work/reader" && HOME=$PWD newsboat -u urls -c cache.db -C config -x reload) \
        || die 'newsboat could not reload'
    python3 - "$work/reader/cache.db" "$1" <<'PY' || die "newsboat does not show exactly $1 articles"
import sqlite3, sys
rows = sqlite3.connect(sys.argv[1]).execute("select guid, url from rss_item").fetchall()
guids, urls = {row[0] for row in rows}, {row[1] for row in rows}
print(f"     newsboat: {len(rows)} articles, {len(guids)} ids, {len(urls)} addresses")
sys.exit(not len(rows) == len(guids) == len(urls) == int(sys.argv[2]))
PY
}
served() { [ "$(curl -fs http://127.0.0.1:8585/feeds/central-asia.atom | grep -c '<entry')" = "$1" ]; }

# --- the life ----------------------------------------------------------------------------------
systemctl daemon-reload
systemctl restart nuncio || die 'it does not start'
[ "$(systemctl show -P ActiveState nuncio)" = active ] || die 'not active after start'
journalctl -u nuncio -o cat --no-pager >"$work/log"
grep -q 'store is open' "$work/log" || die 'READY came before the store was open'
ok "started; READY after the store was open: $(systemctl show -P StatusText nuncio)"

until_true 'three stories served' served 3
reader_sees 3
ok 'the merged feed is served'

nuncio status >"$work/status" || die 'nuncio status fails'
grep -q mfa "$work/status" || die 'nuncio status does not know the feed'
nuncio explain https://mfa.example/2 | grep -q central-asia || die 'nuncio explain does not explain'
ok 'root can ask it by its socket'

feeds_toml >/etc/nuncio/feeds.toml
echo 'nonsense = 1' >>/etc/nuncio/feeds.toml
if systemctl reload nuncio 2>/dev/null; then die 'a reload with a bad file succeeded'; fi
[ "$(systemctl show -P ActiveState nuncio)" = active ] || die 'a bad reload stopped it'
feeds_toml >/etc/nuncio/feeds.toml
systemctl reload nuncio || die 'a reload with a good file failed'
reader_sees 3
ok 'reload: a bad file is refused, a good one taken, nothing comes twice'

publish 4
nuncio poll mfa >/dev/null || die 'nuncio poll fails'
until_true 'four stories served' served 4
systemctl restart nuncio || die 'it does not restart'
served 4 || die 'stories are missing after a restart'
reader_sees 4
ok 'restart: nothing twice, nothing missing'

publish 5
nuncio poll mfa >/dev/null || die 'nuncio poll fails'
until_true 'five stories served' served 5
pid=$(systemctl show -P MainPID nuncio)
kill -9 "$pid"
until_true 'systemd started it again' bash -c "[ \$(systemctl show -P MainPID nuncio) != $pid ] && [ \$(systemctl show -P ActiveState nuncio) = active ]"
until_true 'five stories served after the kill' served 5
reader_sees 5
ok 'kill -9: back by itself, nothing twice, nothing missing'

nuncio run --config /etc/nuncio/feeds.toml >"$work/second" 2>&1 && die 'a second daemon started'
ok "a second daemon is refused: $(tail -n 1 "$work/second" | cut -c1-100)"

said=$(systemd-analyze verify --man=no /etc/systemd/system/nuncio.service 2>&1) || true
[ -z "$said" ] || die "systemd-analyze verify says: $said"
ok 'systemd-analyze verify is silent'
systemd-analyze security nuncio --no-pager | tail -n 1

systemctl stop nuncio || die 'it does not stop'
[ "$(systemctl show -P Result nuncio)" = success ] || die 'it did not stop well'
ok 'stopped'
printf '%d passed, 0 failed\n' "$n_ok"
