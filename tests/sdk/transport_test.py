"""Transport tests: the protocol parts alone, against a small HTTP server that breaks when it is told to."""
import base64
import hashlib
import pathlib
import random
import socket
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import speaking  # noqa: E402
import support  # noqa: E402

support.use_client()
from agora import streams, transfers  # noqa: E402
from agora.errors import AgoraError  # noqa: E402
from agora.transport import Transport, ensure_address  # noqa: E402


def quick(url, token=None, tries=4):
    transport = Transport(url, token, tries, first_pause_seconds=0.001)
    unittest.addModuleCleanup(transport.close)
    return transport


class Requests(unittest.TestCase):
    def refused(self, answers, act=lambda transport: transport.get("/x"), **given):
        with speaking.server(answers) as (url, seen), self.assertRaises(AgoraError) as caught:
            act(quick(url, **given))
        return caught.exception, seen

    def test_a_problem_becomes_an_error_with_the_servers_words_and_the_requests_id(self):
        error, _ = self.refused(lambda h, n: h.say(409, {"title": "Conflict", "status": 409, "detail": "today is used up",
                                                         "instance": "01JREQ"}))
        self.assertEqual((error.kind, error.detail, error.request_id, error.status),
                         ("conflict", "today is used up", "01JREQ", 409))
        self.assertEqual(str(error), "today is used up (request 01JREQ)")

    def test_kinds_follow_the_statuses(self):
        for status, kind in {400: "invalid", 401: "unauthenticated", 403: "forbidden", 404: "not_found", 412: "conflict",
                             413: "too_large", 422: "invalid", 429: "unavailable", 500: "internal",
                             503: "unavailable"}.items():
            with self.subTest(status):
                self.assertEqual(self.refused(lambda h, n: h.say(status, b"<html>"), tries=1)[0].kind, kind)

    def test_what_may_be_repeated_is_until_the_server_is_back(self):
        def answers(handler, number):
            handler.hang_up() if number == 1 else handler.say(503 if number == 2 else 200, {"number": number})
        with speaking.server(answers) as (url, seen):
            self.assertEqual(quick(url).get("/x"), {"number": 3})

    def test_a_plain_post_is_sent_once(self):
        error, seen = self.refused(lambda h, n: (h.body(), h.hang_up()), lambda t: t.post("/x"))
        self.assertEqual((error.kind, len(seen)), ("unavailable", 1))

    def test_a_keyed_post_is_sent_again_under_the_same_key(self):
        def answers(handler, number):
            handler.body()
            if number == 1:
                handler.hang_up()
            elif number == 2:  # the first one still runs
                handler.say(409, {"detail": "still running"}, Retry_After="0")
            else:
                handler.say(201, {"id": "a"})
        with speaking.server(answers) as (url, seen):
            self.assertEqual(quick(url).post("/x", {"a": 1}, keyed=True), {"id": "a"})
            keys = [one.given["Idempotency-Key"] for one in seen]
            self.assertEqual((len(keys), len(set(keys))), (3, 1))

    def test_a_conflict_that_is_none_of_the_key_is_told_at_once(self):
        error, seen = self.refused(lambda h, n: (h.body(), h.say(409, {"detail": "closed"})),
                                   lambda t: t.post("/x", {}, keyed=True))
        self.assertEqual((error.kind, len(seen)), ("conflict", 1))

    def test_a_redirect_is_told_and_not_followed(self):
        error, seen = self.refused(lambda h, n: h.say(308, Location="https://elsewhere.example/"), token="secret")
        self.assertIn("log in to https://elsewhere.example/", error.detail)
        self.assertEqual(len(seen), 1)

    def test_an_answer_that_is_no_json_names_the_likely_cause(self):
        self.assertIn("is this the address", self.refused(lambda h, n: h.say(200, b"<html>"))[0].detail)

    def test_nobody_at_the_address_is_unavailable_and_named(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        with self.assertRaises(AgoraError) as caught:
            quick(f"http://127.0.0.1:{port}", tries=2).get("/x")
        self.assertEqual((caught.exception.kind, caught.exception.detail),
                         ("unavailable", f"127.0.0.1:{port} cannot be reached: Connection refused"))

    def test_queries_are_escaped_and_absent_values_left_out(self):
        with speaking.server(lambda h, n: h.say(200, {})) as (url, seen):
            quick(url + "/below").get("/x", sort="-a b&c", after=None, all=True)
            self.assertEqual(seen[0].path, "/below/api/v1/x?sort=-a%20b%26c&all=true")

    def test_addresses_that_are_none_are_refused(self):
        for text in ("", "agora", "ftp://a", "http://", "http://a:x", "http://me@a", "http://a/?b", "http://a/#b"):
            with self.subTest(text), self.assertRaisesRegex(AgoraError, "is no address"):
                ensure_address(text)
        self.assertEqual(ensure_address("https://a.b/c//"), "https://a.b/c")

    def test_the_token_goes_to_the_own_server_whatever_a_location_says(self):
        transport = Transport("https://a.example/below", "secret")
        self.assertEqual(transport.address_of("https://evil.example/below/api/v1/uploads/1"),
                         "https://a.example/below/api/v1/uploads/1")


EVENTS = ("retry: 10\n: hello\n\nid: 7\nevent: board\ndata: {\"a\":\ndata: \"x\u2028\u0085é\"}\n\n"
          "id: 8\r\nevent: queue\r\ndata:{}\r\n\r\nid: 9\revent: none\r\rdata: 3\n\nid: 10\ndata: unfinished")


class Events(unittest.TestCase):
    def read(self, pieces):
        reader = streams.Reader()
        return [(e.name, e.data, e.id) for piece in pieces for e in reader.feed(piece) if e.name != "heartbeat"]

    def test_a_stream_reads_the_same_however_it_is_cut(self):
        data = EVENTS.encode()
        expected = [("board", '{"a":\n"x\u2028\u0085é"}', "7"), ("queue", "{}", "8"), ("message", "3", "9")]
        self.assertEqual(self.read([data]), expected)
        self.assertEqual(self.read([bytes([byte]) for byte in data]), expected)
        chance = random.Random(57)
        for _ in range(200):
            cuts = sorted(chance.sample(range(len(data)), 5))
            self.assertEqual(self.read([data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)])]), expected)

    def test_a_broken_stream_goes_on_behind_the_last_event(self):
        def answers(handler, number):
            events = {1: b"id: 3\nevent: a\ndata: 1\n\nid: 4\nevent: a\nda", 2: b": beat\n\n",
                      3: b"id: 4\nevent: a\ndata: 2\n\n"}[number]
            handler.send_response(200)
            handler.send_header("Content-Type", "text/event-stream")
            handler.end_headers()
            handler.wfile.write(events)
            handler.hang_up()
        with speaking.server(answers) as (url, seen):
            got = []
            for event in streams.listen(quick(url), "/s"):
                if event.name == "a":
                    got.append((event.data, event.id))
                if len(got) == 2:
                    break
            self.assertEqual(got, [(1, "3"), (2, "4")])
            self.assertEqual([one.given.get("Last-Event-ID") for one in seen], [None, "3", "3"])

    def test_a_refusal_ends_it_and_a_server_that_stays_away_too(self):
        for status, kind, count in ((403, "forbidden", 1), (503, "unavailable", 5)):
            with self.subTest(status), speaking.server(lambda h, n: h.say(status, {"detail": "no"})) as (url, seen):
                with self.assertRaises(AgoraError) as caught:
                    list(streams.listen(quick(url), "/s", patient_seconds=0))
                self.assertEqual((caught.exception.kind, len(seen)), (kind, count))


