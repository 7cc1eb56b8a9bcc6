#!/bin/sh
# Write the secrets that the manifests name, from the environment, as manifests; nothing is kept on disk.
#   sh k8s/secrets.sh telco-churn | kubectl apply -f -      (once before: kubectl create namespace telco-churn)
# Where the database is not beside it, both addresses end in ?sslmode=verify-full. CHURN_KEYS is the path of a file
# that `churn keys add` wrote, MLFLOW_USERS of one that `htpasswd` or `openssl passwd -6` wrote.
set -eu
namespace=${1:?the namespace, such as telco-churn}

# all of it is there before the first secret is written: kubectl would apply the half
: "${CHURN_DATABASE_URL:?postgresql+psycopg://churn:...@host/churn}"
: "${CHURN_ID_KEY:?a secret of 32 bytes or more: openssl rand -hex 32}"
: "${CHURN_API_KEY:?a key with the scopes predict and feedback}"
: "${MLFLOW_BACKEND_STORE_URI:?postgresql+psycopg://mlflow:...@host/mlflow}"
: "${AWS_ACCESS_KEY_ID:?of a user of the bucket alone}" "${AWS_SECRET_ACCESS_KEY:?of the same user}"
if [ -n "${POSTGRES_PASSWORD:-}" ]; then # overlay dev alone has a PostgreSQL of its own
    : "${CHURN_DB_PASSWORD:?of the user churn, as in CHURN_DATABASE_URL}"
    : "${MLFLOW_DB_PASSWORD:?of the user mlflow, as in MLFLOW_BACKEND_STORE_URI}"
fi
: "${CHURN_KEYS:?the file of API keys that churn keys add wrote}" "${MLFLOW_USERS:?the file of those who may see MLflow}"
for path in "$CHURN_KEYS" "$MLFLOW_USERS"; do
    [ -r "$path" ] || { echo "error: $path cannot be read" >&2; exit 1; }
done
values=$CHURN_DATABASE_URL$CHURN_ID_KEY$CHURN_API_KEY$MLFLOW_BACKEND_STORE_URI$AWS_ACCESS_KEY_ID$AWS_SECRET_ACCESS_KEY
values=$values${POSTGRES_PASSWORD:-}${CHURN_DB_PASSWORD:-}${MLFLOW_DB_PASSWORD:-}
[ "$(printf %s "$values" | wc -l)" -eq 0 ] || {
    echo "error: a value has several lines; all but the first would be cut off" >&2
    exit 1
}

secret() { # lines NAME=value on standard input
    kubectl create secret generic "$1" --namespace "$namespace" --dry-run=client -o yaml --from-env-file=/dev/stdin
    echo ---
}

file() { # a secret, the name of its file, a path
    kubectl create secret generic "$1" --namespace "$namespace" --dry-run=client -o yaml --from-file="$2=$3"
    echo ---
}

secret ledger <<END
CHURN_DATABASE_URL=$CHURN_DATABASE_URL
CHURN_ID_KEY=$CHURN_ID_KEY
END
secret dashboard <<END
CHURN_API_KEY=$CHURN_API_KEY
END
secret mlflow <<END
MLFLOW_BACKEND_STORE_URI=$MLFLOW_BACKEND_STORE_URI
AWS_ACCESS_KEY_ID=$AWS_ACCESS_KEY_ID
AWS_SECRET_ACCESS_KEY=$AWS_SECRET_ACCESS_KEY
END
if [ -n "${POSTGRES_PASSWORD:-}" ]; then
    secret postgres <<END
POSTGRES_PASSWORD=$POSTGRES_PASSWORD
CHURN_DB_PASSWORD=$CHURN_DB_PASSWORD
MLFLOW_DB_PASSWORD=$MLFLOW_DB_PASSWORD
END
fi
file keys keys.json "$CHURN_KEYS"
file nginx mlflow_users "$MLFLOW_USERS"
