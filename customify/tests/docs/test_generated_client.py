"""A Python client generated from the service's schema has every operation, and works."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from customify.tests.support.guide import GUIDE, find_failing_snippets, read_snippets
from customify.tests.support.service import Service
from designs.tests.support import images
from designs.tests.support.openapi_contract import list_operations

pytestmark = [pytest.mark.client, pytest.mark.usefixtures("tools")]

PACKAGE = "customify_client"


@pytest.fixture
def generated(service: Service, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The generated package, importable; generating it, as the guide describes, gives no warning."""
    made = [one for one in read_snippets(GUIDE.read_text()) if (one.language, one.section) == ("sh", "client")]
    assert find_failing_snippets(made, service.env, service.folder) == []
    monkeypatch.syspath_prepend(service.folder)
    importlib.invalidate_caches()
    yield service.folder / PACKAGE
    for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
        del sys.modules[name]


def api(name: str) -> ModuleType:
    """Return the generated module of an operation."""
    return importlib.import_module(f"{PACKAGE}.api.{name.partition('_')[0]}.{name}")


def test_the_generator_accepts_the_whole_schema(service: Service, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--url", f"{service.base}/api/v1/schema"]
    done = subprocess.run(
        [*command, "--meta", "none", "--output-path", str(tmp_path / PACKAGE), "--fail-on-warning"],
        env=service.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "WARNING" not in done.stdout
    assert "Warning" not in done.stdout
    for _, _, operation in list_operations():
        name = operation["operationId"]
        assert (tmp_path / PACKAGE / "api" / operation["tags"][0] / f"{name}.py").exists(), name
    assert mypy(tmp_path) == []


def mypy(folder: Path) -> list[str]:
    """Run mypy on the generated modules, except `client.py`, which does not depend on the schema; return its output."""
    config = folder / "mypy.ini"
    config.write_text("[mypy]\n")
    command = [sys.executable, "-m", "mypy", "--no-error-summary", "--config-file", str(config), "-p", PACKAGE]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode in {0, 1}, done.stderr
    return [line for line in done.stdout.splitlines() if not line.startswith(f"{PACKAGE}/client.py")]


def test_the_guides_client_snippets_run(service: Service, generated: Path) -> None:
    snippets = [one for one in read_snippets(GUIDE.read_text()) if (one.language, one.section) == ("python", "client")]
    assert len(snippets) == 1
    wrong = find_failing_snippets(snippets, service.env, service.folder)
    assert not wrong, "\n\n".join(wrong)


def test_a_shop_integrates_with_the_generated_client(service: Service, generated: Path) -> None:
    package, models, types = (importlib.import_module(f"{PACKAGE}{part}") for part in ("", ".models", ".types"))
    with package.AuthenticatedClient(base_url=service.base, token=service.key) as client:
        asset = _upload(client, models, types)
        design = _design_with(client, models, asset)
        _history_is_typed(client, design)
        _errors_are_typed(client, models, types, design)
        assert api("designs_delete").sync_detailed(design.id, client=client).status_code == 204
        assert api("designs_get").sync(design.id, client=client).status == 404
    live = models.PreviewRequest("mug", models.ShortForm("Hello", "Lobster-Regular", "#FFD166"), width=400)
    with package.AuthenticatedClient(base_url=service.base, token=service.key) as client:
        assert b"WEBP" in api("preview_create").sync_detailed(client=client, body=live).content[:16]
        assert api("preview_create").sync(client=client, body=live).payload.read(4) == b"RIFF"
    with package.Client(base_url=service.base) as anybody:
        assert api("fonts_sample_get").sync_detailed("Lobster-Regular", client=anybody).content.startswith(b"\x89PNG")


def _upload(client: Any, models: Any, types: Any) -> Any:
    from io import BytesIO

    file = types.File(payload=BytesIO(images.photo_bytes(600, 400)), file_name="photo.jpg", mime_type="image/jpeg")
    asset = api("assets_create").sync(client=client, body=models.UploadAssetRequest(file=file))
    assert isinstance(asset, models.Asset)
    assert (asset.width, asset.height, asset.format_) == (600, 400, models.AssetFormat.JPEG)
    assert api("assets_get").sync(asset.id, client=client) == asset
    return asset


def _design_with(client: Any, models: Any, asset: Any) -> Any:
    """Create a design with several layer types, wait for it, and find it in the list."""
    box = models.Box(x=10, y=10, width=100, height=100)
    layers = [
        models.ImageLayer(type_="image", asset=str(asset.id), box=box),
        models.GroupLayer(
            type_="group",
            layers=[models.TextLayer(type_="text", text="Hello", font="Pacifico-Regular", size=20, box=box)],
        ),
        models.ShapeLayer(type_="shape", shape=models.ShapeKind.STAR, box=box, fill=models.Solid("color", "#FF0000")),
        models.QrLayer(type_="qr", value="https://example.com/t/1", box=box),
    ]
    placements = models.Placements()
    placements["front"] = models.Placement(layers=layers, background=models.Solid("color", "#FFFFFF"))
    body = models.CreateDesignRequest("t-shirt", models.LongForm(version=1, placements=placements), external_id="o-1")
    design = api("designs_create").sync(client=client, body=body, wait=10, idempotency_key="o-1")
    assert isinstance(design, models.Design), design
    assert design.status == models.DesignStatus.PUBLISHED
    assert design.renditions[0].kind == models.RenditionKind.PREVIEW
    kept = design.design_data.placements["front"].layers
    assert [type(layer).__name__ for layer in kept] == ["ImageLayer", "GroupLayer", "ShapeLayer", "QrLayer"]
    page = api("designs_list").sync(client=client, external_id="o-1", status=models.DesignStatus.PUBLISHED)
    assert ([one.id for one in page.results], page.next_) == ([design.id], None)
    assert api("designs_get").sync(design.id, client=client).updated_at == design.updated_at
    return design


def _history_is_typed(client: Any, design: Any) -> None:
    (render,) = api("designs_renders_list").sync(design.id, client=client).results
    assert (render.state, render.receipt["drawing_ms"] > 0) == ("succeeded", True)
    (revision,) = api("designs_revisions_list").sync(design.id, client=client).results
    assert revision.design_data == design.design_data
    assert {one.product_type for one in api("products_list").sync(client=client).results} >= {"mug", "t-shirt"}
    assert len(api("fonts_list").sync(client=client).results) > 50
    assert api("account_get").sync(client=client).key.start == client.token[:15]


def _errors_are_typed(client: Any, models: Any, types: Any, design: Any) -> None:
    data = models.ShortForm(text="Hello", font="Comic-Sans", color="#FF0000")
    body = models.CreateDesignRequest("t-shirt", data)
    answer = api("designs_create").sync_detailed(client=client, body=body)
    problem = answer.parsed
    assert isinstance(problem, models.Problem)
    assert (problem.status, problem.code) == (400, "invalid_input")
    assert [(one.pointer, one.code) for one in problem.errors] == [("#/design_data/font", "unknown_font")]
    assert problem.errors[0].header is types.UNSET
    late = models.EditDesignRequest(external_id="o-2")
    first, second = (
        api("designs_update").sync(design.id, client=client, body=late, if_match='"0.0.0"') for _ in range(2)
    )
    assert isinstance(first, models.Design)
    assert (second.status, second.code) == (412, "edited_meanwhile")
