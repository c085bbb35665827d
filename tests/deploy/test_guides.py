"""Both guides of deploy/ say the same commands, about files that there are."""

import re

from conftest import ROOT

DEPLOY = ROOT / "deploy"
GUIDES = [DEPLOY / name for name in ("README.md", "README.zh-CN.md")]


def commands(path):
    """Return the commands of a guide without what is said beside them."""
    text = path.read_text(encoding="utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    return [
        re.sub(r" +#.*", "", line) for block in blocks for line in block.split("\n")
    ]


def test_both_languages_have_the_same_commands():
    english, chinese = map(commands, GUIDES)
    assert english == chinese
    assert len(english) > 20


def test_every_file_is_in_both_guides_and_every_one_there_is():
    files = {path.name for path in DEPLOY.rglob("*") if path.is_file()}
    named = {path.name for path in GUIDES}
    for guide in GUIDES:
        text = guide.read_text(encoding="utf-8")
        others = {name for name in files - named if name not in text}
        assert others - {"pagoda-backup.timer"} == set()
        for link in re.findall(r"\]\(([^)]+)\)", text):
            assert (DEPLOY / link).is_file()


def test_what_was_not_built_says_so_first():
    for path in (DEPLOY / "container").iterdir():
        assert path.read_text(encoding="utf-8").startswith("# NOT BUILT HERE")
    for guide, words in zip(GUIDES, ("not built here", "没有在此构建过"), strict=True):
        assert words in guide.read_text(encoding="utf-8")


def test_no_secret_stands_in_a_file():
    for path in DEPLOY.rglob("*"):
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"://\w+:\w+@", text), path
            assert not re.search(r"SERVICE_KEY=\S", text), path
