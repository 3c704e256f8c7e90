"""The sentences and hints that students read, apart from the code beside them: their words decide no score.

What does is whether there is a sentence of a key, and what is filled in: filling in what is not there, or cannot be
written like that, is an error of the check.
"""

from __future__ import annotations

import ast
import string

#: Place (`HINTS['sign']`) -> the key, and what its text is but words.
Wording = dict[str, tuple[str, str]]


def without_wording(content: bytes) -> tuple[bytes, Wording]:
    """The source of `messages.py` without its texts, and these; all of it and nothing, if it cannot be read."""
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return content, {}
    wording: Wording = {}
    kept = []
    for statement in tree.body:
        texts = _texts(statement)
        if texts:
            wording |= texts
        else:
            kept.append(statement)
    tree.body = kept
    return ast.unparse(tree).encode(), wording


def _texts(statement: ast.stmt) -> Wording:
    """The texts that an assignment gives a name; nothing for any other statement."""
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return {}
    target, value = statement.targets[0], statement.value
    if not isinstance(target, ast.Name):
        return {}
    if isinstance(value, ast.Constant) and type(value.value) is str:
        return {target.id: (target.id, _filled_in(value))}
    if not isinstance(value, ast.Dict):
        return {}
    keys = [key.value for key in value.keys if isinstance(key, ast.Constant) and type(key.value) is str]
    if len(keys) != len(value.keys):
        return {}
    return {f"{target.id}[{key!r}]": (key, _filled_in(text)) for key, text in zip(keys, value.values, strict=True)}


def _filled_in(text: ast.expr) -> str:
    """What is filled into a text, and how it is written; all of an expression that is no text."""
    if not isinstance(text, ast.Constant) or type(text.value) is not str:
        return ast.dump(text)
    try:
        parts = {part[1:] for part in string.Formatter().parse(text.value) if part[1] is not None}
    except ValueError:
        return text.value
    return repr(sorted(parts, key=repr))
