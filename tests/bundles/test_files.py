"""Wrong bundle files: every fault is told with file, line, key and the word meant."""

import shutil
from pathlib import Path

import pytest

from changliu.bundles.reader import locate
from changliu.bundles.service import open_bundle
from changliu.kit.errors import Invalid, NotFound

SALES = Path(__file__).parents[2] / "apps" / "sales"


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    folder = tmp_path / "sales"
    shutil.copytree(SALES, folder)
    return folder


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "hint"),
    [
        ("app.yaml", "version: 1.1.0", "version: one", "bundle.version", "1.2.3"),
        ("app.yaml", "key: sales", "key: sails", "bundle.name", "sales"),
        ("app.yaml", "objects: [lead,", "objects: [leed,", "bundle.unknown_name", "lead"),
        ("objects/product.yaml", "key: product\n", "key: Product\n", "bundle.key", "lower-case"),
        ("objects/product.yaml", "title: name", "title: nam", "bundle.title", "name"),
        ("objects/product.yaml", "type: money", "type: mony", "bundle.type", "money"),
        ("objects/task.yaml", "max_length: 200", "max_lenght: 9", "yaml.unknown_key", "max_length"),
        ("objects/product.yaml", "max_length: 60", "max_length: many", "yaml.value", "integer"),
        ("objects/product.yaml", "key: code", "key: name", "bundle.duplicate", "twice"),
        ("objects/product.yaml", "key: code", "key: owner", "bundle.duplicate", "system"),
        ("objects/contact.yaml", "object: account", "object: acount", "bundle.target", "account"),
        ("roles/rep.yaml", "scope: own", "scope: mine", "bundle.unknown_name", "own"),
        ("roles/rep.yaml", "object: lead", "object: leads", "bundle.unknown_name", "lead"),
        ("roles/rep.yaml", "verbs: [create,", "verbs: [creat,", "yaml.value", "create"),
        ("roles/rep.yaml", "fields: all", "rights: [data.imp]", "bundle.unknown_name", "import"),
        ("teams.yaml", "parent: east}", "parent: eats}", "bundle.team", "east"),
        ("teams.yaml", "key: south,", "key: east,", "bundle.duplicate", "twice"),
    ],
)  # fmt: skip
def test_a_fault_names_its_place(
    bundle: Path, file: str, old: str, new: str, code: str, hint: str
) -> None:
    path = bundle / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    line = text[: text.index(old)].count("\n") + 1
    with pytest.raises(Invalid) as caught:
        open_bundle(str(bundle))
    fault = next(f for f in caught.value.faults if f.code == code)
    assert fault.extra == {"file": f"sales/{file}", "line": line}
    assert hint in fault.en
    assert f"第 {line} 行" in fault.zh


def test_faults_of_all_files_are_told_at_once(bundle: Path) -> None:
    for name in ("product", "task", "lead"):
        path = bundle / "objects" / f"{name}.yaml"
        path.write_text(path.read_text().replace("label:", "lable:", 1))
    with pytest.raises(Invalid) as caught:
        open_bundle(str(bundle))
    files = {f.extra["file"] for f in caught.value.faults}
    assert files == {f"sales/objects/{name}.yaml" for name in ("product", "task", "lead")}


def test_stray_and_missing_files(bundle: Path) -> None:
    (bundle / "object").mkdir()
    (bundle / "objects" / "lead.yml").write_text("key: lead\n")
    with pytest.raises(Invalid) as caught:
        open_bundle(str(bundle))
    assert [(f.code, f.extra["file"]) for f in caught.value.faults] == [
        ("bundle.stray", "sales/object"),
        ("bundle.stray", "sales/objects/lead.yml"),
    ]
    (bundle / "app.yaml").unlink()
    with pytest.raises(NotFound) as missing:
        locate(str(bundle), (SALES.parent,))
    assert "sales" in missing.value.en
