# Image for a server. Written with care, but not built or run by us yet: say so if it fails.
FROM python:3.11-slim-bookworm AS build
WORKDIR /source
COPY . .
RUN python -m pip install --no-cache-dir --require-hashes -r requirements/uv.txt \
 && python -m venv /opt/changliu \
 && VIRTUAL_ENV=/opt/changliu uv pip sync --require-hashes requirements/run.txt \
 && uv build --wheel --out-dir /wheels \
 && VIRTUAL_ENV=/opt/changliu uv pip install --no-deps /wheels/*.whl

FROM python:3.11-slim-bookworm
# The database refuses root, and so do we: one ordinary user owns the data and runs everything.
RUN useradd --system --uid 10001 --create-home --home-dir /data changliu
COPY --from=build /opt/changliu /opt/changliu
USER changliu
ENV PATH=/opt/changliu/bin:$PATH CHANGLIU_DATA=/data/changliu LANG=C.UTF-8
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/api/health', timeout=4)"]
CMD ["changliu", "serve", "--host", "0.0.0.0", "--port", "8000"]
