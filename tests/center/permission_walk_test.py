"""Every route as every kind of viewer: who gets in follows from the route's word of permission and its scope alone.

The table is made from the API document, so a new route is walked from the moment it is in the list. With
AGORA_PERMISSION_TABLE=FILE it is written there as Markdown.
"""

import http.client
import os
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from center import Center, Client, open_event, split_breast_cancer  # noqa: E402

VIEWERS = ["stranger", "member", "member's session", "participant", "other organiser", "organiser", "administrator", "reader's token",
           "wrong token", "expired token"]
EVERYONE = set(VIEWERS) - {"wrong token", "expired token"}
SIGNED_IN = EVERYONE - {"stranger"}

# Who a permission lets in, by its word. A participant is in the event and wrote the submission.
ALLOWED = {
    "open": EVERYONE,
    "signed-in": SIGNED_IN,
    "session": {"member's session"},
    "organiser": {"other organiser", "organiser", "administrator", "reader's token"},
    "administrator": {"administrator", "reader's token"},
    "event-viewer": EVERYONE,
    "event-visitor": SIGNED_IN,
    "event-participant": {"participant", "organiser", "administrator", "reader's token"},
    "event-organiser": {"organiser", "administrator", "reader's token"},
    "submission-viewer": {"participant", "organiser", "administrator", "reader's token"},
    "submission-author": {"participant", "organiser", "administrator", "reader's token"},
    "submission-manager": {"organiser", "administrator", "reader's token"},
    "try-author": {"participant"},
}

# Whoever may not know of one does not learn that it is there: by the word's beginning, the word that lets one know.
HIDDEN = {"submission-": "submission-viewer", "try-": "try-author"}

# A token may give up itself, and no other: where the id is another's, only a session gets in.
BY_SESSION = {"DELETE /api/v1/me/tokens/{token}"}


class Walk(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        cls.center = cls.enterClassContext(Center())
        admin = cls.center.first_administrator()
        organiser, other = cls.center.person("olga", "organiser"), cls.center.person("oscar", "organiser")
        participant, member = cls.center.person("ada"), cls.center.person("max")
        kit, hidden = split_breast_cancer(scratch.name)
        cls.event = open_event(organiser, kit, hidden)["slug"]
        open_event(other, kit, hidden, slug="another")
        participant.post(f"/events/{cls.event}/join")
        submission = participant.await_end(participant.submit(cls.event))
        reader = Client(cls.center, cls.made_token(admin, ["read"])["token"])
        session = Client(cls.center, cookie=cls.center.sign_in("max@example.org")[1])
        cls.viewers = {"stranger": cls.center.stranger, "member": member, "member's session": session,
                       "participant": participant,
                       "other organiser": other, "organiser": organiser, "administrator": admin,
                       "reader's token": reader, "wrong token": Client(cls.center, "agora_" + "x" * 43),
                       "expired token": cls.expired()}
        cls.values = {"event": cls.event, "submission": submission["id"], "id": submission["id"],
                      "try": participant.try_code(cls.event)["id"],
                      "path": "classifier.py", "person": cls.center.person("zoe").get("/me")["person"]["id"]}
        cls.document = admin.get("/openapi.json")

    @classmethod
    def made_token(cls, client, scopes):
        """A token made by one who may: tokens make no tokens, so the session is asked."""
        return {"token": cls.center.token_of(cls.center.sign_in("root@example.org")[1], scopes)}

    @classmethod
    def expired(cls):
        """A token whose time is over: the database's clock is set back by hand, as nothing else can."""
        import sqlite3
        token = cls.made_token(None, ["read", "submit", "organise", "admin"])["token"]
        with sqlite3.connect(f"{cls.center.folder}/data/agora.db") as database:
            database.execute("UPDATE tokens SET expires = 1 WHERE id = (SELECT max(id) FROM tokens)")
        return Client(cls.center, token)

    def operations(self):
        for path, operations in sorted(self.document["paths"].items()):
            for method, operation in sorted(operations.items()):
                if method in ("get", "post", "put", "patch", "delete"):
                    yield method.upper(), path, operation

    def status(self, viewer, method, path, operation):
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "path":
                value = self.values.get(parameter["name"].rstrip("."), "01ARZ3NDEKTSV4RRFFQ69G5FAV")
                path = path.replace("{%s}" % parameter["name"], value)
        if operation.get("x-stream") or path.endswith("/stream"):
            return self.head_of_stream(viewer, path)
        body = b"" if "requestBody" in operation else None
        headers = {"Content-Type": next(iter(operation["requestBody"]["content"]))} if body is not None else {}
        return self.viewers[viewer].send(method, path, body, headers).status

    def head_of_stream(self, viewer, path):
        client = self.viewers[viewer]
        headers = {"Authorization": f"Bearer {client.token}"} if client.token else {}
        if client.cookie:
            headers["Cookie"] = client.cookie
        connection = http.client.HTTPConnection("127.0.0.1", self.center.port, timeout=10)
        connection.request("GET", path, headers=headers)
        status = connection.getresponse().status
        connection.close()
        return status

    def expected(self, viewer, route, operation):
        """in, or the status of the refusal."""
        if viewer in ("wrong token", "expired token"):
            return 401
        word, scope = operation["x-permission"], operation.get("x-scope")
        # A token without the scope is refused whatever there is.
        if viewer == "reader's token" and scope not in (None, "read"):
            return 403
        for beginning, knows in HIDDEN.items():
            if word.startswith(beginning) and viewer not in ALLOWED[knows]:
                return 404
        if viewer == "stranger" and word not in ("open", "event-viewer"):
            return 401
        if route in BY_SESSION and viewer != "member's session":
            return 403
        if viewer not in ALLOWED[word]:
            return 403
        return "in"

    def test_every_route_as_every_viewer(self):
        rows = []
        # Those who may do most go last: what they change is not there for the others to be refused at.
        for method, path, operation in sorted(self.operations(), key=lambda o: ("sign-out" in o[1], o[0] == "DELETE", o[0] != "GET")):
            self.assertIn(operation["x-permission"], ALLOWED, f"{method} {path}: the walk does not know this word")
            row = []
            for viewer in VIEWERS:
                expected = self.expected(viewer, f"{method} {path}", operation)
                status = self.status(viewer, method, path, operation)
                said = {401: "401", 403: "403"}.get(status, "in")
                if expected == 404:
                    said = str(status)
                with self.subTest(route=f"{method} {path}", viewer=viewer, permission=operation["x-permission"],
                                  scope=operation.get("x-scope"), status=status):
                    self.assertEqual(said, str(expected))
                    self.assertLess(status, 500)
                row.append(str(expected))
            rows.append(f"| {method} {path} | {operation['x-permission']} | {operation.get('x-scope', '')} | "
                        + " | ".join(row) + " |")
        self.assertGreater(len(rows), 40)
        if target := os.environ.get("AGORA_PERMISSION_TABLE"):
            head = "| route | permission | scope | " + " | ".join(VIEWERS) + " |"
            pathlib.Path(target).write_text("\n".join([head, "|---" * (3 + len(VIEWERS)) + "|", *rows]) + "\n")


if __name__ == "__main__":
    unittest.main()
