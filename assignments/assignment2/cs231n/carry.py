"""Carry your own functions over from an earlier assignment:

    python -m cs231n.carry ../assignment1

Run it in the folder of the new assignment. Functions that you wrote there and that are still to be written here
are copied, with the imports, helper functions and constants that they need. What you have written here stays as
it is, and the former state of each file that changes is kept beside it as `<file>.bak`.

Only text is read and written: none of the code in question is run.
"""

import argparse
import ast
import builtins
import importlib.util
import io
import os
import sys
import tokenize
import warnings
from dataclasses import dataclass, field
from pathlib import Path

PACKAGE = "cs231n"
MARKER = "# YOUR CODE HERE"  # what stands above the `raise NotImplementedError` in a function still to be written


def main(arguments=None):
    """Carry functions over as the command line says; return 0, or 1 where something could not be read."""
    parser = argparse.ArgumentParser(
        prog="python -m cs231n.carry",
        description="Copy the functions that you wrote in an earlier assignment to where they are still to be written.",
    )
    parser.add_argument("folder", type=Path, help="the earlier assignment, such as ../assignment1")
    folder = parser.parse_args(arguments).folder
    try:
        report = carry(folder, Path(__file__).resolve().parent)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(report.lines))
    return 1 if report.failures else 0


@dataclass
class Report:
    """What happened: a line for each function (new ones share one), and how many were copied, are still open, or met
    an error."""

    lines: list[str] = field(default_factory=list)
    copied: int = 0
    open: int = 0
    failures: int = 0


def carry(earlier, package):
    """Copy finished functions from an earlier package to the stubs of this one.

    Inputs:
    - earlier: path of the earlier assignment's folder, or of the package in it
    - package: path of the package whose files are completed in place

    Returns a Report. Raises ValueError if there is no package in the earlier folder, or it is this one.
    """
    package = Path(package)
    source = _find_package(Path(earlier))
    if source.resolve() == package.resolve():
        raise ValueError(f"{source} is this assignment itself; name the folder of the earlier one.")
    report = Report()
    for path in sorted(package.rglob("*.py")):
        name = path.relative_to(package)
        if any(part.startswith(".") for part in name.parts):  # Jupyter's and editors' own copies
            continue
        try:
            here = _Module(path)
        except _Unreadable as error:
            report.lines.append(f"{name}: {error}. Correct this file first; nothing was copied to it")
            report.failures += 1
            continue
        if any(_is_stub(function, here) for function in here.functions().values()):
            _complete(here, source / name, name.as_posix(), source, report)
    left_open = f"; {report.open} still to be written here" if report.open else ""
    report.lines.append(f"{report.copied} function(s) copied from {source}{left_open}.")
    return report


def _find_package(folder):
    """Return the folder of the package in `folder`, however it was packed; ValueError if there is none."""
    if folder.is_file():
        raise ValueError(f"{folder} is a file: give the folder of the earlier assignment, unpacked if it is a zip.")
    candidates = [
        folder,
        folder / PACKAGE,
        *sorted(folder.glob(f"*/{PACKAGE}")),
        *sorted(folder.glob(f"*/*/{PACKAGE}")),
    ]
    for candidate in candidates:
        if any((candidate / name).is_file() for name in ("layers.py", "classifiers/k_nearest_neighbor.py")):
            return candidate
    raise ValueError(f"There is no package {PACKAGE} in {folder}: give the folder of the earlier assignment.")


# ---- reading -----------------------------------------------------------------------------------------------


class _Unreadable(Exception):
    """A file that is not there or not Python; the message says so, and where."""


