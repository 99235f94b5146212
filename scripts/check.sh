#!/usr/bin/env bash
# `make check`: does the house stand? Style, types, imports, templates, migrations, settings. No database is needed.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
export PORTAL_ENV_FILE=scripts/check.env

step() { printf '== %s\n' "$1"; shift; "$@"; }

step "style"             $bin/ruff check .
step "format"            $bin/ruff format --check .
step "types"             $bin/mypy .
step "imports"           $bin/lint-imports --no-logo
step "template format"   bash -c "git ls-files 'templates/*.html' | xargs $bin/djade --check --target-version 5.2"
step "template lint"     bash -c "git ls-files 'templates/*.html' | grep -v templates/documents/ | xargs $bin/djlint --lint --quiet"
step "vendored files"    $bin/python scripts/vendor.py
step "missing migrations" $bin/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
step "sandbox's migrations" $bin/python -m portal.sandbox --check-migrations
step "deployment"        $bin/python manage.py check --deploy --fail-level WARNING
echo "The house stands."
