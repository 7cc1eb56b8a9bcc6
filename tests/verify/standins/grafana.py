"""What stands at Grafana's door where its image cannot be had: it says that it is well, and that it is not Grafana."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Page(BaseHTTPRequestHandler):
    """Answer every question alike."""

    def do_GET(self) -> None:
        """Say what this is."""
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"stands in for Grafana")

    def log_message(self, *_words: object) -> None:
        """Say nothing else."""


if __name__ == "__main__":
    ThreadingHTTPServer(("", 3000), Page).serve_forever()