DATA = random.Random(3).randbytes(700_000)


class Files:
    """Answers a download of `data`; the n-th answer ends after `breaks[n]` bytes."""

    def __init__(self, data=DATA, breaks=(), etags=("1", "1", "1"), digest_of=None):
        self.data, self.breaks, self.etags = data, breaks, etags
        self.digest = base64.b64encode(hashlib.sha256(data if digest_of is None else digest_of).digest()).decode()

    def __call__(self, handler, number):
        etag = f'"{self.etags[min(number, len(self.etags)) - 1]}"'
        wanted, first, status, headers = handler.headers.get("Range"), 0, 200, {}
        if wanted and handler.headers["If-Range"] == etag:
            first, status = int(wanted[len("bytes="):-1]), 206
            headers["Content_Range"] = f"bytes {first}-{len(self.data) - 1}/{len(self.data)}"
        end = self.breaks[number - 1] if number <= len(self.breaks) else len(self.data)
        handler.say(status, self.data[first:max(end, first)], Content_Length=str(len(self.data) - first), ETag=etag,
                    Repr_Digest=f"sha-256=:{self.digest}:", **headers)
        if end < len(self.data):
            handler.hang_up()


class Downloads(unittest.TestCase):
    def get(self, answers, tries=4):
        with tempfile.TemporaryDirectory() as folder, speaking.server(answers) as (url, seen):
            target = pathlib.Path(folder, "kit.zip")
            try:
                transfers.download(quick(url, tries=tries), "/kit", target)
            finally:
                self.left = [file.name for file in pathlib.Path(folder).iterdir()]
            return target.read_bytes(), [one.given.get("Range") for one in seen]

    def test_a_broken_download_goes_on_where_it_broke(self):
        data, ranges = self.get(Files(breaks=(100_000, 400_000)))
        self.assertEqual(data, DATA)
        self.assertEqual(ranges, [None, "bytes=100000-", "bytes=400000-"])

    def test_a_file_that_changed_meanwhile_is_begun_anew(self):
        data, ranges = self.get(Files(breaks=(100_000,), etags=("1", "2")))
        self.assertEqual((data, ranges), (DATA, [None, "bytes=100000-"]))

    def test_a_damaged_file_is_no_file(self):
        with self.assertRaisesRegex(AgoraError, "damaged"):
            self.get(Files(digest_of=b"other"))
        self.assertEqual(self.left, [])

    def test_what_stays_broken_leaves_nothing(self):
        with self.assertRaises(AgoraError) as caught:
            self.get(Files(breaks=(0,) * 9), tries=2)
        self.assertEqual((caught.exception.kind, self.left), ("unavailable", []))


