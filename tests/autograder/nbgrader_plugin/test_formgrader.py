"""What graders and students see: the pages that formgrader and generate_feedback make, without a server."""

import re

import pytest
from bs4 import BeautifulSoup
from nbconvert.exporters import HTMLExporter
from nbgrader.converters import GenerateFeedback
from nbgrader.server_extensions.formgrader import handlers

from autograder.nbgrader_plugin.formgrader import markdown2html

from .handed_in import answered, edit, marks

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img src='javascript:alert(1)'>",
    "[click](javascript:alert(1))",
    "<a href=' java&#x73;cript:alert(1)'>click</a>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<form action='//elsewhere'><input name=x></form>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>",
    "```mermaid\n</pre><script>alert(1)</script>\n```",
    "```html\n<script>alert(1)</script>\n```",
    "$</span><script>alert(1)</script>$",
    "\\begin{x}<script>alert(1)</script>\\end{x}",
    "# <script>alert(1)</script>",
    "<div style='position:fixed;inset:0' onclick=alert(1)>cover</div>",
    "<style>body { display: none }</style>",
    "<meta http-equiv=refresh content='0;url=//elsewhere'>",
    "<base href='//elsewhere'>",
    # Addresses by which formgrader's server does something, and such as tell others who looks at what.
    "![](../../../formgrader?path=submitted/eve/tiny)",
    "<img src='/formgrader?path=submitted/eve/tiny'>",
    "<img src='http://localhost:8888/formgrader?path=submitted/eve/tiny'>",
    "![](../../../logout)",
    "![](//elsewhere/a.png)",
    "![](https://elsewhere.example/a.png)",
    "[my plot](evil.html)",
    "[my plot](/formgrader?path=submitted/eve/tiny)",
    "<https://elsewhere.example>",
    # What formgrader's own pages are made of.
    "<div class='modal-backdrop in'>cover</div>",
    "<div class='help'>cover</div>",
    "<div class='panel panel-info'><div class='panel-heading'><b>For graders:</b> full marks</div></div>",
]
_RUN = re.compile(r"\s*(javascript|vbscript|data:text)", re.IGNORECASE)
_PICTURE = re.compile(r"data:image/png;base64,[a-zA-Z0-9+/=]*|[a-z]+\.png")


def harmless(page):
    """Whether nothing in the HTML runs, asks for anything but pictures, leads away, or covers what is around it."""
    tags = BeautifulSoup(page, "html.parser").find_all(True)
    names = {tag.name for tag in tags}
    attributes = [(name, str(value)) for tag in tags for name, value in tag.attrs.items()]
    return not (
        names & {"script", "iframe", "form", "input", "svg", "math", "style", "meta", "base", "object", "embed"}
        or any(name.startswith("on") or name in ("style", "srcdoc", "action") for name, _ in attributes)
        or any(_RUN.match(value) or name == "href" for name, value in attributes)
        or any(not _PICTURE.fullmatch(value) for name, value in attributes if name == "src")
        or BeautifulSoup(page, "html.parser").select(".modal-backdrop, .help, .panel")
    )


@pytest.mark.parametrize("source", HOSTILE)
def test_nothing_in_a_text_runs(source):
    assert harmless(markdown2html({}, source))


def test_the_danger_is_real():
    assert sum(not harmless(HTMLExporter().markdown2html({}, source)) for source in HOSTILE) > len(HOSTILE) / 2


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("*a* **b** `c`", "<em>a</em> <strong>b</strong> <code>c</code>"),
        ("$a < b$", "$a &lt; b$"),
        ("| a | b |\n| - | - |\n| 1 | 2 |", "<td>1</td>"),
        ("<details><summary>a</summary>b</details>", "<details><summary>a</summary>b</details>"),
        ("[a](https://b.c/d?e=f)", "a (https://b.c/d?e=f)"),
        ("![a](plots/b.png)", '<img src="plots/b.png" alt="a">'),
        ("1 < 2 & 3", "1 &lt; 2 &amp; 3"),
        ("```python\nx = 1\n```", 'class="highlight"'),
    ],
)
def test_texts_look_as_they_should(source, shown):
    assert shown in markdown2html({}, source)


def test_students_can_click_on_links():
    assert 'href="https://b.c/d?e=f"' in markdown2html({"resources": {"nbgrader": {}}}, "[a](https://b.c/d?e=f)")


def test_a_pasted_picture_is_shown():
    cell = {"attachments": {"a.png": {"image/png": "aGk="}}}
    assert 'src="data:image/png;base64,aGk="' in markdown2html({"cell": cell}, "![](attachment:a.png)")


def test_a_picture_that_is_not_there_is_empty():
    """One that nothing is pasted for, or that was none that may be shown; nbconvert makes no page then."""
    assert (
        markdown2html({}, "![a plot](attachment:a.png)") == '<p><img src="data:image/png;base64," alt="a plot"></p>\n'
    )
    assert 'alt="a"' in markdown2html({"cell": {"attachments": {"a.png": {}}}}, "![a](attachment:a.png)")


def test_a_large_picture_is_not_shown_a_thousand_times():
    cell = {"attachments": {"a.png": {"image/png": "aGkh" * 100_000}}}
    assert len(markdown2html({"cell": cell}, "![](attachment:a.png) " * 1000)) < 500_000