class _Module:
    """A source file: its text by lines, its tree, and what its top level defines."""

    def __init__(self, path):
        self.path = path
        try:
            data = path.read_bytes()
            self.encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
            text = data.decode(self.encoding)
            self.newline = "\r\n" if "\r\n" in text else "\n"
            text = text.replace("\r\n", "\n").replace("\r", "\n")
            self.tree = _parse(text)
        except SyntaxError as error:
            where = f"line {error.lineno}: " if error.lineno else ""
            raise _Unreadable(f"{where}{error.msg}") from None
        except OSError as error:
            raise _Unreadable(error.strerror) from None
        except (ValueError, RecursionError) as error:
            raise _Unreadable(str(error)) from None
        self.lines = text.split("\n")
        self.bindings = _bindings(self.tree.body)  # name -> the top-level statement that binds it
        self.stars = [node for node in self.tree.body if _is_star(node)]

    def functions(self):
        """Return the functions and methods of the file by their names, methods as "Class.method"."""
        found = {}
        for node in self.tree.body:
            if isinstance(node, ast.FunctionDef):
                found[node.name] = node
            elif isinstance(node, ast.ClassDef):
                found |= {f"{node.name}.{n.name}": n for n in node.body if isinstance(n, ast.FunctionDef)}
        return found

    def all_that_bind(self, name):
        """Return the top-level statements that make what a name stands for, such as a table's lines, and the names
        that they bind."""
        names, more = set(), {name}
        while more - names:
            names |= more
            nodes = [node for node in self.tree.body if names & _bindings([node]).keys()]
            more = set().union(*map(_bindings, ([node] for node in nodes)))
        return nodes, [bound for bound in self.bindings if bound in names]

    def methods(self, class_name):
        """Return what the body of a class binds, methods and constants, by name."""
        node = self.bindings.get(class_name)
        return _bindings(node.body) if isinstance(node, ast.ClassDef) else {}

    def text(self, node, column=0):
        """Return the lines of a statement, moved so that it begins in the given column."""
        lines = self.lines[_first_line(node) - 1 : node.end_lineno]
        old, new = lines[0][: len(lines[0]) - len(lines[0].lstrip())], " " * column
        if old == new:
            return lines
        return [new + line[len(old) :] if line.strip() and line.startswith(old) else line for line in lines]


def _parse(text):
    """Parse Python, silently where it is merely out of fashion."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def _first_line(node):
    """Return the number of a statement's first line, which may be a decorator's."""
    return min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])


def _is_star(node):
    return isinstance(node, ast.ImportFrom) and node.names[0].name == "*"


def _bindings(statements):
    """Return the names that statements bind, each with its statement."""
    found = {}
    for node in statements:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found[node.name] = node
            continue
        for part in ast.walk(node):
            if isinstance(part, ast.Import | ast.ImportFrom):
                for alias in part.names:
                    found[alias.asname or alias.name.split(".")[0]] = node
            elif isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                found[part.id] = node
            elif isinstance(part, ast.Subscript | ast.Attribute) and isinstance(part.ctx, ast.Store):
                if isinstance(part.value, ast.Name):
                    found.setdefault(part.value.id, node)
            elif isinstance(part, ast.FunctionDef | ast.ClassDef):  # within `if` or `try`
                found[part.name] = node
    return found


def _meaning(name, statement):
    """Return what a statement binds a name to, as a text that can be compared: of an import, that name alone."""
    if not isinstance(statement, ast.Import | ast.ImportFrom):
        return ast.dump(statement)
    alias = next(a for a in statement.names if (a.asname or a.name.split(".")[0]) == name)
    return f"{getattr(statement, 'level', 0)} {getattr(statement, 'module', '')} {alias.name}"


def _is_stub(function, module):
    """Tell whether nothing has been written yet where a function's code is to stand."""
    raises = [node for node in ast.walk(function) if _raises_not_implemented(node)]
    for node in raises:
        above = node.lineno - 2
        while above >= 0 and not module.lines[above].strip():
            above -= 1
        if module.lines[above].strip() == MARKER:
            return True
    # Without the marker: nothing but the documentation and a bare `raise NotImplementedError`.
    body = _without_docstring(function.body)
    return len(body) == 1 and body[0] in raises and not isinstance(body[0].exc, ast.Call)


