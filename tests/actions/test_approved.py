"""What a merge approved is promoted, and nothing that was registered between two steps of the workflow."""

import json
import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_step_that_promotes_names_the_model_that_the_merge_brought(tmp_path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "model").mkdir()
    (tmp_path / "model/model_metadata.json").write_text(json.dumps({"digest": "ab" * 32}))
    said = tmp_path / "bin" / "churn"
    said.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    said.chmod(0o755)
    recipe = (ROOT / "Makefile").read_text().split("\npromote:")[1].splitlines()[1].strip().lstrip("@")
    env = os.environ | {"PATH": f"{said.parent}{os.pathsep}{os.environ['PATH']}", "WHY": 'merged; $(id) "x"'}
    words = ["sh", "-c", recipe.replace("$$", "$")]
    told = subprocess.run(words, cwd=tmp_path, env=env, capture_output=True, text=True, check=True).stdout.splitlines()
    assert told == ["promote", "--why", 'merged; $(id) "x"', "--digest", "ab" * 32]
