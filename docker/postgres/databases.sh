#!/bin/sh
# Run once, on an empty data folder: a database each for the ledger and for MLflow, and nobody else's user may enter.
set -eu

database() {
    psql --username postgres --set ON_ERROR_STOP=1 --set name="$1" --set password="$2" <<'SQL'
CREATE USER :"name" PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
REVOKE CONNECT ON DATABASE :"name" FROM PUBLIC;
SQL
}

database churn "$CHURN_DB_PASSWORD"
database mlflow "$MLFLOW_DB_PASSWORD"
