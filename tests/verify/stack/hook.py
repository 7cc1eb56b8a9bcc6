"""An address that hears whatever is posted to it, and writes it out, a line each."""

import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


class Hook(BaseHTTPRequestHandler):
    """Say what came, and that it is well."""

    def do_POST(self) -> None:
        """Hear one message."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        sys.stdout.write(body.decode().replace("\n", " ") + "\n")
        sys.stdout.flush()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_words: object) -> None:
        """Say nothing else."""


if __name__ == "__main__":
    HTTPServer(("", 9099), Hook).serve_forever()
