"""Everything the peer remembers, behind one lock."""

import threading
from collections import defaultdict

from .clock import Clock
from .credentials import Credentials
from .deployments import Place
from .trail import Rate

TRAIL_REQUESTS_PER_SECOND = 2

SETTINGS = {
    "page_size": 100,
    "empty_first_page": False,
    "order": "newest",  # newest, oldest, shuffled
    "unknown_ids": "omit",  # omit, error
    "unknown_applications": "omit",  # omit, error
    "revision_content": "include",  # include, omit
    "clock_offset": 0,
    "default_timeline": [[1, "InProgress"], [3, "Succeeded"]],
}


class World:
    def __init__(self):
        self.lock = threading.RLock()
        self.clock = Clock()
        self.credentials = Credentials()
        self.reset()

    def reset(self):
        with self.lock:
            self.places = defaultdict(Place)  # by (account, region)
            self.settings = dict(SETTINGS)
            self.clock.offset = 0.0
            self.published = []  # what SNS accepted
            self.mail = []  # what SES accepted
            self.trail = defaultdict(list)  # CloudTrail events by (account, region)
            self.trail_rate = defaultdict(lambda: Rate(TRAIL_REQUESTS_PER_SECOND))
            self.credentials.reset()

    def change(self, settings):
        with self.lock:
            self.settings.update(settings)
            self.clock.offset = float(self.settings["clock_offset"])
