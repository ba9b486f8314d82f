"""Proves the peer: `python -m unittest` (or `python -m unittest aws.selftest`) in Tests/Peers."""

import unittest

from .selftests.deployments import Deployments
from .selftests.services import OtherServices
from .selftests.signatures import Signatures
from .selftests.trouble import Trouble
from .selftests.validation import Validation

__all__ = ["Deployments", "OtherServices", "Signatures", "Trouble", "Validation"]

if __name__ == "__main__":
    unittest.main()