def _is_unfinished(function, module):
    """Tell whether a function in the earlier assignment was left as it was handed out, or half done."""
    if _is_stub(function, module) or any(_raises_not_implemented(node) for node in function.body):
        return True
    body = _without_docstring(function.body)
    if all(isinstance(node, ast.Pass) or _is_ellipsis(node) for node in body):
        return True
    # Older assignments handed out `out = None; pass; return out`: a `pass`, and nothing computed.
    nodes = [node for statement in body for node in ast.walk(statement)]
    empty = {"zeros", "zeros_like", "empty", "ones", "range", "xrange", "len"}
    return any(isinstance(node, ast.Pass) for node in nodes) and not any(
        isinstance(node, ast.BinOp | ast.AugAssign) or (isinstance(node, ast.Call) and _called_name(node) not in empty)
        for node in nodes
    )


def _raises_not_implemented(node):
    if not isinstance(node, ast.Raise):
        return False
    error = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return isinstance(error, ast.Name) and error.id == "NotImplementedError"


def _without_docstring(body):
    first = body[0]
    is_text = (
        isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    )
    return body[1:] if is_text else body


def _is_ellipsis(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and node.value.value is ...


def _called_name(call):
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", None)


# ---- copying -----------------------------------------------------------------------------------------------


def _complete(here, source_path, name, source, report):
    """Fill the stubs of one file from its counterpart, and write it if that changed anything."""
    stubs = {key: node for key, node in here.functions().items() if _is_stub(node, here)}
    try:
        there = _Module(source_path)
    except _Unreadable as error:
        missing = not source_path.exists()
        problem = f"there is no such file in {source}" if missing else f"{source_path}, {error}"
        report.lines.append(f"{name}: {problem}; nothing was copied to this file")
        report.failures += not missing
        report.open += len(stubs)
        return

    edit, lines, functions, absent = _Edit(here, there), [], there.functions(), []
    for key, stub in here.functions().items():
        function = functions.get(key)
        if key not in stubs:
            if function and not _is_unfinished(function, there) and there.text(function) != here.text(stub):
                unfinished = _is_unfinished(stub, here)
                report.open += unfinished
                state = "is begun here, not finished," if unfinished else "has been written here already"
                lines.append(f"{name}: {key} {state} and was left alone")
            continue
        if function is None:
            absent.append(key)
            continue
        reason = _why_not(function, stub, there)
        if reason is None:
            notes = edit.replace(key, stub, function)
            lines.append(f"{name}: {key} copied" + "".join(f"\n    {note}" for note in notes))
        else:
            lines.append(f"{name}: {key} {reason}")
    if absent:
        lines.append(f"{name}: not there in the earlier assignment: {', '.join(absent)}")
    copied = len(edit.replaced)
    if copied:
        try:
            backup = edit.write()
            lines.append(f"{name}: changed; as it was before: {backup}")
        except (SyntaxError, OSError, UnicodeError) as error:
            copied = 0
            lines = [f"{name}: the functions could not be put together ({error}); this file is unchanged"]
            report.failures += 1
    report.lines += lines
    report.copied += copied
    report.open += len(stubs) - copied


def _why_not(function, stub, there):
    """Return why a function cannot be copied, as the end of a sentence; None if it can."""
    if _is_unfinished(function, there):
        return "is not finished in the earlier assignment either"
    if len(_parameters(function)) != len(_parameters(stub)):
        old, new = ", ".join(_parameters(function)), ", ".join(_parameters(stub))
        return f"took ({old}) in the earlier assignment, but takes ({new}) here: copy what you need by hand"
    return None


def _parameters(function):
    a = function.args
    stars = [f"*{a.vararg.arg}"] if a.vararg else []
    stars += [f"**{a.kwarg.arg}"] if a.kwarg else []
    return [p.arg for p in [*a.posonlyargs, *a.args, *a.kwonlyargs]] + stars


class _Edit:
    """The changes to one file: stubs replaced, and what their code needs put before them."""

    def __init__(self, here, there):
        self.here, self.there = here, there
        self.replaced = []  # (first line, last line, new lines), lines counted from 0, last one excluded
        self.imports = []  # lines for the top of the file
        self.before = {}  # line number -> lines to be put before it
        self.present = {*here.bindings, "__file__", "__name__"}
        self.compared = set()  # names that both files have, of which it is known whether they mean the same
        self.methods = {}  # class -> names in its body

    def replace(self, key, stub, function):
        """Replace a stub by the earlier function and return notes on what came with it."""
        class_name = key.partition(".")[0] if "." in key else None
        notes = []
        owner = self.here.bindings[class_name] if class_name else stub
        self._bring_needs(function, class_name, _first_line(owner) - 1, notes)
        if class_name:
            self._bring_methods(function, class_name, stub, _first_line(owner) - 1, notes)
        text = self.there.text(function, stub.col_offset)
        self.replaced.append((_first_line(stub) - 1, stub.end_lineno, text))
        return notes

    def _bring_needs(self, node, class_name, line, notes):
        """Bring the module-level names that a function uses and this file has not got."""
        for needed in _free_names(node):
            statement = self.there.bindings.get(needed)
            if needed in self.present:
                if self._means_another(needed, statement):
                    notes.append(f"uses {needed} as it is here, which is not what it was there")
                continue
            if statement is None and hasattr(builtins, needed) or getattr(statement, "module", None) == "builtins":
                continue
            if statement is None:
                self._bring_star(needed, notes)
            elif isinstance(statement, ast.Import | ast.ImportFrom):
                self._bring_import(needed, statement, notes)
            elif isinstance(statement, ast.FunctionDef) and _is_unfinished(statement, self.there):
                notes.append(f"needs {needed}, which is not finished there")
            elif needed != class_name:
                statements, names = self.there.all_that_bind(needed)
                self.present.update(names)
                for part in statements:
                    self._bring_needs(part, class_name, line, notes)
                for part in statements:
                    blank = 2 if isinstance(part, ast.FunctionDef | ast.ClassDef) else 1
                    self.before.setdefault(line, []).extend([*self.there.text(part), *[""] * blank])
                notes.append(f"brought {', '.join(names)} along")

    def _means_another(self, name, theirs):
        """Tell, once, whether a name that both files bind is another thing here, and is not about to be replaced."""
        mine = self.here.bindings.get(name)
        if mine is None or theirs is None or name in self.compared:
            return False
        self.compared.add(name)
        if isinstance(mine, ast.FunctionDef) and _is_stub(mine, self.here):
            return False
        return _meaning(name, mine) != _meaning(name, theirs)

    def _bring_methods(self, function, class_name, stub, line, notes):
        """Bring the methods and class constants that a method uses by way of self and this class has not got."""
        present = self.methods.setdefault(class_name, set(self.here.methods(class_name)))
        theirs = self.there.methods(class_name)
        for part in ast.walk(function):
            if not (isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name)):
                continue
            needed, owner = part.attr, part.value.id
            if owner not in ("self", "cls", class_name) or needed in present or needed not in theirs:
                continue
            statement = theirs[needed]
            present.add(needed)
            self._bring_needs(statement, class_name, line, notes)
            self._bring_methods(statement, class_name, stub, line, notes)
            text = self.there.text(statement, stub.col_offset)
            self.before.setdefault(_first_line(stub) - 1, []).extend([*text, ""])
            notes.append(f"brought {class_name}.{needed} along")

    def _bring_import(self, needed, statement, notes):
        """Bring one name of an import, if what it is imported from is there."""
        alias = next(a for a in statement.names if (a.asname or a.name.split(".")[0]) == needed)
        single = ast.copy_location(
            ast.Import([alias])
            if isinstance(statement, ast.Import)
            else ast.ImportFrom(statement.module, [alias], statement.level),
            statement,
        )
        self.present.add(needed)
        line = ast.unparse(single)
        if self._can_import(single):
            self.imports.append(line)
            notes.append(f"brought `{line}` along")
        else:
            notes.append(
                f"needs {needed}: `{line}` does not work here; replace it in this function, or bring what it names over"
            )

    def _bring_star(self, needed, notes):
        """Look for a name that the earlier file did not define in what it imported with a star."""
        for statement in self.there.stars:
            origin = self._package_file(statement)
            try:
                defined = _Module(origin).bindings if origin else {}
            except _Unreadable:
                continue
            if needed in defined:
                single = ast.ImportFrom(statement.module, [ast.alias(needed)], statement.level)
                self.present.add(needed)
                self.imports.append(ast.unparse(single))
                notes.append(f"brought `{self.imports[-1]}` along")
                return
        self.present.add(needed)  # said once
        notes.append(f"needs {needed}, which was not found there: define or import it")

    def _can_import(self, node):
        """Tell whether what an import names is there, without running it."""
        (alias,) = node.names
        name = node.module or "" if isinstance(node, ast.ImportFrom) else alias.name
        library = name.split(".")[0]
        if getattr(node, "level", 0) or library == PACKAGE:
            if isinstance(node, ast.Import):
                module, _, last = name.rpartition(".")
                return not module or self._in_package(ast.ImportFrom(module, [ast.alias(last)], 0))
            return self._in_package(node)
        try:
            return importlib.util.find_spec(library) is not None
        except (ImportError, ValueError):
            return False

    def _in_package(self, node):
        """Tell whether this package has what a `from ... import` of one name wants."""
        path, name = self._package_file(node), node.names[0].name
        if path is None or path.stem == name:
            return path is not None
        try:
            module = _Module(path)
        except _Unreadable:
            return False
        on_demand = "__getattr__" in module.bindings and f'"{name}"' in "\n".join(module.lines)
        return name in module.bindings or bool(module.stars) or on_demand

    def _package_file(self, node):
        """Return the file of this package that a `from ... import` names; None if there is none."""
        parts = [part for part in (node.module or "").split(".") if part]
        root = self.here.path.parent
        if node.level:
            for _ in range(node.level - 1):
                root = root.parent
        elif parts and parts[0] == PACKAGE:
            parts = parts[1:]
            while root.name != PACKAGE and root.parent != root:
                root = root.parent
        else:
            return None
        base = root.joinpath(*parts)
        candidates = [base.with_suffix(".py")] if parts else []
        candidates += [base / f"{node.names[0].name}.py", base / "__init__.py"]
        return next((path for path in candidates if path.is_file()), None)

    def write(self):
        """Write the file, having kept it as it was; return the backup's name.

        Raises SyntaxError, leaving the file alone, if the result would not be Python.
        """
        lines = list(self.here.lines)
        changes = [*self.replaced, *((line, line, text) for line, text in self.before.items())]
        # From the bottom up, so that line numbers stay right; what goes before a line comes after its change.
        for first, last, text in sorted(changes, key=lambda change: (-change[0], -change[1])):
            lines[first:last] = text
        at = _after_imports(self.here.tree)
        lines[at:at] = list(dict.fromkeys(self.imports))
        text = "\n".join(lines)
        _parse(text)

        data = text.replace("\n", self.here.newline).encode(self.here.encoding)
        path = self.here.path
        backup, number = path.with_name(f"{path.name}.bak"), 1
        while backup.exists():
            number += 1
            backup = path.with_name(f"{path.name}.bak{number}")
        backup.write_bytes(path.read_bytes())
        new = path.with_name(f"{path.name}.new")
        new.write_bytes(data)
        os.replace(new, path)
        return backup.name


def _after_imports(tree):
    """Return the number of lines up to and including the last import at the top, or the documentation."""
    end = 0
    for i, node in enumerate(tree.body):
        is_docstring = i == 0 and not _without_docstring([node])
        if is_docstring or isinstance(node, ast.Import | ast.ImportFrom):
            end = node.end_lineno
        elif not isinstance(node, ast.Expr):
            break
    return end


def _free_names(node):
    """Return the names that a statement reads without binding them itself, in order of appearance."""
    bound, read = set(), {}
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            if isinstance(part.ctx, ast.Load):
                read[part.id] = None
            else:
                bound.add(part.id)
        elif isinstance(part, ast.arg):
            bound.add(part.arg)
        elif isinstance(part, ast.Import | ast.ImportFrom):
            bound |= {alias.asname or alias.name.split(".")[0] for alias in part.names}
        elif isinstance(part, ast.FunctionDef | ast.ClassDef | ast.ExceptHandler):
            bound.add(part.name)
        elif isinstance(part, ast.Global):
            read |= dict.fromkeys(part.names)
    return [name for name in read if name not in bound]


if __name__ == "__main__":
    sys.exit(main())