class Tus:
    """A tus server that hangs up in the middle of its first `breaks` pieces."""

    def __init__(self, breaks=0, refuses=None):
        self.breaks, self.refuses, self.data, self.length, self.metadata = breaks, refuses, b"", None, None

    def __call__(self, handler, number):
        assert handler.headers["Tus-Resumable"] == "1.0.0"
        if handler.command == "POST":
            self.length, self.metadata = int(handler.headers["Upload-Length"]), handler.headers.get("Upload-Metadata")
            handler.say(201, {"id": "U1"}, Location="/api/v1/uploads/U1")
        elif handler.command == "HEAD":
            handler.say(200, Upload_Offset=str(len(self.data)))
        elif self.refuses:
            handler.body()
            handler.say(self.refuses, {"detail": "refused"})
        else:
            assert int(handler.headers["Upload-Offset"]) == len(self.data)
            rest = int(handler.headers["Content-Length"])
            breaks = number <= self.breaks
            self.data += handler.rfile.read(rest // 2 if breaks else rest)
            handler.hang_up() if breaks else handler.say(204, Upload_Offset=str(len(self.data)))


class Uploads(unittest.TestCase):
    def put(self, answers, data=DATA):
        with tempfile.TemporaryDirectory() as folder, speaking.server(answers) as (url, seen):
            file = pathlib.Path(folder, "code.zip")
            file.write_bytes(data)
            self.seen = []
            id = transfers.upload(quick(url), file, {"filename": "code.zip"}, lambda *done: self.seen.append(done))
            return id

    def test_a_file_arrives_whole_over_broken_connections(self):
        server = Tus(breaks=3)
        self.assertEqual(self.put(server), "U1")
        self.assertEqual(server.data, DATA)
        self.assertEqual(server.metadata, "filename Y29kZS56aXA=")
        self.assertEqual(self.seen[-1], (len(DATA), len(DATA)))

    def test_an_empty_file_arrives(self):
        server = Tus()
        self.assertEqual((self.put(server, b""), server.length), ("U1", 0))

    def test_a_refusal_is_told_at_once(self):
        with self.assertRaises(AgoraError) as caught:
            self.put(Tus(refuses=413))
        self.assertEqual((caught.exception.kind, caught.exception.detail), ("too_large", "refused"))


if __name__ == "__main__":
    unittest.main()
