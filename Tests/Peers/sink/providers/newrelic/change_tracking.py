"""What the two change-tracking mutations accept and refuse.

Rules from docs.newrelic.com/docs/change-tracking/config/nerdgraph and from the field descriptions
in newrelic-client-go (see schema.graphql). The wording of refusals is only known for the time
("... not be more than 24 hours", its integration tests); the rest of the texts are the sink's own.
"""

import time
import uuid

DAY_IN_MILLISECONDS = 24 * 60 * 60 * 1000
LONGEST_TEXT = 4095  # "Text fields must be less than 4,096 characters"

# Documented as restricted names for custom attributes. Whether NerdGraph refuses or drops them is
# not; refusing shows the client's mistake.
RESERVED_ATTRIBUTES = frozenset("""
    accountId ago and appID as auto begin begintime category categoryType changeTrackingId compare
    customAttributes customType day days description end endtime entity.domain entity.guid
    entity.name entity.type entityGuid entityName explain eventType facet from fb.input groupId
    hostname hour hours in is like limit log minute minutes month months not null offset or
    plugin.type raw second seconds select since timeseries timestamp type until user week weeks
    where with
""".split())


class Refused(Exception):
    pass


def create_event(data, flags, find, category_types):
    """(event, messages). `find` gives the entities that a query matches."""
    texts = Texts(flags)
    entities = find(data["entitySearch"]["query"])
    if len(entities) != 1:
        names = ", ".join(f"{each['name']} ({each['guid']})" for each in entities[:10])
        raise Refused("entitySearch.query must match exactly one entity, but it matched "
                      + (f"{len(entities)}: {names}" if entities else "none"))
    kind = data["categoryAndTypeData"]["kind"]
    fields = data["categoryAndTypeData"].get("categoryFields") or {}
    category, category_and_type = standard_kind(kind, flags, category_types)
    attributes = data.get("customAttributes")
    for name in attributes or {}:
        if name in RESERVED_ATTRIBUTES:
            raise Refused(f"customAttributes: the name '{name}' is reserved")
    event = {
        "__typename": "ChangeTrackingGenericEvent",
        "category": kind["category"],
        "type": kind["type"],
        "categoryAndType": category_and_type,
        "changeTrackingId": str(uuid.uuid4()),
        "customAttributes": attributes,
        "entity": entities[0],
        "timestamp": moment(data.get("timestamp")),
    }
    for name in ("description", "groupId", "shortDescription", "user"):
        event[name] = texts.fit(name, data.get(name))
    if category == "DEPLOYMENT":
        event.update(deployment_fields(fields, texts), __typename="ChangeTrackingDeploymentEvent")
    if category == "FEATURE_FLAG":
        if not fields.get("featureFlag"):
            raise Refused("categoryFields.featureFlag is mandatory for the category FEATURE_FLAG")
        event.update(fields["featureFlag"], __typename="ChangeTrackingFeatureFlagEvent")
    return event, texts.messages


def standard_kind(kind, flags, category_types):
    """"Blue Green", "blue_green" and "BLUE_GREEN" are one: the documentation uses all three."""
    category, type_ = (kind[name].strip().upper().replace(" ", "_") for name in ("category", "type"))
    if f"{category}__{type_}" in category_types:
        return category, f"{category}__{type_}"
    if "ALLOW_CUSTOM_CATEGORY_OR_TYPE" not in flags:
        raise Refused(f"category '{kind['category']}' with type '{kind['type']}' is not a standard "
                      "combination; set the validation flag ALLOW_CUSTOM_CATEGORY_OR_TYPE")
    return category, "CUSTOMER_DEFINED__CUSTOM"


def deployment_fields(fields, texts):
    deployment = fields.get("deployment")
    if not deployment:
        raise Refused("categoryFields.deployment is mandatory for the category DEPLOYMENT")
    if not deployment["version"].strip():
        raise Refused("categoryFields.deployment.version is empty")
    return {name: texts.fit(name, deployment.get(name))
            for name in ("version", "changelog", "commit", "deepLink")}


def create_deployment(data, flags, entity_of):
    if entity_of(data["entityGuid"]) is None:
        raise Refused(f"no entity with the guid '{data['entityGuid']}'")
    if not data["version"].strip():
        raise Refused("version is empty")
    texts = Texts(flags)
    deployment = {"deploymentId": str(uuid.uuid4()), "entityGuid": data["entityGuid"],
                  "deploymentType": data.get("deploymentType") or "BASIC",
                  "timestamp": moment(data.get("timestamp"))}
    for name in ("changelog", "commit", "deepLink", "description", "groupId", "user", "version"):
        deployment[name] = texts.fit(name, data.get(name))
    return deployment


def moment(milliseconds):
    now = int(time.time() * 1000)
    if milliseconds is None:
        return now
    if abs(milliseconds - now) > DAY_IN_MILLISECONDS:
        raise Refused("The timestamp must not be more than 24 hours before or after the current time")
    return milliseconds


class Texts:
    """Long texts: cut with an ellipsis, or refused where FAIL_ON_FIELD_LENGTH asks for that."""

    def __init__(self, flags):
        self.fail = "FAIL_ON_FIELD_LENGTH" in flags
        self.messages = []

    def fit(self, name, text):
        if text is None or len(text) <= LONGEST_TEXT:
            return text
        if self.fail:
            raise Refused(f"{name} is longer than {LONGEST_TEXT} characters")
        self.messages.append(f"{name} was cut to {LONGEST_TEXT} characters")
        return text[: LONGEST_TEXT - 1] + "…"
