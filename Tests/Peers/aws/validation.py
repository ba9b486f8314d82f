"""Strict validation of an input against its model.

AWS ignores members it doesn't know; here they are refused, because in a client under test they
are a misspelling. botocore's own validator knows no enums, upper limits or patterns.
"""

import base64
import re

from .errors import AwsError, refusal

KINDS = {
    "string": str,
    "structure": dict,
    "map": dict,
    "list": list,
    "boolean": bool,
    "integer": int,
    "long": int,
    "float": (int, float),
    "double": (int, float),
    "timestamp": (int, float),
    "blob": str,
}
WORDS = {str: "STRING_VALUE", bool: "TRUE_VALUE", int: "NUMBER_VALUE", float: "NUMBER_VALUE", list: "list", dict: "map"}

# CodeDeploy has an exception of its own for what it requires.
CODEDEPLOY_REQUIRED = {
    "applicationName": "ApplicationNameRequiredException",
    "applicationNames": "ApplicationNameRequiredException",
    "deploymentGroupName": "DeploymentGroupNameRequiredException",
    "deploymentGroupNames": "DeploymentGroupNameRequiredException",
    "deploymentId": "DeploymentIdRequiredException",
    "deploymentIds": "DeploymentIdRequiredException",
    "targetIds": "DeploymentTargetIdRequiredException",
    "serviceRoleArn": "RoleRequiredException",
    "revision": "RevisionRequiredException",
}


def check_types(call):
    if call.model is not None and call.model.input_shape is not None:
        problems(call.model.input_shape, call.input)


def validate_call(call):
    if call.model is None or call.model.input_shape is None:
        return
    shape = call.model.input_shape
    if call.service == "codedeploy":
        for name in shape.required_members:
            if call.input.get(name) is None and name in CODEDEPLOY_REQUIRED:
                raise AwsError(CODEDEPLOY_REQUIRED[name], f"The parameter {name} is required.")
    found = problems(shape, call.input)
    if found:
        noun = "error" if len(found) == 1 else "errors"
        raise refusal("validation", f"{len(found)} validation {noun} detected: {'; '.join(found)}")


def problems(shape, value):
    """What is wrong with a value's content; a wrong type is a SerializationException at once."""
    found = []
    walk(shape, value, "", found)
    return found


def walk(shape, value, path, found):
    if value is None or getattr(shape, "is_document_type", False):
        return
    kind = KINDS[shape.type_name]
    wrong = not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool)
    if wrong:
        what = WORDS.get(type(value), type(value).__name__)
        raise refusal("serialization", f"{what} can not be converted to a {shape.type_name} at '{path}'")
    if shape.type_name == "structure":
        members = {member.serialization.get("name", name): member for name, member in shape.members.items()}
        members.update(shape.members)
        for name in shape.required_members:
            if value.get(name) is None and value.get(shape.members[name].serialization.get("name")) is None:
                fail(found, None, join(path, name), "Member must not be null")
        for name, item in value.items():
            if name not in members:
                fail(found, item, join(path, name), "Member is not known")
            else:
                walk(members[name], item, join(path, name), found)
    elif shape.type_name == "list":
        for number, item in enumerate(value, 1):
            if item is None:
                fail(found, item, f"{path}.{number}.member", "Member must not be null")
            walk(shape.member, item, f"{path}.{number}.member", found)
    elif shape.type_name == "map":
        for key, item in value.items():
            walk(shape.key, key, f"{path}.key", found)
            walk(shape.value, item, join(path, key), found)
    limits(shape, value, path, found)


def limits(shape, value, path, found):
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if shape.type_name in ("string", "list", "map", "blob"):
        size = len(base64.b64decode(value)) if shape.type_name == "blob" else len(value)
        if low is not None and size < low:
            fail(found, value, path, f"Member must have length greater than or equal to {low}")
        if high is not None and size > high:
            fail(found, value, path, f"Member must have length less than or equal to {high}")
    elif shape.type_name in ("integer", "long", "float", "double"):
        if low is not None and value < low:
            fail(found, value, path, f"Member must have value greater than or equal to {low}")
        if high is not None and value > high:
            fail(found, value, path, f"Member must have value less than or equal to {high}")
    if shape.type_name == "string":
        if shape.enum and value not in shape.enum:
            fail(found, value, path, f"Member must satisfy enum value set: [{', '.join(shape.enum)}]")
        pattern = shape.metadata.get("pattern")
        if pattern and not matches(pattern, value):
            fail(found, value, path, f"Member must satisfy regular expression pattern: {pattern}")


def matches(pattern, value):
    try:
        return re.fullmatch(pattern, value) is not None
    except re.error:  # Java's dialect; AWS's own clients don't check these either
        return True


def join(path, name):
    return f"{path}.{name}" if path else name


def fail(found, value, path, constraint):
    shown = "null" if value is None else f"'{value}'"
    found.append(f"Value {shown} at '{path}' failed to satisfy constraint: {constraint}")
