"""A page that needs nothing else: its policy names its script, its texts are escaped."""

from importlib.resources import files

from symnet.render.setting.offline import FONT, document, policy, template
from tests.render.pages import check_whole


def test_a_page_is_whole() -> None:
    source = document("a < b & </title>", ("math.css",), "<p>x</p>", ("slides.js",), ":root {}\n")
    found = check_whole(source)
    assert found.texts["title"] == ["a < b & </title>"]
    assert ":root {}" in found.texts["style"][0] and "mover[accent]" in found.texts["style"][0]
    assert source == document(
        "a < b & </title>", ("math.css",), "<p>x</p>", ("slides.js",), ":root {}\n"
    )


def test_the_policy_names_the_script() -> None:
    assert "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='" in policy("")


def test_templates_can_stand_in_a_page() -> None:
    folder = files("symnet.render") / "templates"
    for name in (p.name for p in folder.iterdir() if p.name.endswith((".css", ".js"))):
        assert "</" not in template(name) and "\r" not in template(name)
        assert template(name).isascii()
    assert len((folder / FONT).read_bytes()) < 50_000
    assert "SIL OPEN FONT LICENSE" in (folder / "OFL.txt").read_text()
