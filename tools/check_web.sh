#!/usr/bin/env bash
# Format, lint, types and unit tests of web/; installs its packages first when they are missing.
set -euo pipefail
cd "$(dirname "$0")/.."
exec "${PYTHON:-python3}" -m tools.build_web --check
