# The portal's image: web, worker and beat run from it. Checked for syntax only; it has not been built here, where no
# Docker engine runs.
FROM python:3.11-slim-bookworm

RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 10001 portal

WORKDIR /portal
COPY requirements/base.txt requirements/base.txt
RUN pip install --no-cache-dir --require-hashes -r requirements/base.txt
COPY . .

# Static files and translations are made at build time; the values are needed to load the settings, and open nothing.
RUN STATIC_ROOT=/portal/staticfiles SECRET_KEY=build DATABASE_URL=postgresql://build@127.0.0.1/build \
    REDIS_URL=redis://127.0.0.1/0 FIELD_KEYS=1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= BLIND_INDEX_KEY=build \
    VNEID_URL=https://vneid.invalid VNEID_CLIENT_ID=build VNEID_CLIENT_SECRET=build PAYGOV_URL=https://paygov.invalid \
    PAYGOV_PARTNER=build PAYGOV_SECRET=build NATIONAL_PORTAL_URL=https://dvcqg.invalid NATIONAL_PORTAL_USERNAME=build \
    NATIONAL_PORTAL_PASSWORD=build POPULATION_URL=https://dancu.invalid POPULATION_TOKEN=build \
    TIMESTAMP_URL=https://tsa.invalid \
    sh -c 'python -c "from portal.local.messages import compile_messages; compile_messages()" \
    && python manage.py collectstatic --noinput --verbosity 0'

USER portal
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "portal.wsgi:application"]
