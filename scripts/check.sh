#!/usr/bin/env bash
# `make check`: does the house stand? Style, types, imports, templates, migrations, settings. No database is needed.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
settings=$(mktemp)
trap 'rm -f "$settings"' EXIT
# Values that a deployment would have, so that `check --deploy` judges a deployment. Nothing here opens anything.
cat > "$settings" <<'VALUES'
SECRET_KEY=only-for-checking-only-for-checking-only-for-checking-0123456789
DATABASE_URL=postgresql://nobody@127.0.0.1:1/none
REDIS_URL=redis://127.0.0.1:1/0
PUBLIC_URL=https://portal.example
ALLOWED_HOSTS=portal.example
FIELD_KEYS=1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
BLIND_INDEX_KEY=only-for-checking
VNEID_URL=https://vneid.example
VNEID_CLIENT_ID=portal
VNEID_CLIENT_SECRET=only-for-checking
PAYGOV_URL=https://paygov.example
PAYGOV_PARTNER=CHECK
PAYGOV_SECRET=only-for-checking
NATIONAL_PORTAL_URL=https://dvcqg.example
NATIONAL_PORTAL_USERNAME=check
NATIONAL_PORTAL_PASSWORD=only-for-checking
POPULATION_URL=https://dancu.example
POPULATION_TOKEN=only-for-checking
TIMESTAMP_URL=https://tsa.example
VALUES
export PORTAL_ENV_FILE=$settings

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
