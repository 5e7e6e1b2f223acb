# The production image: web, worker, beat and migrations all run from it, as a user without rights.
# For a build that can be repeated to the byte, replace the tags by digests (docs/operations.md, Upgrade).

FROM node:22-bookworm-slim AS packages
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --legacy-peer-deps --no-audit --no-fund

FROM python:3.11-slim-bookworm AS program
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin lps
WORKDIR /srv/lps
COPY requirements.txt ./
RUN pip install --require-hashes --no-deps --requirement requirements.txt
COPY manage.py ./
COPY lps_safeguarding lps_safeguarding
COPY concerns concerns
COPY allegations allegations
COPY templates templates
COPY static static
COPY tools/front_end.py tools/front_end.py
COPY --from=packages /build/node_modules node_modules
# The values are only there so that the settings load; none of them stays in the image.
RUN python tools/front_end.py && rm -rf node_modules tools \
    && SECRET_KEY=build ALLOWED_HOSTS=build SITE_ADDRESS=https://build DATABASE_URL=postgresql://build@build/build \
       REDIS_URL=redis://build EMAIL_URL=memorymail:// DEFAULT_FROM_EMAIL=build@build.example CLAMAV_ADDRESS=none \
       VAULT_KEYS=build:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8= \
       WORD_INDEX_KEY=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8= \
       TRAIL_SIGNING_KEY=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8= \
       python manage.py collectstatic --noinput --verbosity=0
USER lps
EXPOSE 8000
CMD ["gunicorn", "lps_safeguarding.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", \
     "--workers", "2", "--threads", "4", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
