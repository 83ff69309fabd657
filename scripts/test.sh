#!/usr/bin/env bash
# Runs every test, on a fresh clone too: installs what they need, then `cargo test`.
# Arguments go to `cargo test`: scripts/test.sh tidy
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup-tests.sh
exec cargo test --locked "$@"
