from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import entry_points, requires, version
from importlib.util import find_spec
from pathlib import Path

import pytest

import fastvec

ROOT = Path(__file__).parents[2]
FOLDERS = {"fastvec": "fastvec", "fastvec_cli": "cli"}  # The package's name and its folder.


@pytest.fixture(scope="module")
def project():
    tomllib = pytest.importorskip("tomllib", reason="Python 3.11 reads TOML")
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def sources(folder):
    return sorted(path for path in (ROOT / folder).rglob("*.py"))


def test_every_folder_with_code_is_a_package_of_the_distribution(project):
    packages = {
        ".".join([name, *path.parent.relative_to(ROOT / folder).parts])
        for name, folder in FOLDERS.items()
        for path in sources(folder)
    }
    assert sorted(packages) == sorted(project["tool"]["setuptools"]["packages"])
    for folder in FOLDERS.values():
        for path in sources(folder):
            assert (path.parent / "__init__.py").exists()


def test_the_version_is_stated_once_and_the_same(project):
    assert project["project"]["version"] == fastvec.__version__ == version("fastvec")


def test_the_command_is_installed_by_its_name(project):
    (entry,) = entry_points(group="console_scripts", name="fastvec")
    assert entry.value == project["project"]["scripts"]["fastvec"]
    assert callable(entry.load())


def test_an_install_pulls_few_packages():
    """A7: the peers' installs compile databases and search engines."""
    needed = {re.match(r"[\w-]+", line)[0] for line in requires("fastvec") if "extra" not in line}
    assert needed <= {"numpy", "scipy", "click", "safetensors", "threadpoolctl", "tqdm", "numba"}


def test_numba_is_not_demanded_where_it_has_no_wheel():
    """A1: reading and querying must install on a Python that is too new for Numba."""
    (numba,) = [line for line in requires("fastvec") if line.startswith("numba")]
    assert "python_version <" in numba


def test_both_packages_carry_their_types():
    for folder in FOLDERS.values():
        assert (ROOT / folder / "py.typed").exists()


def test_no_path_of_a_machine_and_no_pickle_in_the_code():
    for folder in FOLDERS.values():
        for path in sources(folder):
            assert not re.search(r"/(home|root|work|tmp)/|import pickle", path.read_text()), path


@pytest.mark.slow
@pytest.mark.skipif(find_spec("setuptools") is None, reason="needs setuptools")
def test_the_wheel_holds_the_tree_and_nothing_else(tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(
        ROOT, copy, ignore=shutil.ignore_patterns(".*", "*.egg-info", "build", "__pycache__")
    )
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", ".", "--no-deps", "--no-build-isolation", "-q",
         "-w", "wheels"],
        cwd=copy, check=True,
    )  # fmt: skip
    (wheel,) = (copy / "wheels").iterdir()
    assert wheel.name.endswith("-py3-none-any.whl")  # A4, A5: no compiler on any system.
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    tree = {
        f"{name}/{path.relative_to(copy / folder).as_posix()}"
        for name, folder in FOLDERS.items()
        for path in [
            *(copy / folder).rglob("*.py"),
            *(copy / folder).rglob("assets/*"),
            copy / folder / "py.typed",
        ]
    }
    assert held == tree
