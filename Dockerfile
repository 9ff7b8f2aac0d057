# The Python that the test suite runs on.
FROM python:3.11-slim-bookworm AS packages

COPY requirements/runtime.txt /tmp/runtime.txt
# Only what is locked: no pip in the result, nothing built.
RUN python -m venv --without-pip /opt/huimin \
    && python -m pip --python /opt/huimin/bin/python install \
        --no-cache-dir --disable-pip-version-check --require-hashes --only-binary=:all: -r /tmp/runtime.txt


FROM python:3.11-slim-bookworm

RUN groupadd --gid 10001 huimin \
    && useradd --uid 10001 --gid huimin --shell /usr/sbin/nologin --no-create-home --home-dir /var/lib/huimin huimin \
    && install --directory --owner huimin --group huimin --mode 0750 /var/lib/huimin

COPY --from=packages /opt/huimin /opt/huimin
WORKDIR /srv/huimin
COPY alembic.ini ./
COPY migrations ./migrations
COPY policies ./policies
COPY app ./app

ENV PATH=/opt/huimin/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    HUIMIN_NO_VENV=1 \
    HUIMIN_DATA_DIR=/var/lib/huimin
# The service's user may not write here, so the bytecode is made now.
RUN python -m compileall -q app policies migrations

USER 10001:10001
VOLUME /var/lib/huimin
EXPOSE 8000
# Not urllib.request: it would ask a proxy that the environment names.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 CMD ["python", "-c", "import http.client, sys; c = http.client.HTTPConnection('127.0.0.1', 8000, timeout=4); c.request('GET', '/readyz'); sys.exit(c.getresponse().status != 200)"]
CMD ["python", "-m", "app", "start", "--host", "0.0.0.0"]