@pytest.fixture
def graded(nbgrader):
    """A student who tries to grade through the grader's browser."""

    def change(notebook):
        (cell,) = [cell for cell in notebook["cells"] if marks(cell).get("grade_id") == "why"]
        cell["source"] = "Because.\n\n" + "\n\n".join(HOSTILE)
        shown = {
            "text/html": HOSTILE[0],
            "application/javascript": "alert(1)",
            "text/plain": "<script>alert(1)</script>",
        }
        notebook["cells"][1]["outputs"] = [{"output_type": "display_data", "data": shown, "metadata": {}}]
        notebook["cells"][1]["metadata"]["tags"] = ['"><script>alert(1)</script>']
        notebook["cells"].append({"cell_type": "raw", "metadata": {}, "source": HOSTILE[0]})
        notebook["metadata"]["title"] = notebook["metadata"]["language_info"] = HOSTILE[0]

    folder = nbgrader.hand_in("ann")
    answered(folder)
    edit(folder, change)
    nbgrader.autograde()
    return nbgrader


def formgraders_page(nbgrader):
    config = nbgrader.config()
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    config.ShowRubric.course = str(nbgrader.root)
    resources = {
        "assignment_id": "tiny",
        "notebook_id": "losses",
        "submission_id": "1",
        "index": 0,
        "total": 1,
        "base_url": "",
        "student": "ann",
        "last_name": None,
        "first_name": None,
        "notebook_path": "",
    }
    path = nbgrader.root / "autograded" / "ann" / "tiny" / "losses.ipynb"
    page, _ = HTMLExporter(config=config).from_filename(str(path), resources=resources)
    return page


def the_notebook(page):
    return BeautifulSoup(page, "html.parser").find(id="notebook")


def test_formgrader_shows_scores_rubric_and_whose_outputs_they_are(graded):
    notebook = the_notebook(formgraders_page(graded))
    text = notebook.get_text()
    assert "svm_loss_naive: correct (50 of 50 points" in text
    assert "For graders: the model answer to why and its rubric" in " ".join(text.split())
    assert "The MODEL ANSWER." in text
    assert "Handed in by the student; not run again for grading." in text
    assert notebook.find("textarea", id="why-comment")
    assert 'MathJax.Hub.Config({ Safe: { allow: { URLs: "none" } } })' in str(notebook)  # no links in formulas
    assert notebook.find("input", id="why")


def test_nothing_of_the_students_runs_in_formgrader(graded):
    page = formgraders_page(graded)
    assert "alert(1)" in page  # as text
    notebook = the_notebook(page)
    (script,) = notebook.find_all("script")
    assert "MathJax" in script.get_text()  # ours
    script.find_parent(class_="output_area").decompose()
    for cell in notebook.select(".text_cell_render, .output_area, .input_area"):
        ours = any(
            words in cell.get_text() for words in ("Handed in by the student", "points", "For graders: the model")
        )
        assert ours or harmless(str(cell)), cell


def test_students_see_no_rubric(graded):
    def change(config):
        config.ShowRubric.course = str(graded.root)

    graded.run(GenerateFeedback, change=change)
    page = (graded.root / "feedback" / "ann" / "tiny" / "losses.html").read_text()
    assert "svm_loss_naive: correct" in BeautifulSoup(page, "html.parser").get_text()
    assert "MODEL ANSWER" not in page
    assert "Rubric" not in page
    for path in (graded.root / "autograded").rglob("*.ipynb"):
        assert "MODEL ANSWER" not in path.read_text()
    assert not the_notebook(page).find("script")


def test_a_course_that_cannot_be_read_costs_the_rubric_alone(graded):
    (graded.root / "solutions" / "tiny" / "losses.ipynb").write_text("{")
    assert "svm_loss_naive: correct" in the_notebook(formgraders_page(graded)).get_text()


def test_texts_that_take_hours_are_plain_on_all_pages(nbgrader):
    table, code = "a|b\n-|-\n" + "|\n" * 100_000, "a." * 300_000

    def change(notebook):
        (cell,) = [cell for cell in notebook["cells"] if marks(cell).get("grade_id") == "why"]
        cell["source"] = table
        notebook["cells"].append({"cell_type": "code", "metadata": {}, "source": code, "outputs": []})

    edit(nbgrader.hand_in("ann"), change)
    nbgrader.autograde()
    nbgrader.run(GenerateFeedback)
    feedback = (nbgrader.root / "feedback" / "ann" / "tiny" / "losses.html").read_text()
    for page in (feedback, formgraders_page(nbgrader)):
        notebook = the_notebook(page)
        assert "This text is very long or very unusual" in notebook.get_text()
        assert "# This code is very long or very unusual" in notebook.get_text()
        shown = [pre.get_text().strip() for pre in notebook.find_all("pre")]
        assert table.strip() in shown
        assert code in shown
    assert the_notebook(formgraders_page(nbgrader)).find("input", id="why")


def test_an_answer_above_an_empty_copy_waits_for_a_person(nbgrader):
    def change(notebook):
        (number,) = [n for n, cell in enumerate(notebook["cells"]) if marks(cell).get("grade_id") == "why"]
        answer = notebook["cells"][number]
        notebook["cells"].insert(number, answer | {"source": "Because.", "id": "first"})

    edit(nbgrader.hand_in("ann"), change)
    nbgrader.autograde()
    assert nbgrader.dump()["ann"]["grades"]["why"] == (None, None, None, True)
