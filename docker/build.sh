#!/bin/sh
# Build the images, all of them or those named: sh docker/build.sh api sync
# ENGINE is docker or podman; CHURN_IMAGES and CHURN_TAG say what the images are called.
set -eu
engine=${ENGINE:-}
for one in docker podman; do [ -n "$engine" ] || ! "$one" info >/dev/null 2>&1 || engine=$one; done
[ -n "$engine" ] || {
    echo "error: neither docker nor podman answers here; Debian has one: apt-get install podman buildah runc" >&2
    exit 1
}
names=${CHURN_IMAGES:-ghcr.io/telco-churn}
tag=${CHURN_TAG:-dev}
version=$(sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)
revision=$(git rev-parse HEAD 2>/dev/null || echo unknown)
case $engine in
*podman) options="--format docker --layers --pull=missing --ignorefile docker/Dockerfile.dockerignore" ;;
*) options="" ;;  # BuildKit finds the ignore file beside the Dockerfile
esac

for target in ${*:-api sync explainer dashboard monitor pipeline mlflow}; do
    # shellcheck disable=SC2086  # options are words
    "$engine" build $options --file docker/Dockerfile --target "$target" --tag "$names/$target:$tag" \
        --label org.opencontainers.image.version="$version" --label org.opencontainers.image.revision="$revision" .
done
