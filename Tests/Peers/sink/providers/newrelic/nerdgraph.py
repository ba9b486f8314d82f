"""POST /graphql: the schema, executed."""

import json
import os

from graphql import GraphQLError, build_schema, graphql_sync, value_from_ast_untyped
from graphql.language import IntValueNode

from ...wire import Answer
from . import change_tracking, entity_query

PAGE = 200  # entities in one page of results

with open(os.path.join(os.path.dirname(__file__), "schema.graphql"), encoding="utf-8") as file:
    SCHEMA = build_schema(file.read())


def refusal(text):
    # errorClass is where NerdGraph says what kind of error it is; its own client reads it there
    # (newrelic-client-go, internal/http/graphql.go).
    return GraphQLError(text, extensions={"errorClass": "INVALID_INPUT"})


def whole_number(value):
    if isinstance(value, bool) or not isinstance(value, int):
        raise GraphQLError(f"EpochMilliseconds is a whole number, not {value!r}")
    return value


def whole_number_literal(node, _variables=None):
    if not isinstance(node, IntValueNode):
        raise GraphQLError("EpochMilliseconds is a whole number", nodes=node)
    return int(node.value)


def attributes(value):
    """"Attribute values can be of type string, boolean, or number" (newrelic-client-go)."""
    if not isinstance(value, dict):
        raise GraphQLError("customAttributes is a map of names to values")
    for name, each in value.items():
        if not isinstance(each, (str, bool, int, float)):
            raise GraphQLError(f"customAttributes: '{name}' is no string, boolean or number")
    return value


def text(value):
    if not isinstance(value, str):
        raise GraphQLError(f"EntityGuid is a string, not {value!r}")
    return value


SCHEMA.type_map["EpochMilliseconds"].parse_value = whole_number
SCHEMA.type_map["EpochMilliseconds"].parse_literal = whole_number_literal
SCHEMA.type_map["EntityGuid"].parse_value = text
SCHEMA.type_map["ChangeTrackingRawCustomAttributesMap"].parse_value = attributes
SCHEMA.type_map["ChangeTrackingRawCustomAttributesMap"].parse_literal = \
    lambda node, variables=None: attributes(value_from_ast_untyped(node, variables))


class NerdGraph:
    """One request's root value: its methods are the resolvers of the schema's root fields."""

    def __init__(self, state, sequence):
        self.state, self.sequence = state, sequence

    def find(self, query):
        try:
            return entity_query.search(query, self.state.entities)
        except entity_query.BadQuery as error:
            raise refusal(str(error))

    def actor(self, _info):
        return {"user": {"id": 1, "name": "Peer", "email": "peer@example.com"},
                "entity": lambda _info, guid: kind(self.state.entity(guid), ""),
                "entitySearch": self.entity_search}

    def entity_search(self, _info, query=None, options=None):
        if query is None:
            raise refusal("entitySearch needs a query")
        found = self.find(query)
        limit = (options or {}).get("limit") or PAGE

        def results(_info, cursor=None):
            start = int(cursor) if cursor and cursor.isdigit() else 0
            more = start + limit < len(found)
            return {"entities": [kind(each, "Outline") for each in found[start:start + limit]],
                    "nextCursor": str(start + limit) if more else None}

        return {"count": len(found), "query": query, "results": results}

    def changeTrackingCreateEvent(self, _info, changeTrackingEvent, dataHandlingRules=None):
        try:
            event, messages = change_tracking.create_event(
                changeTrackingEvent, flags(dataHandlingRules), self.find,
                SCHEMA.type_map["ChangeTrackingCategoryType"].values)
        except change_tracking.Refused as error:
            if self.state.refusals == "messages":
                return {"changeTrackingEvent": None, "messages": [str(error)]}
            raise refusal(str(error))
        self.state.accept("changeTrackingCreateEvent", self.sequence, event)
        return {"changeTrackingEvent": {**event, "entity": kind(event["entity"], "Outline")},
                "messages": messages}

    def changeTrackingCreateDeployment(self, _info, deployment, dataHandlingRules=None):
        try:
            made = change_tracking.create_deployment(
                deployment, flags(dataHandlingRules), self.state.entity)
        except change_tracking.Refused as error:
            raise refusal(str(error))
        entity = self.state.entity(made["entityGuid"])
        self.state.accept("changeTrackingCreateDeployment", self.sequence, {**made, "entity": entity})
        return made


def flags(rules):
    return (rules or {}).get("validationFlags") or []


def kind(entity, suffix):
    if entity is None:
        return None
    name = "ApmApplicationEntity" if entity["domain"] == "APM" else "GenericEntity"
    return {**entity, "__typename": name + suffix}


def answer(state, request, sequence):
    if request.method != "POST":
        return Answer.of_json(failed("NerdGraph is asked with POST"), 405)
    if not (request.header("Content-Type") or "").lower().startswith("application/json"):
        # The documentation's calls all say so; a client that forgets it sends a form.
        return Answer.of_json(failed("Content-Type must be application/json"), 400)
    try:
        question = json.loads(request.body)
        query = question["query"]
        if not isinstance(query, str) or not isinstance(question.get("variables") or {}, dict):
            raise TypeError
    except (ValueError, KeyError, TypeError):
        return Answer.of_json(failed('the body is not JSON with a "query" and "variables"'), 400)
    result = graphql_sync(SCHEMA, query, NerdGraph(state, sequence),
                          variable_values=question.get("variables"),
                          operation_name=question.get("operationName"))
    formatted = result.formatted
    if result.data is None and all(error.path is None for error in result.errors or []):
        formatted.pop("data", None)  # never executed: GraphQL leaves data out then
    return Answer.of_json(formatted)


def failed(message):
    return {"errors": [{"message": message}]}
