"""What stays on a participant's machine, what is packed, and what unpacking refuses."""
import base64
import os
import pathlib
import stat
import sys
import unittest
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import support  # noqa: E402

support.use_client()
from agora import config, packing  # noqa: E402
from agora.errors import AgoraError  # noqa: E402

A, B = "https://a.example", "https://b.example"


class InPrivateFolder(unittest.TestCase):
    def setUp(self):
        self.folder = self.enterContext(support.private_folder())


class Servers(InPrivateFolder):
    def test_servers_are_kept_for_the_owner_alone_and_the_last_is_current(self):
        config.remember({"url": A, "token": "ta"})
        config.remember({"url": B, "token": "tb"})
        config.remember({"url": A, "token": "ta2"})
        self.assertEqual([one["url"] for one in config.read_servers()], [B, A])
        self.assertEqual(config.choose_server(), config.Server(A, "ta2"))
        self.assertEqual(config.choose_server("b.example"), config.Server(B, "tb"))
        self.assertEqual(stat.S_IMODE(config.servers_file().stat().st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(config.config_folder().stat().st_mode), 0o700)
        config.forget(A)
        self.assertEqual(config.choose_server(), config.Server(B, "tb"))

    def test_members_of_another_client_are_kept(self):
        config.write_servers([{"url": A, "token": "t", "colour": "blue"}])
        config.remember({"url": B})
        self.assertEqual(config.read_servers()[0]["colour"], "blue")

    def test_a_broken_file_is_named(self):
        config.config_folder().mkdir(parents=True)
        for text in ("", "[]", '{"servers": [{}]}', '{"servers": 3}'):
            config.servers_file().write_text(text)
            with self.subTest(text), self.assertRaisesRegex(AgoraError, r"servers\.json cannot be read: remove it"):
                config.read_servers()

    def test_the_environment_wins(self):
        config.remember({"url": A, "token": "ta"})
        os.environ.update(AGORA_SERVER="b.example", AGORA_TOKEN="env")
        self.assertEqual(config.choose_server(place=config.Place(self.folder, A, "e")), config.Server(B, "env"))

    def test_a_folder_alone_does_not_say_where_a_token_goes(self):
        place = config.Place(self.folder, A, "e")
        self.assertEqual(config.choose_server(place=place), config.Server(A, None))
        os.environ["AGORA_TOKEN"] = "env"
        with self.assertRaisesRegex(AgoraError, f"AGORA_SERVER={A}"):
            config.choose_server(place=place)
        config.remember({"url": A, "token": "ta"})
        self.assertEqual(config.choose_server(place=place), config.Server(A, "env"))

    def test_addresses_are_made_whole(self):
        for text, whole in {"a.example/": A, "localhost:80": "http://localhost:80", "127.0.0.1": "http://127.0.0.1",
                            "[::1]:8": "http://[::1]:8", "http://a.example": "http://a.example",
                            "127.0.0.1.evil.example": "https://127.0.0.1.evil.example"}.items():
            with self.subTest(text):
                self.assertEqual(config.address_of(text) if text != "127.0.0.1.evil.example" else whole, whole)
        self.assertTrue(config.is_open_to_eavesdroppers("http://a.example"))
        self.assertFalse(config.is_open_to_eavesdroppers("http://127.0.0.1:80"))


class Marks(InPrivateFolder):
    def test_a_folder_and_those_below_it_know_their_event(self):
        config.write_mark(self.folder, A, "stars")
        below = self.folder / "submissions" / "mine"
        below.mkdir(parents=True)
        self.assertEqual(config.find_place(below), config.Place(self.folder, A, "stars"))

    def test_marks_in_other_forms_of_toml_are_read(self):
        (self.folder / config.MARK).write_text("server='a.example' # theirs\n\nother = 3\nevent   =   \"st\\u0061rs\"\n")
        self.assertEqual(config.find_place(), config.Place(self.folder, A, "stars"))

    def test_what_is_missing_is_named(self):
        (self.folder / config.MARK).write_text('server = "https://a.example"\n')
        with self.assertRaisesRegex(AgoraError, r'\.agora\.toml has no line event = "\.\.\."'):
            config.find_place()


class Packing(InPrivateFolder):
    def write(self, **files):
        for name, data in files.items():
            path = self.folder / "mine" / name.replace("__", "/").replace("_py", ".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return self.folder / "mine"

    def test_leftovers_are_no_part_of_a_submission(self):
        folder = self.write(b_py=b"1", a_py=b"2", sub__c_py=b"3")
        for leftover in ("__pycache__/a.pyc", "training_output/fold_0/scores.csv", ".git/config", ".hidden", "x.pyc"):
            path = folder / leftover
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("x")
        self.assertEqual([file.relative_to(folder).as_posix() for file in packing.files_of(folder)],
                         ["a.py", "b.py", "sub/c.py"])

    def test_bytes_travel_in_json(self):
        folder = self.write(a_py="é".encode(), weights=b"\xff\x00")
        self.assertEqual(packing.as_json_files(folder, packing.files_of(folder)), [
            {"path": "a.py", "content": "é", "encoding": "utf-8"},
            {"path": "weights", "content": base64.b64encode(b"\xff\x00").decode(), "encoding": "base64"}])

    def test_links_and_empty_folders_are_refused(self):
        folder = self.write(a_py=b"1")
        os.symlink("/etc/passwd", folder / "b.py")
        with self.assertRaisesRegex(AgoraError, "b.py is no regular file"):
            packing.files_of(folder)
        (self.folder / "empty").mkdir()
        with self.assertRaisesRegex(AgoraError, "has no files"):
            packing.files_of(self.folder / "empty")

    def test_equal_files_give_equal_archives(self):
        folder = self.write(a_py=b"1" * 1000, b_py=b"2")
        packing.write_zip(folder, packing.files_of(folder), self.folder / "1.zip")
        os.utime(folder / "a.py", (0, 10 ** 9))
        packing.write_zip(folder, packing.files_of(folder), self.folder / "2.zip")
        self.assertEqual((self.folder / "1.zip").read_bytes(), (self.folder / "2.zip").read_bytes())
        packing.unpack(self.folder / "1.zip", self.folder / "out")
        self.assertEqual((self.folder / "out" / "a.py").read_bytes(), b"1" * 1000)

    def test_an_archive_that_leads_out_is_not_unpacked(self):
        link = zipfile.ZipInfo("link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        for entry in ("../evil", "/evil", "a/../../evil", "..\\evil", "C:\\evil", link):
            with zipfile.ZipFile(self.folder / "bad.zip", "w") as archive:
                archive.writestr("fine", "1")
                archive.writestr(entry, "/etc")
            with self.subTest(entry), self.assertRaisesRegex(AgoraError, "is not unpacked"):
                packing.unpack(self.folder / "bad.zip", self.folder / "out")
            self.assertFalse((self.folder / "out").exists())

    def test_what_is_no_archive_is_said(self):
        (self.folder / "bad.zip").write_text("<html>")
        with self.assertRaisesRegex(AgoraError, "no zip archive"):
            packing.unpack(self.folder / "bad.zip", self.folder / "out")


if __name__ == "__main__":
    unittest.main()
