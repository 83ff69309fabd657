#!/usr/bin/env bash
# Installs what the tests run besides cargo: feed readers and validators that judge what nuncio
# publishes. Does nothing where everything is there. Debian and Ubuntu; elsewhere it says what to
# install by hand.
set -euo pipefail
cd "$(dirname "$0")/.."

# The library many readers are built on, in an environment of its own that `cargo clean` removes.
FEEDPARSER=feedparser==6.0.12
VENV=target/venv

say() { printf 'setup-tests: %s\n' "$*"; }
die() {
    printf 'setup-tests: %s\n' "$*" >&2
    exit 1
}

# program, and the package that has it
PROGRAMS=(
    newsboat:newsboat
    xmllint:libxml2-utils
    jing:jing
    curl:curl
    python3:python3
)

missing_packages() {
    local pair
    for pair in "${PROGRAMS[@]}"; do
        command -v "${pair%%:*}" >/dev/null || printf '%s\n' "${pair##*:}"
    done
    # Debian's python3 comes without the parts that make environments.
    if command -v python3 >/dev/null && ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
        printf 'python3-venv\n'
    fi
}

install_packages() {
    local packages
    mapfile -t packages < <(missing_packages)
    [ ${#packages[@]} -eq 0 ] && return
    say "installing ${packages[*]}"
    command -v apt-get >/dev/null \
        || die "there is no apt-get here; install by hand: ${packages[*]}"
    [ "$(id -u)" -eq 0 ] \
        || die "only root can install packages; run: sudo apt-get install ${packages[*]}"
    export DEBIAN_FRONTEND=noninteractive
    # Java's package, which jing needs, fails where a slim image has left manual pages out.
    mkdir -p /usr/share/man/man1
    apt-get update -qq \
        || die "apt-get update failed; is there a network?"
    apt-get install -qq -y --no-install-recommends "${packages[@]}" >/dev/null \
        || die "apt-get install failed; what it said stands above"
}

has_feedparser() {
    [ -x "$VENV/bin/python" ] && "$VENV/bin/python" -c \
        "import feedparser; assert feedparser.__version__ == '${FEEDPARSER##*=}'" 2>/dev/null
}

install_feedparser() {
    has_feedparser && return
    say "installing $FEEDPARSER into $VENV"
    rm -rf "$VENV"
    python3 -m venv "$VENV" \
        || die "python3 could not make an environment in $VENV"
    "$VENV/bin/pip" install --quiet --disable-pip-version-check "$FEEDPARSER" \
        || die "pip could not install $FEEDPARSER; is there a network?"
    has_feedparser || die "$FEEDPARSER was installed and cannot be imported"
}

install_packages
# The second round finds what only the first made visible: python3 without its venv module.
install_packages
[ -z "$(missing_packages)" ] || die "still missing: $(missing_packages | tr '\n' ' ')"
install_feedparser
say "everything is there"
