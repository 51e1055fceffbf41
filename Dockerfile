# One image for every app: `docker build --build-arg APP=tools-server --build-arg PORT=5003 .`
ARG BASE=node:24-bookworm-slim

# The libraries, built once for all apps: nothing here depends on which app it is for.
FROM ${BASE} AS build
WORKDIR /workspace
COPY package.json package-lock.json nx.json tsconfig.base.json tsup.preset.ts ./
COPY libs libs
COPY apps apps
COPY tools tools
RUN npm ci --no-audit --no-fund --ignore-scripts \
 && NX_DAEMON=false npx nx run-many -t build --exclude=hub \
 && rm -rf node_modules

# The app with what it needs to run, and nothing it was built with.
FROM ${BASE} AS installed
ARG APP
WORKDIR /workspace
COPY --from=build /workspace/package.json /workspace/package-lock.json ./
COPY --from=build /workspace/libs libs
COPY --from=build /workspace/apps apps
COPY --from=build /workspace/tools tools
RUN test -f "apps/${APP:?name an app with --build-arg APP=tools-server}/src/main.ts" \
 && npm ci --no-audit --no-fund --ignore-scripts --omit=dev --workspace="apps/${APP}" \
 && ln -s "apps/${APP}" app \
 && mkdir -m 0700 /data && chown 1000:1000 /data

FROM ${BASE}
ARG PORT
ENV NODE_ENV=production PORT=${PORT}
WORKDIR /workspace/app
COPY --from=installed /workspace /workspace
COPY --from=installed --chown=1000:1000 /data /data
VOLUME /data
USER 1000:1000
EXPOSE ${PORT}
HEALTHCHECK --interval=5s --timeout=3s --retries=12 \
  CMD ["node", "--eval", "fetch(`http://127.0.0.1:${process.env.PORT}/ready`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--import", "@mcp/node/preload", "src/main.ts"]
