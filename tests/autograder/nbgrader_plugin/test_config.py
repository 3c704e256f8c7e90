"""nbgrader_config.py: every setting says why, and names something that there is."""

import tomllib

from traitlets.config.loader import PyFileConfigLoader
from traitlets.utils.importstring import import_item

from .conftest import REPOSITORY


def test_every_line_says_why():
    lines = (REPOSITORY / "nbgrader_config.py").read_text().splitlines()
    for number, line in enumerate(lines):
        if line.startswith(("c.", "    ")):
            assert "  # " in line or lines[number - 1].startswith("# ") or lines[number - 2].startswith("# "), line


def test_what_it_names_is_there(monkeypatch):
    monkeypatch.setenv("PATH", "")
    config = PyFileConfigLoader("nbgrader_config.py", str(REPOSITORY)).load_config()
    named = [
        config.Autograde.exporter_class,
        config.GenerateAssignment.exporter_class,
        config.GenerateFeedback.exporter_class,
        config.AssignLatePenalties.plugin_class,
        *config.Autograde.sanitize_preprocessors,
        *config.Autograde.autograde_preprocessors,
        *config.HTMLExporter.preprocessors,
        *config.HTMLExporter.filters.values(),
    ]
    classes = {import_item(name).__name__ for name in named}
    for section in ("GradingExporter", "ShowRubric"):
        assert section in classes
        for trait in config[section]:
            name = next(name for name in named if name.endswith(section))
            assert trait in import_item(name).class_trait_names(config=True)


def test_the_course_has_one_name():
    settings = tomllib.loads((REPOSITORY / "solutions" / "course.toml").read_text())
    config = PyFileConfigLoader("nbgrader_config.py", str(REPOSITORY)).load_config()
    assert config.CourseDirectory.course_id == settings["course"]["id"]
