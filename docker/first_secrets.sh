#!/bin/sh
# Make what compose asks for and is not there yet: passwords in .env, keys and a certificate of our own in .churn/compose.
# Run again, it changes nothing that stands. Needs openssl and `churn` (make compose-secrets).
set -eu
umask 077
folder=${CHURN_SECRETS:-.churn/compose}
host=${CHURN_PUBLIC_HOST:-localhost}
mkdir -p "$folder/keys" "$folder/nginx" "$folder/alertmanager"
touch .env
chmod 600 .env                              # one that was copied from .env.example is open to everybody

known() { grep -q "^$1=." .env; }
keep() { known "$1" || printf '%s=%s\n' "$1" "$2" >> .env; }

[ -z "$(tail -c 1 .env)" ] || echo >> .env
keep COMPOSE_PROFILES dev
for name in POSTGRES_PASSWORD CHURN_DB_PASSWORD MLFLOW_DB_PASSWORD STORAGE_KEY_ID STORAGE_SECRET GRAFANA_PASSWORD; do
    value=$(openssl rand -hex 20)           # a failure within an argument would go by unseen
    keep "$name" "$value"
done
if ! known CHURN_DASHBOARD_KEY; then
    key=$(CHURN_KEYS_FILE="$folder/keys/keys.json" churn keys add dashboard --scope predict --scope feedback)
    keep CHURN_DASHBOARD_KEY "$key"
fi
if ! known CHURN_MONITOR_KEY; then
    key=$(CHURN_KEYS_FILE="$folder/keys/keys.json" churn keys add monitor --scope predict)
    keep CHURN_MONITOR_KEY "$key"
fi
if [ ! -e "$folder/nginx/mlflow_users" ]; then
    password=$(openssl rand -hex 12)
    hashed=$(openssl passwd -6 "$password")
    echo "MLflow's pages behind nginx: user mlflow, password $password (shown once)"
    printf 'mlflow:%s\n' "$hashed" > "$folder/nginx/mlflow_users"
fi
if [ ! -e "$folder/nginx/tls.crt" ]; then
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 365 -subj "/CN=$host" \
        -addext "subjectAltName=DNS:$host,DNS:localhost,IP:127.0.0.1" \
        -keyout "$folder/nginx/tls.key" -out "$folder/nginx/tls.crt" 2>/dev/null
    echo "a certificate of our own for $host: $folder/nginx/tls.crt; put a real one there before others come"
fi
for one in slack pagerduty mail; do
    [ -e "$folder/alertmanager/$one" ] || : > "$folder/alertmanager/$one"
done
# containers run as other users, and nobody else of this machine comes past the folder itself
chmod 700 "$folder"
find "$folder" -mindepth 1 -type d -exec chmod 755 {} +
find "$folder" -type f -exec chmod 644 {} +
echo ".env and $folder hold what docker compose asks for"
