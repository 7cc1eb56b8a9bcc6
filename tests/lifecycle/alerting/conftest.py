import subprocess
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def certificate(tmp_path_factory) -> Path:
    """Make a key and a certificate of this machine's own address."""
    folder = tmp_path_factory.mktemp("tls")
    words = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    files = ["-keyout", str(folder / "mail.key"), "-out", str(folder / "mail.pem")]
    subprocess.run([*words.split(), *files], check=True, capture_output=True)
    return folder
