"""Where students' code runs: a worker process behind a wire.

The grader process keeps the answers and does all the judging. It sends inputs to a worker and gets raw
arrays back: `wire` has the frames, `worker` the untrusted side, `session` the trusted one, `limits` what a worker may
use. Today a worker is a separate process with resource limits and nothing more: `ISOLATION` says so in every report.
"""

ISOLATION = "separate process with resource limits; file system and network are NOT isolated"
