"""Environments of a center: two events with different versions of scikit-learn beside each other, and a server that
is killed while it makes one. In a home of its own; the installer and what it has fetched are the user's.
"""

import json
import os
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from center import AGORA, KITS, Center, Refused, home_of_its_own, open_event, split_breast_cancer  # noqa: E402

STARTER = {path.name: path.read_text() for path in (KITS / "breast_cancer/submissions/starting_kit").glob("*.py")}

# The newest that the kits of then run in, with a package that the index has as source alone, and a later one.
PACKAGES = {
    "sklearn-1.2": ("1.2.2", "numpy==1.24.4\nscipy==1.10.1\npandas==1.5.3\nscikit-learn==1.2.2\nramp-workflow==0.7.0\n"
                    "docopt==0.6.2\n"),
    "sklearn-1.5": ("1.5.2", "numpy==1.26.4\nscipy==1.13.1\npandas==2.2.2\nscikit-learn==1.5.2\nramp-workflow==0.7.0\n"),
}


def asked(name, text):
    return {"name": name, "kind": "requirements", "text": text}


def awaited(client, name, state, seconds=300):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = client.get(f"/environments/{name}")
        if found["state"] != "building":
            break
        time.sleep(0.1)
    assert found["state"] == state, f"{name} is {found['state']}: {found['why']}"
    return found


def awaiting(what, seconds=30):
    """What it finds, as soon as that is something."""
    deadline = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < deadline, "it does not come"
        time.sleep(0.1)
    return found


def kit_for(folder, environment):
    kit, hidden = split_breast_cancer(folder)
    facts = kit / "kit.toml"
    facts.write_text(facts.read_text().replace('environment = "default"', f'environment = "{environment}"'))
    return kit, hidden


class Environments(unittest.TestCase):
    def setUp(self):
        self.scratch = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="agora-environments-")))
        self.center = self.enterContext(Center(environment=home_of_its_own(self.scratch / "home")))
        self.admin = self.center.first_administrator()

    def command(self, *words):
        own = {**os.environ, **home_of_its_own(self.scratch / "home")}
        return subprocess.run([AGORA, "env", *words], env=own, check=True, capture_output=True, text=True).stdout

    def nameless(self, version):
        """The hash of an environment that is there, and has no name any more."""
        wanted = self.scratch / "six.txt"
        wanted.write_text(f"six=={version}\n")
        self.command("create", "six", "--requirements", str(wanted))
        name = self.scratch / "home/names/six"
        made = name.resolve().name
        name.unlink()
        return made

    def test_two_events_have_their_own_scikit_learn_at_the_same_time(self):
        events = {}
        for name, (_, text) in PACKAGES.items():
            self.admin.post("/environments", asked(name, text))
        for name in PACKAGES:
            smoke = awaited(self.admin, name, "ready")["smoke"]
            self.assertTrue(smoke["passed"], smoke)
            self.assertIn(f"scikit-learn {PACKAGES[name][0]}", smoke["fit"])
            log = self.admin.send("GET", f"/environments/{name}/log").body.decode()
            self.assertEqual("\nFetched docopt-0.6.2.tar.gz" in log, "docopt" in PACKAGES[name][1], log)
            kit, hidden = kit_for(self.scratch / name, name)
            events[name] = open_event(self.admin, kit, hidden, slug=name.replace(".", "-"))["slug"]
            self.admin.post(f"/events/{events[name]}/join")
        # Code that insists on its version, handed in to both before either is done; and to the wrong one.
        sent = []
        for name, (version, _) in PACKAGES.items():
            built = "import docopt\n" if "docopt" in PACKAGES[name][1] else ""
            code = f"{built}import sklearn\nassert sklearn.__version__ == {version!r}, sklearn.__version__\n"
            files = {**STARTER, "classifier.py": code + STARTER["classifier.py"]}
            for other, slug in events.items():
                sent.append((name == other, self.admin.submit(slug, files=files)))
        for fits, submission in sent:
            ended = self.admin.await_end(submission)
            self.assertEqual(ended["state"], "scored" if fits else "failed", ended)
        for name, slug in events.items():
            self.assertEqual([use["slug"] for use in self.admin.get(f"/environments/{name}")["uses"]], [slug])
            with self.assertRaisesRegex(Refused, "409.*is used by .*" + slug):
                self.admin.ask("DELETE", f"/environments/{name}")

    def test_a_server_that_is_killed_makes_it_after_all(self):
        self.admin.post("/environments", asked("x", PACKAGES["sklearn-1.5"][1]))
        deadline = time.monotonic() + 60
        while b"fetching" not in self.admin.send("GET", "/environments/x/log").body:
            self.assertLess(time.monotonic(), deadline, "it does not begin")
            time.sleep(0.01)
        self.center.kill()
        self.assertFalse((self.scratch / "home/names/x").exists(), "it was done before the kill")
        self.center.start()
        found = awaited(self.admin, "x", "ready")
        self.assertTrue(found["smoke"]["passed"])
        log = self.admin.send("GET", "/environments/x/log").body.decode()
        self.assertEqual(log.count("resolving"), 1, "the log begins anew")
        # What the killed one's installer went on writing is swept by whoever comes next.
        self.command("gc")
        left = [path.name for path in (self.scratch / "home/environments").iterdir() if path.name.startswith(".making")]
        self.assertEqual(left, [])

    def test_what_an_event_uses_survives_both_tidyings(self):
        home = self.scratch / "home"
        _, text = PACKAGES["sklearn-1.5"]
        self.admin.post("/environments", asked("x", text))
        used = awaited(self.admin, "x", "ready")["hash"]
        kit, hidden = kit_for(self.scratch, used)
        open_event(self.admin, kit, hidden, slug="moons")
        self.admin.post("/events/moons/join")
        self.center.stop()
        self.center.start()  # at its start it looks at once what its events use
        awaiting(lambda: any(used in path.read_text() for path in home.glob("wanted/*.json")))
        self.center.stop()  # so that nobody holds it: only the list speaks for it
        (home / "names/x").unlink()
        unused = self.nameless("1.17.0")
        freed = json.loads(self.command("gc", "--json"))
        self.assertEqual([piece["what"] for piece in freed["freed"]], [f"the environment {unused}"])
        self.assertEqual({path.name for path in (home / "environments").iterdir()} - {".lock"}, {used})

        unused = self.nameless("1.16.0")
        with sqlite3.connect(self.center.folder / "data/agora.db") as database:
            database.execute("UPDATE environment_tidying SET asked = asked - ?", [25 * 3600 * 10**6])
        self.center.start()
        tidied = awaiting(lambda: self.admin.get("/health/details")["environments_tidied"])
        self.assertGreater(tidied["freed_bytes"], 0)
        self.assertGreater(tidied["disk_bytes"], tidied["freed_bytes"])
        self.assertFalse((home / "environments" / unused).exists())
        self.assertEqual(self.admin.await_end(self.admin.submit("moons"))["state"], "scored")


if __name__ == "__main__":
    unittest.main()
