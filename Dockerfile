# Stage one fetches the desk's front-end files by npm; stage two is Python, the locked dependencies
# and this tree. Nothing is compiled, and the program never runs as root.

FROM node:22-slim AS front-end
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev
RUN npm run vendor

FROM python:3.11-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
COPY requirements/run.txt requirements/run.txt
RUN python -m pip install --no-cache-dir --require-hashes --requirement requirements/run.txt
COPY bot bot
COPY content content
COPY locales locales
COPY docs/content-checks.md docs/content-checks.md
COPY LICENSE README.md ./
COPY --from=front-end /app/bot/desk/static/vendor bot/desk/static/vendor
RUN useradd --uid 10001 --no-create-home lotse && install --directory --mode 0700 --owner lotse /data

# The only writable place: database, generated master key. Keep a backup of the key apart from it.
VOLUME /data
ENV LOTSE_DATA_DIR=/data LOTSE_DESK_BIND=0.0.0.0:8080
EXPOSE 8080
USER 10001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
