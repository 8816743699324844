"""Starter kits on a participant's machine: downloaded, unpacked, kept in a cache, and their data read."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, Iterator, Optional, Tuple
from urllib.parse import urlsplit

from agora import config, packing, transfers
from agora.center import Center
from agora.errors import AgoraError

DEFAULT_SUBMISSION = Path("submissions", "starting_kit")
# Where a module's name is not its package's on PyPI.
_PACKAGES = {"rampwf": "ramp-workflow", "sklearn": "scikit-learn", "skimage": "scikit-image", "cv2": "opencv-python",
             "PIL": "pillow", "yaml": "pyyaml", "bs4": "beautifulsoup4"}


def package_of(module: str) -> str:
    return _PACKAGES.get(module.partition(".")[0], module.partition(".")[0])


def start(center: Center, event: str, folder: Optional[Path] = None,
          progress: transfers.Progress = lambda done, all: None) -> Path:
    """Downloads and unpacks an event's starter kit into a new folder (by default named as the event)."""
    slug = center.event(event).slug
    if folder is None and not re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._-]*", slug):  # it must not lead elsewhere
        raise AgoraError("name a folder: agora start EVENT FOLDER", "invalid")
    folder = folder or Path(slug)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise AgoraError(f"{folder} is there already: name another folder, agora start {slug} FOLDER", "conflict")
    _fetch(center, slug, folder, progress)
    config.write_mark(folder, center.url, slug)
    return folder


def _fetch(center: Center, slug: str, folder: Path, progress: transfers.Progress) -> None:
    """Unpacks beside `folder` first: a kit that is there is there as a whole."""
    parent = folder.resolve().parent
    parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".agora-", dir=parent) as place:
        archive = center.starter_kit(slug, Path(place, "kit.zip"), progress)
        unpacked = Path(place, "kit")
        packing.unpack(archive, unpacked)
        inside = list(unpacked.iterdir())
        if len(inside) == 1 and inside[0].is_dir() and not (unpacked / "problem.py").exists():
            unpacked = inside[0]  # packed with its own folder
        if folder.exists():
            folder.rmdir()  # empty, as its caller has seen
        os.replace(unpacked, folder)


def cached(center: Center, event: str, progress: transfers.Progress = lambda done, all: None) -> Path:
    """The starter kit's present version in the cache; downloaded where it is not there yet."""
    tag = re.sub(r"[^A-Za-z0-9]", "", center.starter_kit_tag(event))[:32] or "kit"
    host = re.sub(r"[^A-Za-z0-9.-]", "_", urlsplit(center.url).netloc)
    slug = re.sub(r"[^A-Za-z0-9.-]", "_", event)
    folder = config.cache_folder() / "kits" / host / slug / tag
    if (folder / "problem.py").is_file():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    _fetch(center, event, folder, progress)
    return folder


@contextmanager
def _inside(folder: Path) -> Iterator[None]:
    """In the kit's folder, as problem.py expects; and back."""
    before, external = os.getcwd(), str(folder / "external_imports")
    os.chdir(folder)
    added = os.path.isdir(external) and external not in sys.path
    if added:
        sys.path.append(external)
    try:
        yield
    finally:
        os.chdir(before)
        if added and external in sys.path:
            sys.path.remove(external)


def _import_problem(folder: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("problem", folder / "problem.py")
    if spec is None or spec.loader is None or not (folder / "problem.py").is_file():
        raise AgoraError(f"{folder} has no problem.py: name a starter kit's folder", "not_found")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read_train_data(folder: Path) -> Tuple[Any, Any]:
    """(X, y) of the kit's public training part, read by its own problem.py in this Python."""
    with _inside(folder):
        try:
            pair = _import_problem(folder).get_train_data(path=".")
        except ModuleNotFoundError as missing:
            raise AgoraError(missing_text(missing.name or str(missing), sys.executable, folder), "invalid") from missing
    if not isinstance(pair, tuple) or len(pair) != 2:
        raise AgoraError(f"get_train_data of {folder / 'problem.py'} returns no pair (X, y)", "invalid")
    return pair


def missing_text(module: str, python: str, folder: Path) -> str:
    """What a kit's missing module means, with the command that gets it."""
    wanted = {package_of(module)} | ({"ramp-workflow"} if module in ("rampwf", "numpy") else set())
    what = " ".join(sorted(wanted))
    if (folder / "requirements.txt").is_file():
        what = f"-r {folder / 'requirements.txt'}"
    return f"this Python ({python}) has no {module}, which the kit needs: {python} -m pip install {what}"
