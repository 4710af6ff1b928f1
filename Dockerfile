# Three stages: the web assets, the Python packages, and what runs.
FROM node:24-slim AS web
WORKDIR /build/web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci --ignore-scripts
COPY web ./
RUN npm run build

FROM python:3.11-slim AS packages
COPY requirements.lock ./
RUN python -m venv /opt/argosy \
    && /opt/argosy/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock \
    && /opt/argosy/bin/pip uninstall --yes pip setuptools

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin argosy \
    && install --directory --owner=argosy --mode=0700 /data
COPY --from=packages /opt/argosy /opt/argosy
WORKDIR /app
COPY argosy argosy
COPY schema schema
COPY resolvers resolvers
COPY services services
COPY models models
COPY graphql graphql
COPY docs docs
COPY --from=web /build/argosy/dashboard argosy/dashboard
RUN /opt/argosy/bin/python -m compileall -q argosy schema resolvers services models
ENV PATH=/opt/argosy/bin:$PATH \
    PYTHONPATH=/app \
    PYTHONUNBUFFERED=1 \
    ARGOSY_HOST=0.0.0.0 \
    ARGOSY_DATA_DIR=/data
# Nothing is written outside /data: the root file system can be read-only.
USER argosy
VOLUME /data
EXPOSE 8060
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["python", "-c", \
    "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ.get('ARGOSY_PORT', '8060')}/health\", timeout=4)"]
ENTRYPOINT ["python", "-P", "-m", "argosy"]
CMD ["serve"]
