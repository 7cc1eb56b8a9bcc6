#!/bin/sh
# What the official image's entrypoint does with an empty data folder, as far as we rest on it. The socket stands in
# /tmp: podman lays a folder of root's over /run.
set -eu
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    new=$PGDATA.new
    rm -rf "$new"
    mkdir -p "$new"
    printf '%s' "$POSTGRES_PASSWORD" > /tmp/password
    # shellcheck disable=SC2086  # the arguments are several words
    initdb --pgdata="$new" --username=postgres --pwfile=/tmp/password ${POSTGRES_INITDB_ARGS:-} > /dev/null
    rm /tmp/password
    echo 'host all all all scram-sha-256' >> "$new/pg_hba.conf"
    pg_ctl -D "$new" -w -o "-c listen_addresses='' -c unix_socket_directories=/tmp" start > /dev/null
    for one in /docker-entrypoint-initdb.d/*.sh; do sh "$one"; done
    pg_ctl -D "$new" -w -m fast stop > /dev/null
    mv "$new" "$PGDATA"
fi
exec "$@" -c listen_addresses='*' -c unix_socket_directories=/tmp
