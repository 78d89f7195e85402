# The command line in an image without shell, package manager or root: docs/container.md.
#
# Tags move. To build from what you looked at, give digests of your registry instead:
#   docker buildx imagetools inspect docker.io/library/node:24-bookworm-slim
#   docker build --build-arg BUILD_IMAGE=docker.io/library/node@sha256:... --build-arg RUNTIME_IMAGE=... .
ARG BUILD_IMAGE=docker.io/library/node:24-bookworm-slim
ARG RUNTIME_IMAGE=gcr.io/distroless/nodejs24-debian13:nonroot

FROM ${BUILD_IMAGE} AS build
WORKDIR /build
COPY .npmrc package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY tsconfig.json ./
COPY build build
COPY src src
COPY schemas schemas
COPY rules rules
RUN npm run build

FROM ${BUILD_IMAGE} AS dependencies
WORKDIR /dependencies
COPY .npmrc package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts

FROM ${RUNTIME_IMAGE}
LABEL org.opencontainers.image.title="trailwarden" \
      org.opencontainers.image.licenses="Apache-2.0"
# The home of the image's user, also where another one is chosen: the AWS SDK wants to know one.
ENV NODE_ENV=production HOME=/home/nonroot
COPY --from=dependencies /dependencies/node_modules /opt/trailwarden/node_modules
COPY package.json LICENSE /opt/trailwarden/
COPY schemas /opt/trailwarden/schemas
COPY rules /opt/trailwarden/rules
COPY fixtures/example-org /opt/trailwarden/fixtures/example-org
COPY --from=build /build/dist /opt/trailwarden/dist
# Where snapshots and reports stand until they are sent to S3: writable also where the file system is read-only.
VOLUME ["/tmp"]
WORKDIR /work
USER 65532:65532
ENTRYPOINT ["/nodejs/bin/node", "/opt/trailwarden/dist/cli/main.js"]
CMD ["--help"]
