# The service, with every release pinned by its hash. Built in two steps, so that no compiler is in what runs.
FROM python:3.12-slim AS build
WORKDIR /src
COPY requirements.lock .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . .
RUN /venv/bin/pip install --no-cache-dir --no-deps .

FROM python:3.12-slim
RUN useradd --create-home --uid 10001 probandum && install -d -o probandum /data
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH PROBANDUM_HOME=/data PYTHONDONTWRITEBYTECODE=1
USER probandum
VOLUME /data
EXPOSE 2024
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD python -c "import urllib.request; urllib.request.urlopen('http://127.0.0.1:2024/ok', timeout=4)"
# Beyond this machine it serves only who has a key: docker compose run --rm probandum keys add NAME
ENTRYPOINT ["probandum"]
CMD ["serve", "--host", "0.0.0.0", "--port", "2024"]
