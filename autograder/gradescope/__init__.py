"""Gradescope runs the grading: `autograder gradescope` packs the zip for it, and this is what the zip does there.

Gradescope unpacks the zip into `/autograder/source`, runs `setup.sh` once and keeps the image. For each submission it
starts a fresh container, in which `run_autograder` finds the work in `/autograder/submission`, says in
`/autograder/submission_metadata.json` who handed it in and when, and reads `/autograder/results/results.json` at the
end. All of that runs as root, in a container in which no other can be made: so the mode of isolation is `landlock`.

- Where that cannot be had, nothing is graded, unless the zip was packed with `--unisolated grade`; the results say
  which.
- There is a results.json before grading begins: one without a score, for which Gradescope says that the autograder
  failed. A whole one takes its place at the end. What is killed, runs out of memory or crashes so never costs points.
- Gradescope gives 0 points to what it stops itself. So `run_autograder` stops earlier.

Source: Gradescope's documentation of autograders: "Autograder Specifications", "Submission Metadata", "Base Images",
"Troubleshooting".
"""

from .bundle import pack

__all__ = ["pack"]
