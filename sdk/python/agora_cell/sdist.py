"""Fetches a source archive from the package index, by its hash."""

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


def fetch(index, name, version, hashes, folder):
    """The path of the archive, whose hash is one of `hashes`."""
    page = f"{index.rstrip('/')}/{re.sub(r'[-_.]+', '-', name).lower()}/"
    for url, digest in links_of(*read(page)):
        file = urllib.parse.unquote(urllib.parse.urlsplit(url).path.rpartition("/")[2])
        if digest in hashes and file.endswith(ENDINGS):
            return save(url, digest, os.path.join(folder, file))
    raise NoSource(f"{page} has no source archive of {name} {version} with a hash of the lock's")


def read(url):
    """The final address, the type and the bytes."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers={"Accept": ACCEPT}), timeout=SECONDS) as answer:
            return answer.url, answer.headers.get_content_type(), answer.read()
    except (urllib.error.URLError, OSError) as failure:
        raise NoSource(f"{url} cannot be read: {getattr(failure, 'reason', failure)}") from failure


def links_of(page, kind, data):
    """(url, SHA-256) of each file of an index's page, in either of its two forms."""
    if kind.endswith("json"):
        files = [(file["url"], file.get("hashes", {}).get("sha256")) for file in json.loads(data)["files"]]
    else:
        parser = Links()
        parser.feed(data.decode("utf-8", "replace"))
        files = parser.files
    return [(urllib.parse.urljoin(page, url), digest) for url, digest in files if digest]


class Links(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.files = []

    def handle_starttag(self, tag, attributes):
        href = dict(attributes).get("href")
        if tag == "a" and href:
            url, _, fragment = href.partition("#")
            self.files.append((url, fragment.removeprefix("sha256=") if fragment.startswith("sha256=") else None))


def save(url, digest, path):
    _, _, data = read(url)
    found = hashlib.sha256(data).hexdigest()
    if found != digest:
        raise NoSource(f"{url} has the hash {found}, and not {digest}, which the index says")
    with open(path, "wb") as file:
        file.write(data)
    return path
