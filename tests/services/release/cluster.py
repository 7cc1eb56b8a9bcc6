"""A stand-in for a cluster: kubectl renders really, and else keeps in a file what it was told, as a cluster would.

It knows what a release asks of one: revisions of Deployments, CronJobs, Jobs that cannot change, rollouts that hang.
"""

import json
import os
import sys
from pathlib import Path

STATE, REAL, STUCK = (os.environ[name] for name in ("CLUSTER_STATE", "CLUSTER_KUBECTL", "CLUSTER_STUCK"))
KEPT, SLOW = os.environ.get("CLUSTER_KEPT"), os.environ.get("CLUSTER_SLOW")
"""A Deployment that cannot be undone; whether revisions are counted later than objects are taken."""


def main(words: list[str]) -> int:
    if words[0] == "kustomize":
        os.execv(REAL, [REAL, *words])
    state = json.loads(Path(STATE).read_text())
    state["asked"].append(" ".join(words[:3]))
    code = DOES[words[0]](state, words)
    Path(STATE).write_text(json.dumps(state))
    return code


def get(state, words):
    sys.stdout.write(json.dumps({"items": [one["now"] for one in state[words[1]].values()]}))
    return 0


def apply(state, words):
    for one in json.load(sys.stdin)["items"]:
        name, kind = one["metadata"]["name"], one["kind"]
        if kind == "Job" and name in state["jobs"]:
            sys.stderr.write(f"Job {name}: field is immutable")
            return 1
        if kind == "Deployment":
            revise(state["deployments"], name, one)
        if kind in {"CronJob", "Job"}:
            state[f"{kind.lower()}s"][name] = {"now": one}
    return 0


def revise(held, name, one):
    past = held.setdefault(name, {"past": []})["past"]
    if not past or past[-1]["spec"] != one["spec"]:
        past.append(one)
        counted = len(past) - 1 if SLOW else len(past)
        one["metadata"]["annotations"] = {"deployment.kubernetes.io/revision": str(counted)}
        held[name]["now"] = one


def rollout(state, words):
    name = words[2].partition("/")[2]
    if words[1] == "status":
        stuck = STUCK and STUCK in json.dumps(state["deployments"][name]["now"])
        sys.stderr.write("timed out waiting for the condition" if stuck else "")
        return int(bool(stuck))
    if name == KEPT:
        sys.stderr.write("unable to find specified revision in history")
        return 1
    revision = int(words[-1].partition("=")[2])
    revise(state["deployments"], name, json.loads(json.dumps(state["deployments"][name]["past"][revision - 1])))
    return 0


def set_(state, words):
    name = words[2].partition("/")[2]
    images = dict(word.split("=", 1) for word in words[5:])
    for one in state["cronjobs"][name]["now"]["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]:
        one["image"] = images[one["name"]]
    return 0


def delete(state, words):
    state["jobs"].pop(words[2], None)
    return 0


DOES = {"get": get, "apply": apply, "rollout": rollout, "set": set_, "delete": delete}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
