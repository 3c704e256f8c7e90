"""What a function's source uses."""

import pytest

from autograder.checks.source import usage_of


def names(text, function="f"):
    return usage_of(text, function).names


def loops(text, function="f"):
    return usage_of(text, function).loops


@pytest.mark.parametrize(
    "text",
    [
        "import numpy\ndef f(x):\n    return numpy.linalg.norm(x)",
        "import numpy as np\ndef f(x):\n    return np.linalg.norm(x)",
        "import numpy.linalg\ndef f(x):\n    return numpy.linalg.norm(x)",
        "import numpy.linalg as la\ndef f(x):\n    return la.norm(x)",
        "from numpy import linalg\ndef f(x):\n    return linalg.norm(x)",
        "from numpy import linalg as la\ndef f(x):\n    return la.norm(x)",
        "from numpy.linalg import norm\ndef f(x):\n    return norm(x)",
        "from numpy.linalg import norm as n\ndef f(x):\n    return n(x)",
        "def f(x):\n    from numpy.linalg import norm as n\n    return n(x)",
        "import numpy as np\ndef f(x):\n    length = np.linalg.norm\n    return length(x)",
        "import numpy as np\ndef f(x): return g(x)\ndef g(x): return h(x)\ndef h(x): return np.linalg.norm(x)",
        "import numpy\nclass K:\n    def f(self, x): return self.g(x)\n    def g(self, x): return numpy.linalg.norm(x)",
    ],
)
def test_a_name_is_found_under_every_alias(text):
    assert "numpy.linalg.norm" in names(text)


def test_the_line_is_that_of_the_first_use():
    text = "import numpy as np\n\n\ndef f(x):\n    y = np.exp(x)\n    return np.exp(y)\n"
    assert names(text)["numpy.exp"] == 5


def test_what_other_functions_use_does_not_count():
    text = "import numpy as np\ndef f(x):\n    return x\ndef other(x):\n    return np.linalg.norm(x)"
    assert "numpy.linalg.norm" not in names(text)


def test_a_comment_or_a_string_uses_nothing():
    assert "numpy.linalg.norm" not in names(
        'def f(x):\n    """Not numpy.linalg.norm."""\n    return x  # np.linalg.norm'
    )


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("return x", 0),
        ("for a in x:\n        x = a", 1),
        ("while x:\n        x -= 1", 1),
        ("for a in x:\n        for b in a:\n            x = b", 2),
        ("return [a for a in x]", 1),
        ("return [b for a in x for b in a]", 2),
        ("return sum(a for a in x)", 1),
        ("return {a: 1 for a in x}", 1),
        ("return list(map(str, x))", 1),
        ("return np.apply_along_axis(sum, 0, x)", 1),
        ("return np.vectorize(abs)(x)", 1),
    ],
)
def test_loops_are_counted_in_every_guise(body, count):
    assert len(loops(f"import numpy as np\ndef f(x):\n    {body}")) == count


def test_loops_of_functions_that_are_called_count_once_each():
    text = "def f(x):\n    return g(x) + g(x)\ndef g(x):\n    for a in x:\n        pass\n    return g(x)"
    assert loops(text) == (4,)


def test_a_method_called_on_self_counts():
    text = "class K:\n    def f(self, x):\n        return self.g(x)\n    def g(self, x):\n        return [a for a in x]"
    assert len(loops(text)) == 1


def test_a_variable_named_like_a_function_is_no_call():
    text = "def f(x):\n    predict = x\n    return predict\ndef predict(x):\n    return [a for a in x]"
    assert loops(text) == ()


def test_a_function_that_is_not_there_is_a_lookup_error():
    with pytest.raises(LookupError, match="no function f"):
        usage_of("f = 3", "f")


def test_what_is_not_python_is_a_syntax_error():
    with pytest.raises(SyntaxError):
        usage_of("def f(:", "f")


def test_as_tree_can_be_sent():
    from autograder.checks.values import pack

    pack(usage_of("def f(x):\n    return [a for a in x]", "f").as_tree())


def test_methods_are_told_apart_by_their_class():
    text = "class A:\n    def loss(self): return 1\n\nclass B:\n    def loss(self):\n        for i in 1, 2: pass\n"
    assert usage_of(text, "A.loss").loops == ()
    assert len(usage_of(text, "B.loss").loops) == 1


def test_a_stub_is_recognised_and_finished_work_is_not():
    assert usage_of("def f(x):\n    x = 1\n    raise NotImplementedError('f')\n", "f").stub
    assert usage_of("def f(x):\n    raise NotImplementedError\n", "f").stub
    assert not usage_of("def f(x):\n    raise ValueError('f')\n", "f").stub
    assert not usage_of("def f(x):\n    if x: raise NotImplementedError\n    return 1\n", "f").stub


def test_work_above_the_line_that_raises_is_no_stub():
    work = "def f(x):\n    y = x + 1\n    return y\n    raise NotImplementedError('f')"
    assert not usage_of(work, "f").stub


@pytest.mark.parametrize(
    "source",
    [
        b"\xef\xbb\xbfdef f(x):\r\n    return x\r\n",
        b"# -*- coding: latin-1 -*-\n# d\xe9riv\xe9e\ndef f(x): return x\n",
    ],
)
def test_files_are_decoded_as_python_does_it(source):
    assert usage_of(source, "f").loops == ()
