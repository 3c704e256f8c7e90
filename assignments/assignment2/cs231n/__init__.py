"""The course's package: classifiers, layers and the tools to train and inspect them, in NumPy alone.

Nothing is imported here, so that a mistake in one module shows up only where that module is used.
"""
