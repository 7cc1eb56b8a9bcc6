#!/bin/sh
# Type a churn command in a cluster: a job of the monitor's image runs it, its words are shown, and its end is this one's.
# That takes the right to start jobs (base/access/oncall.yaml), and no shell in a pod.
#   sh k8s/churn.sh telco-churn rollback --why "worse on the same customers"
set -eu
namespace=${1:?the namespace, such as telco-churn}
shift
job=by-hand-$(date +%s)-$$
container=/spec/template/spec/containers/0

quoted() { # a word, as JSON
    printf '"%s"' "$(printf %s "$1" | sed 's/[\\"]/\\&/g')"
}

command=$(quoted churn)
for word in "$@"; do command="$command, $(quoted "$word")"; done

kubectl --namespace "$namespace" create job "$job" --from=cronjob/monitor --dry-run=client --output json |
    kubectl patch --local --filename - --type json --output json --patch "[
        {\"op\": \"replace\", \"path\": \"/spec/backoffLimit\", \"value\": 0},
        {\"op\": \"replace\", \"path\": \"/spec/activeDeadlineSeconds\", \"value\": 900},
        {\"op\": \"add\", \"path\": \"$container/env\",
         \"value\": [{\"name\": \"CHURN_USER\", \"value\": $(quoted "${CHURN_USER:-$(id -un)}")}]},
        {\"op\": \"replace\", \"path\": \"$container/command\", \"value\": [$command]}]" |
    kubectl --namespace "$namespace" create --filename - >&2

ended=
until [ -n "$ended" ]; do
    sleep 1
    case $(kubectl --namespace "$namespace" get job "$job" --output 'jsonpath={.status.conditions[*].type} ') in
    *"Complete "*) ended=0 ;;
    *"Failed "*) ended=1 ;;
    esac
done
kubectl --namespace "$namespace" logs "job/$job" || true # a pod that never came up has said nothing
exit "$ended"
