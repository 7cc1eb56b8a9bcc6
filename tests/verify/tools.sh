#!/bin/sh
# Install the engines that `make verify` needs, from Debian's packages, where one of them is missing.
set -eu
packages="nginx-light prometheus prometheus-alertmanager"
packages="$packages podman buildah runc debootstrap netavark aardvark-dns iptables uidmap catatonit"  # build and run the images, and pods
packages="$packages docker-registry"  # what a release is pushed to
packages="$packages openjdk-17-jre-headless procps"  # Spark
missing=""
for one in $packages; do dpkg -s "$one" >/dev/null 2>&1 || missing="$missing $one"; done
as_root=$([ "$(id -u)" = 0 ] || echo sudo)
if [ -n "$missing" ]; then
    echo "installing$missing"
    $as_root apt-get update -qq
    # RUNLEVEL=1: what is installed is not started as a service of this machine
    RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing
fi

# docker-compose 2: of the next release, where this one still has the first, which knows no profiles of ours
if ! docker-compose version --short 2>/dev/null | grep -q '^v\?[2-9]'; then
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    chmod 755 "$folder"
    mkdir -p "$folder/lists/partial" "$folder/archives/partial"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian trixie main" >"$folder/sources.list"
    of="-o Dir::Etc::SourceList=$folder/sources.list -o Dir::Etc::SourceParts=- -o Dir::State::Lists=$folder/lists -o Dir::Cache=$folder -o APT::Sandbox::User=root"
    echo "installing docker-compose"
    apt-get $of update -qq
    (cd "$folder" && apt-get $of download -qq docker-compose)
    $as_root dpkg --install "$folder"/docker-compose_*.deb >/dev/null
fi
