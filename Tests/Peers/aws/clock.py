"""The one clock of the peer. It can be moved, so that a test sees skewed dates or time passing."""

import time
from email.utils import formatdate


class Clock:
    def __init__(self):
        self.offset = 0.0

    def now(self):
        return time.time() + self.offset

    def http_date(self):
        return formatdate(self.now(), usegmt=True)

    def at(self, number):
        """Control calls give times as epoch seconds, or relative to now when they are small."""
        moment = number if number >= 1e9 else self.now() + number
        return round(moment, 3)
