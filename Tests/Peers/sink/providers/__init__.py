"""The providers: a module each, a line each.

A provider is a class made with the recorder, that has:

    control_path                  where it hangs below the control address, for example /_sink/newrelic
    inspect(request, record)      notes on the record; called for every request, scripted or not
    answer(request, record)       an Answer, or None when the request isn't this provider's
    control(method, body)         (status, JSON value) for its control path; ValueError becomes a 400
    reset()                       forget everything
"""

from .apprise import Apprise
from .discord import Discord
from .googlechat import GoogleChat
from .datadog import Datadog
from .grafana import Grafana
from .hipchat import HipChat
from .github import GitHub
from .newrelic import NewRelic
from .teams import Teams
from .slack import Slack
from .pagerduty import PagerDuty
from .recipes import Recipes
from .webhook import Webhook


def make_providers(recorder):
    return [
        Apprise(recorder),
        Discord(recorder),
        GoogleChat(recorder),
        Datadog(recorder),
        Grafana(recorder),
        HipChat(recorder),
        GitHub(recorder),
        NewRelic(recorder),
        Teams(recorder),
        Slack(recorder),
        PagerDuty(recorder),
        Recipes(recorder),
        Webhook(recorder),
    ]
