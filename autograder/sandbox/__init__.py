"""Where students' code runs. Theory of operation.

**Who is trusted.** The grader: this package, the course's solutions, the kernel, bubblewrap. A submission is not: its
Python files, notebooks, archives and saved arrays, and every byte that comes out of the process that runs it. The
grader holds the answers and does all the judging (`checks`); a *worker* process holds one submission's code and
answers requests. What a worker can gain by lying is what a wrong function gains by returning something else.

**What crosses.** Only frames (`wire`): a bounded JSON header and raw arrays. No pickle, no paths, no descriptors, and
nothing is allocated before its size was checked. Each request carries a number and a fresh nonce; a reply that comes
early, twice, too late, too large or malformed costs the item at hand and the worker, which is replaced. The
submission's files travel the same way (`sources`): the grader reads bytes, the worker imports them from memory and
parses notebooks. A worker never sees a submission's folder, its own or another's.

**How a worker comes about** (`launch`, `modes`).

- *bubblewrap*: one warm process for each grading thread (`fork_server`), inside bubblewrap, whose file system holds
  Python, the system's libraries and the few modules named in `runtime`. It forks for each submission.
- *landlock*: the same process without bubblewrap, for containers and machines that have only Python.
- *strict*: a fresh bubblewrap for each submission, so that submissions do not share even a parent.
- *none*: a plain process. It is not isolation, and console and reports say so.

**The locks on a worker** (`confine`), each put on before any of the student's code runs, tried there, and never taken
off again. If one cannot be put on, or does not hold, nothing is run.

| lock                     | stops                                                                                     |
| ------------------------ | ----------------------------------------------------------------------------------------- |
| bubblewrap               | seeing the machine's files, processes and network at all                                  |
| namespaces (where to be  | outliving the grade, signals, left-over shared memory: the first process of a process     |
| had)                     | namespace takes all others with it                                                        |
| Landlock                 | opening files but Python's, writing anywhere, TCP, signals                                |
| system-call filter       | processes, threads, programs, sockets, hidden memory, modes and times of files, ptrace,   |
| (`syscalls`)             | mounts, and whatever else computing does not need                                         |
| no privileges            | set-uid programs, capabilities, being looked into by processes of the same user           |
| resource limits          | memory, CPU time, writing even one byte to a file, number of descriptors                  |

On its side the grader keeps a deadline for each call and a budget for the submission, looks at memory while it waits,
discards what is printed, and kills by a handle (pidfd), never by a number that may have been reused.

**What feedback carries.** On cases that students cannot see, a message has nothing in it that their code could choose,
but for the exception's type and the line in their own file (`checks.expect`).

**What is not covered.** Hardware side channels; bugs in the kernel; how long a call takes, and whether it was right,
which a verdict tells by its nature: a few bits for each item. Without bubblewrap a worker can ask whether a path
exists, and its size and times, since Landlock does not govern stat; and without namespaces workers of several graders
share a user, and only the filter and Landlock keep them apart. Submissions graded one after the other on one machine
share its caches: by timing (and, outside bubblewrap, by the times at which Python's own files were last read) one that
wants to can leave bits for another that waits for them. `hidden_seeds` of which nothing is ever reused make them
worthless. Modes differ in depth, not in what `tests/attacks`
lets succeed, which is nothing.
"""
