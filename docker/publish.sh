#!/bin/sh
# Push the images that `make images` built, and tell each one's digest: publish.sh FILE
# On standard output and to a workflow as JSON; in FILE as sha256sum writes it, which is what an attestation reads.
set -eu
file=${1:?the file for the digests}
engine=${ENGINE:-docker} place=${CHURN_IMAGES:-ghcr.io/telco-churn} tag=${CHURN_TAG:-dev}

push() { # an image; tells its digest
    case $engine in
    *podman) # shellcheck disable=SC2086
        "$engine" push --quiet --digestfile "$file.one" ${CHURN_PUSH_OPTIONS:-} "$1" >&2 && cat "$file.one" && rm "$file.one" ;;
    *) "$engine" push "$1" | tee /dev/stderr | sed -n 's/.* digest: \(sha256:[0-9a-f]\{64\}\) .*/\1/p' ;;
    esac
}

if [ -n "${REGISTRY_TOKEN:-}" ]; then
    printf %s "$REGISTRY_TOKEN" |
        "$engine" login "${place%%/*}" --username "${REGISTRY_USER:?whose token it is}" --password-stdin >&2
fi
mkdir -p "$(dirname "$file")"
: >"$file.draft"
json=
for target in api sync explainer dashboard monitor mlflow pipeline; do
    digest=$(push "$place/$target:$tag")
    case $digest in
    sha256:????????????????????????????????????????????????????????????????) ;;
    *) echo "error: $place/$target:$tag was pushed, and $engine told no digest" >&2 && exit 1 ;;
    esac
    echo "${digest#sha256:}  $place/$target" >>"$file.draft"
    json="$json${json:+, }\"$target\": \"$digest\""
done
mv "$file.draft" "$file"
echo "{$json}"
if [ -n "${GITHUB_OUTPUT:-}" ]; then echo "digests={$json}" >>"$GITHUB_OUTPUT"; fi
