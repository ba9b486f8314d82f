"""New Relic: NerdGraph and REST v2."""

from ...wire import Answer
from . import nerdgraph, rest_v2

DEFAULT_KEY = "NRAK-PEERPEERPEERPEERPEERPEERPEE"


class State:
    """What the account holds, and what was accepted into it."""

    def __init__(self):
        self.api_keys = [DEFAULT_KEY]
        self.region = "us"
        self.entities = []
        self.events = []
        # How a mutation that is refused by its values says so. "errors" is what New Relic's client
        # treats as failure; "messages" is the schema's other way: no event, and a message.
        self.refusals = "errors"
        # HTTP status of a bad key, see `bad_key`.
        self.bad_key_status = 401

    def entity(self, guid):
        return next((each for each in self.entities if each["guid"] == guid), None)

    def applications(self):
        return [each for each in self.entities if each["domain"] == "APM"]

    def accept(self, api, sequence, event):
        self.events.append({"api": api, "request": sequence, **event})

    def describe(self):
        return {"api_keys": self.api_keys, "region": self.region, "refusals": self.refusals,
                "bad_key_status": self.bad_key_status, "entities": self.entities,
                "events": self.events}

    def change(self, wanted):
        unknown = set(wanted) - {"api_keys", "region", "entities", "refusals", "bad_key_status"}
        if unknown:
            raise ValueError(f"unknown keys {sorted(unknown)}")
        if wanted.get("refusals", "errors") not in ("errors", "messages"):
            raise ValueError('refusals is "errors" or "messages"')
        entities = [complete(each, number) for number, each in enumerate(wanted.get("entities", []))]
        for name, value in wanted.items():
            setattr(self, name, entities if name == "entities" else value)


def complete(entity, number):
    if not isinstance(entity, dict) or not {"guid", "name"} <= set(entity):
        raise ValueError("an entity has at least a guid and a name")
    identifier = entity.get("applicationId", 1000 + number)
    filled = {"domain": "APM", "type": "APPLICATION", "accountId": 1, "reporting": True, "tags": [],
              "applicationId": identifier, "domainId": str(identifier), **entity}
    filled.setdefault("permalink", f"https://one.newrelic.com/redirect/entity/{filled['guid']}")
    return filled


class NewRelic:
    control_path = "/_sink/newrelic"

    def __init__(self, recorder):
        self.reset()

    def reset(self):
        self.state = State()

    def inspect(self, request, record):
        pass

    def answer(self, request, record):
        graphql = request.path == "/graphql"
        if not graphql and not request.path.startswith("/v2/applications"):
            return None
        if request.header("Api-Key") not in self.state.api_keys:
            return self.bad_key(request, graphql)
        handler = nerdgraph if graphql else rest_v2
        return handler.answer(self.state, request, record["sequence"])

    def bad_key(self, request, graphql):
        """One body for a missing and for a wrong key, as quoted in newrelic-client-go pull request
        603; its client expects HTTP 401 and, failing that, looks for BAD_API_KEY. REST v2: the
        body in its internal/http/client_test.go."""
        if graphql:
            return Answer.of_json({"errors": [{
                "extensions": {"error_code": "BAD_API_KEY"},
                "message": "Bad API Key or no API Key provided"}]}, self.state.bad_key_status)
        title = "The API key provided is invalid" if request.header("Api-Key") else "No API key specified"
        return rest_v2.error(401, title)

    def control(self, method, body):
        if method == "POST":
            if not isinstance(body, dict):
                raise ValueError("expected a JSON object")
            self.state.change(body)
        elif method == "DELETE":
            self.state.events.clear()
        return 200, self.state.describe()
