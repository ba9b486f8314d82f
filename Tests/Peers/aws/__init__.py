"""A local AWS: CodeDeploy of its own, moto for the rest, both behind real signature checks."""


def load_tests(loader, tests, pattern):
    """Lets a bare `python -m unittest` find the self-test."""
    from . import selftest

    return loader.loadTestsFromModule(selftest)
