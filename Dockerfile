# syntax=docker/dockerfile:1
# One image for every process: web (the default command), rqworker, reconcile and the other manage.py commands.
# Its layers, from the bottom: Python, the dependencies (which change with pyproject.toml and uv.lock alone), fonts, static files, our code.

FROM python:3.11-slim-bookworm AS dependencies
RUN pip install --no-cache-dir uv==0.13.9
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN --mount=type=cache,target=/var/cache/uv \
    UV_CACHE_DIR=/var/cache/uv UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never uv sync --frozen --no-default-groups --no-install-project --no-compile-bytecode
# What the service never reads: locales, AWS services, tests, most of ICU's data (docs/decisions/0043-the-image.md).
COPY deploy/image ./image
RUN packages=.venv/lib/python3.11/site-packages \
    && python image/trim_packages.py "$packages" \
    && python image/trim_icu_data.py "$packages"/icu4py.libs/libicudata*

FROM dependencies AS static
COPY manage.py ./
COPY customify ./customify
COPY designs ./designs
COPY rendering ./rendering
COPY templates ./templates
RUN .venv/bin/python manage.py collectstatic --noinput --verbosity 0 \
    && .venv/bin/python -m compileall -q customify designs rendering \
    && mv rendering/fonts/files font-files

# The packages without their copies of static files. They never change here, so nothing checks whether they did.
FROM dependencies AS packages
RUN packages=.venv/lib/python3.11/site-packages \
    && python image/trim_packages.py "$packages" --collected \
    && .venv/bin/python -m compileall -q --invalidation-mode unchecked-hash "$packages"

FROM python:3.11-slim-bookworm
# A numeric user, so that Kubernetes' runAsNonRoot can tell that it is not root. Volumes inherit the owner of these folders.
# The standard library is compiled here: later nobody may write to it, and every process would compile it for half a second.
RUN useradd --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin customify \
    && install -d -o 10001 -g 10001 /var/lib/customify /var/lib/customify/storage \
    && python -m compileall -q -x '/(ensurepip|idlelib|lib2to3|pydoc_data|site-packages|test|tkinter|turtledemo)/' /usr/local/lib/python3.11
WORKDIR /app
COPY --from=packages /app/.venv ./.venv
# Fallback fonts hardly ever change: apart from the code, a release does not bring them again.
COPY --from=static /app/font-files ./rendering/fonts/files
COPY --from=static /app/staticfiles ./staticfiles
COPY deploy/entrypoint.sh deploy/is_beating.py ./deploy/
COPY --from=static /app/manage.py ./
COPY --from=static /app/templates ./templates
COPY --from=static /app/rendering ./rendering
COPY --from=static /app/designs ./designs
COPY --from=static /app/customify ./customify
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    ENV_FILE= \
    HEARTBEAT_FILE=/tmp/customify-heartbeat \
    STORAGE_ROOT=/var/lib/customify/storage
USER 10001
EXPOSE 8000
ENTRYPOINT ["/app/deploy/entrypoint.sh"]
# uvicorn ignores proxy headers: Django reads X-Forwarded-Proto itself when TRUST_PROXY is set.
CMD ["uvicorn", "customify.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--no-access-log", "--no-proxy-headers", "--timeout-graceful-shutdown", "20"]
