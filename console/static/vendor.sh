#!/bin/sh
# Copies what the pages load from node_modules to console/static/vendor, so that the console serves every byte itself.
set -eu
cd "$(dirname "$0")/../.."
mkdir -p console/static/vendor
cp node_modules/htmx.org/dist/htmx.min.js console/static/vendor/htmx.min.js
cp node_modules/htmx.org/LICENSE console/static/vendor/htmx.LICENSE
