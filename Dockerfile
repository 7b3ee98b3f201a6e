# One image for web, workers and beat. Build: docker build -t throughline .
FROM python:3.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
RUN python -m venv /venv
COPY requirements/base.txt requirements/base.txt
RUN /venv/bin/pip install --require-hashes --no-deps -r requirements/base.txt

FROM python:3.11-slim-bookworm
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin throughline \
    && install -d -o throughline -g throughline /app /app/var /media
WORKDIR /app
COPY --from=build /venv /venv
COPY --chown=throughline:throughline . .
USER 10001
# Static files get hashed, compressed names here, so that no server is needed to build.
RUN THROUGHLINE_BUILD=1 THROUGHLINE_HASHED_STATIC=1 python manage.py collectstatic --no-input
ENV THROUGHLINE_MEDIA=/media
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["gunicorn", "config.wsgi:application", "--bind", "0.0.0.0:8000", "--workers", "3", "--threads", "4", "--max-requests", "2000", "--max-requests-jitter", "200", "--graceful-timeout", "20"]
