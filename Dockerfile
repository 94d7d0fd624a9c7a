# The image of every role. What it holds is what the lock files name; the Python is the one that the tests run on.
#   docker build -t huiying:0.1.0 .      then, for instance:      docker run huiying:0.1.0 judge --help

FROM node:22.20.0-bookworm-slim AS assets
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
COPY console/static/vendor.sh console/static/
RUN npm ci --loglevel=error && sh console/static/vendor.sh

FROM python:3.11.14-slim-bookworm AS program
WORKDIR /build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv --without-pip /opt/huiying
COPY requirements.lock requirements-build.lock ./
RUN pip install --quiet --require-hashes -r requirements-build.lock \
 && pip --python /opt/huiying/bin/python install --quiet --no-compile --require-hashes -r requirements.lock
COPY pyproject.toml README.md ./
COPY config config
COPY huiying huiying
COPY crawlers crawlers
COPY consumers consumers
COPY responders responders
COPY console console
COPY --from=assets /build/console/static/vendor console/static/vendor
# Compiled here once, and not compared with the sources again: the image's files cannot change.
RUN pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist . \
 && pip --python /opt/huiying/bin/python install --quiet --no-compile --no-deps dist/*.whl \
 && /opt/huiying/bin/python -m compileall -q --invalidation-mode unchecked-hash /opt/huiying/lib

FROM python:3.11.14-slim-bookworm
LABEL org.opencontainers.image.title="Huiying 回应" \
      org.opencontainers.image.description="A city government's monitor of public concerns: crawl, consume, respond, serve" \
      org.opencontainers.image.version="0.1.0"
RUN pip uninstall --yes --quiet --root-user-action=ignore pip setuptools wheel \
 && groupadd --gid 10001 huiying \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /office --shell /usr/sbin/nologin huiying \
 && install -d -o huiying -g huiying /office /office/var
COPY --from=program /opt/huiying /opt/huiying
ENV PATH=/opt/huiying/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HUIYING_METRICS_PORT=9100
# The office's configuration may be mounted at /office/config; what is written goes to /office/var and /tmp alone.
WORKDIR /office
USER 10001:10001
VOLUME /office/var
EXPOSE 8000 9100
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9100/healthz', timeout=8)"]
ENTRYPOINT ["huiying"]
CMD ["--help"]
