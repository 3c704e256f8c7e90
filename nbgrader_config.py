"""nbgrader's view of this course: its folders mapped onto ours."""

c = get_config()  # noqa: F821  nbgrader defines it

c.CourseDirectory.course_id = "cs231n"  # names the course in the gradebook and the exchange
c.CourseDirectory.source_directory = "solutions"  # nbgrader's `source`: what instructors edit
c.CourseDirectory.release_directory = "assignments"  # nbgrader's `release`: what students get
c.IncludeHeaderFooter.enabled = False  # each notebook carries its own setup cell
