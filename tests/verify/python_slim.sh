#!/bin/sh
# Have docker.io/library/python:3.11-slim: the hub's own, or where the hub cannot be reached one made on this machine
# from Debian's packages, with its certificates and its pip configuration. The one that is made is never published.
set -eu
image=docker.io/library/python:3.11-slim
! podman image exists "$image" || exit 0
! timeout 30 podman pull -q "$image" 2>/dev/null || exit 0

kept=${XDG_CACHE_HOME:-$HOME/.cache}/telco-churn
suite=bookworm
packages=ca-certificates,netbase,tzdata,python3.11,python3.11-venv,python3-pip
mark=$(cat "$0" /etc/pip.conf /etc/ssl/certs/ca-certificates.crt 2>/dev/null | sha256sum | cut -c 1-12)
tree=$kept/python-3.11-slim-$mark.tar
mkdir -p "$kept"

make_tree() {
    root=$(mktemp -d)
    trap 'rm -rf "$root"' EXIT
    debootstrap --variant=minbase --include="$packages" "$suite" "$root" http://deb.debian.org/debian >"$kept/debootstrap.log" 2>&1 \
        || { tail -5 "$kept/debootstrap.log" >&2; echo "error: no base: debootstrap failed, see $kept/debootstrap.log" >&2; exit 1; }
    for name in python python3 python3.11; do ln -s ../../bin/python3.11 "$root/usr/local/bin/$name"; done
    for name in pip pip3; do ln -s ../../bin/pip3 "$root/usr/local/bin/$name"; done
    cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
    [ ! -e /etc/pip.conf ] || cp /etc/pip.conf "$root/etc/"
    # as the official image: no manuals, no lists of packages, no byte code
    rm -rf "$root"/usr/share/doc/* "$root"/usr/share/man/* "$root"/usr/share/info/* "$root"/usr/share/locale/* \
        "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/* "$root"/var/cache/debconf/*-old "$root"/var/log/*
    find "$root" -name __pycache__ -prune -exec rm -rf {} +
    tar -C "$root" -cf "$tree.part" .
    mv "$tree.part" "$tree"
}

[ -e "$tree" ] || make_tree
podman import -q --change 'CMD ["python3"]' --change 'ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin' \
    --change 'ENV LANG=C.UTF-8' --change 'LABEL telco-churn.base=made-on-this-machine' "$tree" "$image" >/dev/null
