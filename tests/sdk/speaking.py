"""A real HTTP server for tests of the transport alone: each request is answered by a function of the test's own."""
import contextlib
import http.server
import json
import socket
import threading


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *words):
        pass

    def answer(self):
        self.server.seen.append(self)
        self.given = dict(self.headers)
        number = sum(1 for one in self.server.seen if (one.command, one.path) == (self.command, self.path))
        self.server.answers(self, number)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = answer

    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def say(self, status, data=b"", **headers):
        """Headers are given with _ for -."""
        if not isinstance(data, bytes):
            data = json.dumps(data).encode()
        self.send_response(status)
        if status != 204:
            headers.setdefault("Content_Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def hang_up(self):
        """The connection breaks, as if the server had died."""
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True


@contextlib.contextmanager
def server(answers):
    """`answers(handler, number)` answers each request; `number` counts those of its method and path from 1. Yields the
    address and the list of requests seen."""
    one = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    one.daemon_threads = True
    one.answers, one.seen = answers, []
    thread = threading.Thread(target=one.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{one.server_port}", one.seen
    finally:
        one.shutdown()
        thread.join()
        one.server_close()
