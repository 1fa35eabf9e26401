# Chatterbox in a container: docker compose up -d, or
#   docker build -t chatterbox . && docker run -p 127.0.0.1:8000:8000 -v chatterbox:/data chatterbox

# The oldest supported Deno; the executable is tested with it.
FROM denoland/deno:2.6.8 AS build
WORKDIR /source
COPY . .
RUN deno task compile

FROM debian:12-slim
RUN useradd --uid 10001 --home-dir /data --no-create-home --shell /usr/sbin/nologin chatterbox \
  && install --directory --owner chatterbox --group chatterbox --mode 700 /data
COPY --from=build /source/chatterbox /usr/local/bin/chatterbox
USER chatterbox
WORKDIR /data
# All addresses inside the container are its own. Published ports decide what is reachable.
ENV HOST=0.0.0.0 PORT=8000 DATA_DIR=/data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=10s CMD ["chatterbox", "doctor", "--ready"]
CMD ["chatterbox"]
