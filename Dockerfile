# The service alone: no sandbox, no local database, no build tools. One image for both programs:
#   API     node dist/main.js (the default)
#   worker  node dist/worker.js
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY nest-cli.json tsconfig.json tsconfig.build.json ormconfig.ts ./
COPY scripts/bundle.mjs scripts/bundle.mjs
COPY src src
RUN npx --no-install nest build && node scripts/bundle.mjs

FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts

FROM node:24-bookworm-slim
ENV NODE_ENV=production METRICS_PORT=9464
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE ./
# What the programs load is compiled once, here, by the user that will run them: no start of a container has to do it
# again. They end for want of settings. Nobody can write it afterwards.
RUN mkdir -m 777 dist/compiled
USER node
RUN for program in main worker cli; do node dist/$program.js > /dev/null 2>&1 || true; done
USER root
RUN chown -R 0:0 dist/compiled && chmod -R u=rwX,go=rX dist/compiled
USER node
EXPOSE 3000 9464
# The same for both programs: whether it should be sent work, at the port that is for inside alone.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD node -e "fetch('http://127.0.0.1:' + process.env.METRICS_PORT + '/health/ready').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"
CMD ["node", "dist/main.js"]
