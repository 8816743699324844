"""Asks the package index which versions of packages it has as source, and offers each to the resolver as a wheel that
holds nothing: the resolver then chooses a version by its own rules, and that one is built.

Runs on the host, with the standard library and sdist.py alone, and runs no code of a package: an archive is not even
fetched here. The offers' tag is the one that a resolver likes least, so that any wheel of the index comes before it.
"""

import dataclasses
import hashlib
import json
import os
import re
import urllib.error
import urllib.parse
import urllib.request
import zipfile

import sdist

VERSION = re.compile(r"(\d+!)?\d+(\.\d+)*[.]?[A-Za-z0-9.]*(\+[A-Za-z0-9.]+)?")


@dataclasses.dataclass
class Version:
    text: str  # as the archive's name has it
    requires_python: str
    hashes: list


def main(asked_in, answer_to):
    """`asked_in` is a file of JSON: names, indexes (the first that has a package counts), and the folder for offers."""
    with open(asked_in, encoding="utf-8") as file:
        asked = json.load(file)
    passwords = urllib.request.HTTPPasswordMgrWithPriorAuth()
    indexes = [with_credentials_aside(index, passwords) for index in asked["indexes"]]
    urllib.request.install_opener(urllib.request.build_opener(urllib.request.HTTPBasicAuthHandler(passwords)))
    answer = {"offers": [], "why": ""}
    try:
        for name in asked["names"]:
            answer["offers"] += offers_of(name, indexes, asked["folder"])
    except sdist.NoSource as why:
        answer["why"] = str(why)
    with open(answer_to, "w", encoding="utf-8") as file:
        json.dump(answer, file)


def with_credentials_aside(index, passwords):
    """The address without user and password, which are sent to where it leads, and nowhere else."""
    parts = urllib.parse.urlsplit(index)
    plain = urllib.parse.urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    if parts.username is not None:
        user, password = (urllib.parse.unquote(word or "") for word in (parts.username, parts.password))
        passwords.add_password(None, plain, user, password, is_authenticated=True)
    return plain


def offers_of(name, indexes, folder):
    for index in indexes:
        try:
            links = sdist.links_of(*sdist.read(sdist.page_of(index, name)))
        except sdist.NoSource as why:
            if isinstance(why.__cause__, urllib.error.HTTPError) and why.__cause__.code == 404:
                continue
            raise
        return [offered(name, version, index, folder) for version in versions_of(name, links)]
    return []


def versions_of(name, links):
    """Those with a source archive that was not taken back."""
    found = {}
    for link in links:
        text = version_in(name, link.file)
        if text is not None and not link.is_yanked and re.fullmatch("[0-9a-f]{64}", link.digest):
            found.setdefault(text, Version(text, link.requires_python, [])).hashes.append(link.digest)
    return list(found.values())


def version_in(name, file):
    """"0.6.2" of "docopt-0.6.2.tar.gz"; None where it is no source archive, or of another name."""
    ending = next((ending for ending in sdist.ENDINGS if file.endswith(ending)), None)
    if ending is None:
        return None
    pattern = "[-_.]+".join(map(re.escape, re.split("[-_.]+", name)))
    found = re.fullmatch(f"{pattern}-({VERSION.pattern})", file.removesuffix(ending), re.IGNORECASE)
    return found and found[1]


def offered(name, version, index, folder):
    plain = re.sub("[-_.]+", "_", name).lower()
    path = os.path.join(folder, f"{plain}-{version.text}-py30-none-any.whl")
    info = f"{plain}-{version.text}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {plain}\nVersion: {version.text}\n"
    if version.requires_python:
        metadata += f"Requires-Python: {' '.join(version.requires_python.split())}\n"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(f"{info}/METADATA", metadata)
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py30-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    with open(path, "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    return {"name": plain, "hashes": version.hashes, "index": index, "wheel": path, "wheel_hash": digest}
