"""nbgrader's view of this course: its folders mapped onto ours, and our grader in its place for one."""

import os
import sys
import warnings

from autograder.collect import zip_collect_settings

c = get_config()  # noqa: F821  nbgrader defines it

PLUGIN = "autograder.nbgrader_plugin"

c.CourseDirectory.course_id = "cs231n"  # names the course in the gradebook and the exchange; as in course.toml
c.CourseDirectory.root = os.path.dirname(os.path.realpath(__file__))  # also where ~/.jupyter has a link to this file
c.CourseDirectory.source_directory = "solutions"  # nbgrader's `source`: what instructors edit
c.CourseDirectory.release_directory = "assignments"  # nbgrader's `release`: what students get
c.IncludeHeaderFooter.enabled = False  # each notebook carries its own setup cell

# nbgrader calls `alembic`, which lies beside this Python, by its bare name: it works in an environment not activated.
os.environ["PATH"] = os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", os.defpath)])
# What SQLAlchemy 2 has to say about nbgrader's own way of making submissions; nothing is wrong with them.
warnings.filterwarnings("ignore", "Object of type <Submitted")

# generate_assignment releases the notebooks; this adds modules, checks and data loaders, as `autograder build` does.
c.GenerateAssignment.exporter_class = f"{PLUGIN}.release.ReleaseExporter"

# autograde reads submissions through this, which trusts nothing in them and grades each one once.
c.Autograde.exporter_class = f"{PLUGIN}.exporter.GradingExporter"
c.GradingExporter.isolation = "auto"  # how students' code is kept from this machine: see `autograder doctor`
c.GradingExporter.rerun = False  # True runs notebooks again, in isolation, for their outputs; no score depends on them
c.GradingExporter.require_isolation = False  # True grades nothing rather than without isolation (macOS, Colab)
c.Autograde.sanitize_preprocessors = [  # without ClearOutput, so that graders see a student's plots
    "nbgrader.preprocessors.OverwriteKernelspec",  # nbgrader's own, here and below: the kernel of the release
    "nbgrader.preprocessors.OverwriteCells",  # a second look at the cells, which are mended by now
    "nbgrader.preprocessors.CheckCellMetadata",  # and at their metadata
]
c.Autograde.autograde_preprocessors = [  # each submission is graded once, by our engine, in isolation
    f"{PLUGIN}.preprocessor.GradeSubmission",  # instead of Execute: no kernel, nothing of the student's runs here
    f"{PLUGIN}.preprocessor.SaveScores",  # instead of SaveAutoGrades: it believes the report, not what a cell shows
    "nbgrader.preprocessors.AssignLatePenalties",  # with the policy below
    "nbgrader.preprocessors.CheckCellMetadata",  # the last look
]
c.AssignLatePenalties.plugin_class = f"{PLUGIN}.late.LatePenalty"  # the table [late] in solutions/course.toml

# generate_feedback begins each page with all that was found and decided, as `autograder feedback` says it.
c.GenerateFeedback.exporter_class = f"{PLUGIN}.feedback.FeedbackExporter"

# formgrader shows a question's model answer and rubric to graders; nothing in a student's text runs in their browsers.
c.HTMLExporter.preprocessors = [f"{PLUGIN}.formgrader.ShowRubric"]
c.HTMLExporter.filters = {"markdown2html": f"{PLUGIN}.formgrader.markdown2html"}
c.ShowRubric.course = c.CourseDirectory.root  # where solutions/ is

# `nbgrader zip_collect` of Canvas's downloads ("moodle": of Moodle's). `autograder collect` does it with more care.
for plugin, traits in zip_collect_settings("canvas").items():
    c[plugin].update(traits)
