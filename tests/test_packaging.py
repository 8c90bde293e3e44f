"""What is shipped: the wheel, its requirements, and what must not stand in any tracked file."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
# Import package: its folder in the tree.
PACKAGES = {
    "dllab": ROOT / "dllab",
    "dllab_ui": ROOT / "ui" / "dllab_ui",
    "dllab_resources": ROOT / "resources" / "dllab_resources",
}
# Written in two parts, so that this file passes its own test.
REGISTRY_HOSTS = (
    "py" + "pi.",
    "python" + "hosted.",
    "npm" + "js.",
    "proxy." + "golang",
    "arti" + "factory",
)


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    record: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return record


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel, built from a copy of the tree with the tools of this environment."""
    if importlib.util.find_spec("build") is None:
        pytest.skip("build is not installed; it is in the extra dev")
    tree = tmp_path_factory.mktemp("tree") / "dllab"
    for name in ("dllab", "ui", "resources"):
        shutil.copytree(
            ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info")
        )
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tree)
    result = subprocess.run(
        [
            sys.executable,
            "-m",
            "build",
            "--wheel",
            "--no-isolation",
            "--outdir",
            str(tree / "dist"),
            str(tree),
        ],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return zipfile.ZipFile(next((tree / "dist").glob("*.whl")))


def files_of_the_tree() -> list[str]:
    return sorted(
        f"{package}/{path.relative_to(folder).as_posix()}"
        for package, folder in PACKAGES.items()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    )


def tracked_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode != 0:
        pytest.skip("not a checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_that_the_wheel_holds_every_module_and_resource_of_the_tree(wheel: zipfile.ZipFile) -> None:
    held = set(wheel.namelist())
    assert [name for name in files_of_the_tree() if name not in held] == []


def test_that_the_wheel_holds_nothing_else(wheel: zipfile.ZipFile) -> None:
    more = {name.split("/")[0] for name in wheel.namelist()} - set(PACKAGES)
    assert [name for name in more if not name.endswith(".dist-info")] == []


def test_that_the_wheel_works_without_the_tree(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path / "site")
    script = (
        "import dllab, dllab_resources, sys\n"
        "assert dllab.__file__.startswith(sys.argv[1]), dllab.__file__\n"
        "assert dllab_resources.__file__.startswith(sys.argv[1])\n"
        "from dllab.cli import main\n"
        "sys.exit(main(['run', 'mnist-small', '--steps', '5']))"
    )
    result = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "site")],
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert "50,000 training" in result.stdout


def test_that_the_licences_of_code_and_data_are_in_the_wheel(wheel: zipfile.ZipFile) -> None:
    licences = [name for name in wheel.namelist() if "/licenses/" in name]
    assert any(name.endswith("/LICENSE") for name in licences)
    assert any(name.endswith("MNIST-LICENSE.md") for name in licences)


def test_that_the_commands_lead_to_functions_that_exist(project: dict[str, Any]) -> None:
    for table in ("scripts", "gui-scripts"):
        for target in project["project"][table].values():
            module, _, function = target.partition(":")
            assert callable(getattr(importlib.import_module(module), function))


def test_that_the_pyside_that_aborts_is_excluded(project: dict[str, Any]) -> None:
    requirements = [Requirement(text) for text in project["project"]["dependencies"]]
    pyside = next(r for r in requirements if r.name.lower() == "pyside6-essentials")
    assert not pyside.specifier.contains("6.12.0")
    assert pyside.specifier.contains("6.11.3")


def test_that_the_pins_satisfy_what_the_project_asks_for(project: dict[str, Any]) -> None:
    pins: dict[str, Version] = {}
    for line in (ROOT / "packaging" / "constraints.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            # Versions and nothing else: no addresses, no options.
            match = re.fullmatch(r"([\w.-]+)==([\w.]+)", line)
            assert match, line
            pins[plain(match[1])] = Version(match[2])
    asked = [*project["build-system"]["requires"], *project["project"]["dependencies"]]
    for extra in project["project"]["optional-dependencies"].values():
        asked += extra
    for requirement in map(Requirement, asked):
        assert requirement.specifier.contains(pins[plain(requirement.name)]), str(requirement)


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_that_the_version_is_the_same_everywhere(project: dict[str, Any]) -> None:
    from dllab import __version__

    assert project["project"]["version"] == __version__
    assert f"## [{__version__}]" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_that_no_tracked_file_names_a_package_registry() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {host}"
        for path in tracked_files()
        for host in REGISTRY_HOSTS
        if host.encode() in path.read_bytes().lower()
    ]
    assert found == []


def test_that_no_tracked_file_names_a_folder_of_one_computer() -> None:
    homes = re.compile(rb"/(?:home|Users)/\w+/|/roo[t]/")
    texts = [path for path in tracked_files() if path.suffix not in (".h5", ".png")]
    found = [
        path
        for path in texts
        if path != Path(__file__).resolve() and homes.search(path.read_bytes())
    ]
    assert found == []


def test_that_every_resource_named_in_the_documents_is_there() -> None:
    for name in ("README.md", "CONTRIBUTING.md"):
        text = (ROOT / name).read_text("utf-8")
        links = re.findall(r"\]\(([^)#:]+)\)", text)
        assert [link for link in links if not (ROOT / link).exists()] == []
