#!/bin/sh
# Run the pipeline in a writable copy of the code, and promote what it made if the gate says pass.
# With words it runs those stages alone, and promotes nothing: run-pipeline validate drift
set -eu
work=${CHURN_WORK_DIR:?where to work, such as /var/lib/churn/work}
mkdir -p "$work"
exec 9>"$work/.lock"    # kept until the last process of this run is gone, however it ends
flock --nonblock 9 || { echo "error: another run works in $work; wait until it is over" >&2; exit 1; }
# the code is the image's as it is now; the dvc.lock of an earlier run stays, so that only what must is made again
rm -rf "$work/src" "$work/scripts"
tar -C /app --exclude=./dvc.lock -cf - . | tar -C "$work" -xf -
[ -e "$work/dvc.lock" ] || cp /app/dvc.lock "$work"
cd "$work"
rm -f .dvc/tmp/rwlock   # of a run that was killed: DVC asks whether its process lives, and each container counts anew
for one in current incoming; do  # where batches are laid, as git holds them; an image brings none
    mkdir -p "data/$one"
    touch "data/$one/.gitkeep"
done
dvc config --quiet --local core.no_scm true  # an image holds no git
[ -z "${CHURN_STORAGE:-}" ] || dvc remote modify --quiet --local storage url "$CHURN_STORAGE"
[ $# = 0 ] || exec dvc repro "$@"
dvc repro
exec churn promote --why "${WHY:-the gate said pass}"
