"""The plug-in by which nbgrader grades with this engine, and the way around it into nbgrader's gradebook.

`nbgrader_config.py` puts these into nbgrader's places, each of which nbgrader leaves open for it:

| module         | in nbgrader's place of               | what                                                        |
| -------------- | ------------------------------------ | ----------------------------------------------------------- |
| `exporter`     | `Autograde.exporter_class`           | reads submissions carefully, grades each of them once       |
| `preprocessor` | `Execute`, `SaveAutoGrades`          | puts the scores into cells, and into the gradebook          |
| `late`         | `AssignLatePenalties.plugin_class`   | what a late submission costs                                |
| `release`      | `GenerateAssignment.exporter_class`  | adds to the notebooks all else that students get            |
| `formgrader`   | `HTMLExporter`                       | shows the rubric to graders; lets no student's script run   |
| `feedback`     | `GenerateFeedback.exporter_class`    | begins each page with all that was found and decided        |

`gradebook` writes reports straight into `gradebook.db` (for `straight`, a command's part); the preprocessor saves its
scores by the same function, so that both ways give the same grades. `by_hand` reads from there what people have
decided. Where a run is told to, `run_again` shows what comes of running a student's cells again, in isolation.

**What is not left to nbgrader.** Nothing is executed: a score comes from the report on a submission, never from what a
cell shows or holds. Code is taken from `submitted/`, never from `autograded/`, over which nbgrader copies files of the
source folder. What a notebook says about its cells' ids, points and locks is not believed: `autograder.mending`
builds every notebook anew from its texts and from the cells that the gradebook knows. `closing` shuts two doors of
formgrader's server through which a submission could act with the grader's rights. `conversion`
replaces two of nbgrader's methods, which follow links, and by which one submission can end the run of a class.
"""
