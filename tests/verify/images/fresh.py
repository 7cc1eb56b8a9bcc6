"""Which images are those of these files: a build of the others takes minutes, of these it would tell nothing new."""

import re
import subprocess

from verify.images.engine import ROOT, image, said

DOCKERFILE = ROOT / "docker/Dockerfile"
COPIED = re.findall(r"^COPY (?!--from)(?:--\S+ )*(.+) \S+$", DOCKERFILE.read_text(), re.MULTILINE)
CONTEXT = ["docker/Dockerfile", *{one for line in COPIED for one in line.split()} - {"reports"}]
"""What images are made of; the reports that the pipeline takes along are of no weight here."""
REVISION = '{{index .Labels "org.opencontainers.image.revision"}}'


def revision(target: str) -> str | None:
    """Give the commit that an image was built at, if nothing that images are made of has changed since; else None."""
    told = said("image", "inspect", "--format", REVISION, image(target), check=False).strip()
    return told if re.fullmatch(r"[0-9a-f]{40}", told) and _unchanged(told) else None


def _unchanged(commit: str) -> bool:
    """Compare the files with a commit; one that git does not know is of other files."""
    words = ("git", "diff", "--quiet", commit, "--", *CONTEXT)
    return subprocess.run(words, cwd=ROOT, check=False, capture_output=True).returncode == 0
