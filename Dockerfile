# syntax=docker/dockerfile:1
# One image for every process: web (the default command), rqworker, reconcile and the other manage.py commands.

FROM python:3.11-slim-bookworm AS build
RUN pip install --no-cache-dir uv==0.13.9
WORKDIR /app
# Dependencies first, so that a change of our code does not install them again.
COPY pyproject.toml uv.lock ./
RUN --mount=type=cache,target=/var/cache/uv \
    UV_CACHE_DIR=/var/cache/uv UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never uv sync --frozen --no-default-groups --no-install-project --compile-bytecode
COPY manage.py ./
COPY customify ./customify
COPY designs ./designs
COPY rendering ./rendering
COPY templates ./templates
RUN .venv/bin/python -m compileall -q customify designs rendering \
    && .venv/bin/python manage.py collectstatic --noinput --verbosity 0

FROM python:3.11-slim-bookworm
# A numeric user, so that Kubernetes' runAsNonRoot can tell that it is not root. Volumes inherit the owner of these folders.
RUN useradd --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin customify \
    && install -d -o 10001 -g 10001 /var/lib/customify /var/lib/customify/storage
WORKDIR /app
COPY --from=build /app ./
COPY deploy ./deploy
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    ENV_FILE= \
    STORAGE_ROOT=/var/lib/customify/storage
USER 10001
EXPOSE 8000
ENTRYPOINT ["/app/deploy/entrypoint.sh"]
# uvicorn ignores proxy headers: Django reads X-Forwarded-Proto itself when TRUST_PROXY is set.
CMD ["uvicorn", "customify.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--no-access-log", "--no-proxy-headers", "--timeout-graceful-shutdown", "20"]
