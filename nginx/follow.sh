#!/bin/sh
# Run nginx with an entry, and reload it when a name it sends to moves: the free edition looks names up only at its
# start, and a container that comes back may have another address. sh follow.sh prod
set -eu
here=$(dirname "$(readlink -f "$0")")
names=$(sed -n 's/^ *server \([a-z]*\):.*/\1/p' "$here/upstreams.conf")

addresses() {
    for name in $names; do getent ahostsv4 "$name" | cut -d ' ' -f 1 | sort -u || true; done
}

watch() {
    known=$1
    while sleep 2; do
        now=$(addresses)
        # a name that is away for now is no reason to reload: nginx would refuse the whole file
        [ "$(for name in $names; do getent ahostsv4 "$name" | head -n 1; done | wc -l)" = "$(echo "$names" | wc -l)" ] || continue
        [ "$now" = "$known" ] || { echo "an upstream moved: reloading" >&2; kill -HUP $$; known=$now; }
    done
}

watch "$(addresses)" &
exec nginx -c "$here/$1.conf" -g 'daemon off;'
