"""Reads pages of the package index, and fetches a source archive by its hash.

The standard library alone: build cells use it, and the host, which asks what there is (offers.py).
"""

import dataclasses
import hashlib
import html.parser
import json
import os
import re
import urllib.error
import urllib.parse
import urllib.request

ACCEPT = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"
ENDINGS = (".tar.gz", ".tgz", ".zip", ".tar.bz2", ".tar.xz")
SECONDS = 120


class NoSource(Exception):
    """Why there is none, in words for the log."""


@dataclasses.dataclass
class Link:
    """A file of an index's page."""

    url: str
    digest: str  # SHA-256
    requires_python: str = ""
    is_yanked: bool = False

    @property
    def file(self):
        return urllib.parse.unquote(urllib.parse.urlsplit(self.url).path.rpartition("/")[2])


def page_of(index, name):
    return f"{index.rstrip('/')}/{re.sub(r'[-_.]+', '-', name).lower()}/"


def fetch(index, name, version, hashes, folder):
    """The path of the archive, whose hash is one of `hashes`."""
    page = page_of(index, name)
    for link in links_of(*read(page)):
        if link.digest in hashes and link.file.endswith(ENDINGS):
            return save(link.url, link.digest, os.path.join(folder, link.file))
    raise NoSource(f"{page} has no source archive of {name} {version} with a hash of the lock's")


def read(url):
    """The final address, the type and the bytes."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers={"Accept": ACCEPT}), timeout=SECONDS) as answer:
            return answer.url, answer.headers.get_content_type(), answer.read()
    except (urllib.error.URLError, OSError) as failure:
        raise NoSource(f"{url} cannot be read: {getattr(failure, 'reason', failure)}") from failure


def links_of(page, kind, data):
    """The files of an index's page, in either of its two forms, that have a SHA-256."""
    if kind.endswith("json"):
        files = [link_from_json(file) for file in json.loads(data)["files"]]
    else:
        parser = Links()
        parser.feed(data.decode("utf-8", "replace"))
        files = parser.files
    for link in files:
        link.url = urllib.parse.urljoin(page, link.url)
    return [link for link in files if link.digest]


def link_from_json(file):
    digest = file.get("hashes", {}).get("sha256", "")
    return Link(file["url"], digest, file.get("requires-python") or "", bool(file.get("yanked")))


class Links(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.files = []

    def handle_starttag(self, tag, attributes):
        said = dict(attributes)
        if tag == "a" and said.get("href"):
            url, _, fragment = said["href"].partition("#")
            digest = fragment.removeprefix("sha256=") if fragment.startswith("sha256=") else ""
            self.files.append(Link(url, digest, said.get("data-requires-python") or "", "data-yanked" in said))


def save(url, digest, path):
    _, _, data = read(url)
    found = hashlib.sha256(data).hexdigest()
    if found != digest:
        raise NoSource(f"{url} has the hash {found}, and not {digest}, which the index says")
    with open(path, "wb") as file:
        file.write(data)
    return path
