"""A server that answers what a test tells it to."""

import http.server
import json
import threading
import time


class Scripted:
    """A server that answers what it is told to, in turn, and remembers what it was asked."""

    def __init__(self, *answers):
        self.answers, self.asked, self.keys = list(answers), [], []
        script = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers.get("content-length", 0)))
                self.do_GET()

            def do_GET(self):
                script.asked.append((self.command, self.path, self.headers.get("idempotency-key")))
                script.keys.append(self.headers.get("authorization"))
                status, body, headers = script.answers.pop(0)
                if status is None:
                    time.sleep(body)
                    return
                self.send_response(status)
                for name, value in {"content-length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *words):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *fault):
        self.server.shutdown()
        self.server.server_close()


def told(content, status=200, **headers):
    return status, json.dumps(content).encode(), {name.replace("_", "-"): value for name, value in headers.items()}


def problem(status, **headers):
    return told({"title": "Busy", "status": status, "detail": "too much waits"}, status, **headers)
