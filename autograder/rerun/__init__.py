"""Runs students' notebooks again, for an instructor who wants to see outputs that were produced here. No score comes
from it: those are the engine's (`checks`), on code in workers (`sandbox`).

**What is different from a worker.** A worker only computes: it writes nothing, and has no threads, processes, sockets.
A notebook has a kernel, which needs all of these, and pictures want matplotlib. So what a notebook may do is bounded
rather than forbidden, in an *enclosure* of its own (`enclosure`): a process tree in bubblewrap, made for one notebook
and ended after it. Where bubblewrap does not work nothing is run again; there is no other way.

| what                | how                                                                                        |
| ------------------- | ------------------------------------------------------------------------------------------ |
| files               | Python, the system's libraries and the data set, read-only; the release and the            |
|                     | submission, copied; nothing of the course, of others, or of the grader                     |
| writing             | file systems in memory, bounded in size, and watched for the number of files (`watch`)     |
| network             | a loopback that nobody else is on                                                          |
| memory, processes   | limits that the kernel keeps, for each process and for their number; all of them together  |
|                     | are watched from outside                                                                   |
| the kernel's doors  | a filter of system calls (`syscalls`), no capabilities, no further user namespaces         |
| time                | of a cell: it is interrupted, and the next one goes on; of a notebook: it is ended         |
| outliving           | a process namespace, which takes everything with it when its first process ends            |

**What crosses.** A line of JSON and a tar archive go in through a pipe, lines of JSON come out (`inside`,
`conversation`). The process that talks shares the enclosure with the student's code and is believed nothing: sizes and
times are bounded here, and of what is said about a cell only text and pictures are taken (`reproduction`,
`notebook_outputs`). A student who tampers with it decides what the own notebook shows, and nothing else.

**What is not covered.** Processes of one notebook may take all processors for as long as it may run, so that what runs
beside it takes longer. Bugs in the kernel, hardware side channels.
"""
