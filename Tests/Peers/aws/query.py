"""The query protocol's flat parameters as the nested input that the model describes."""

import base64
import binascii
from datetime import datetime

from .errors import refusal


def parse_query(pairs, shape):
    fields = {}
    for key, value in pairs:
        if key in fields:
            raise refusal("serialization", f"Parameter {key} is given twice.")
        if key not in ("Action", "Version"):
            fields[key] = value
    used = set()
    result = read(shape, "", fields, used) if shape is not None else {}
    unknown = sorted(set(fields) - used)
    if unknown:
        raise refusal("validation", f"Unknown parameter: {', '.join(unknown)}")
    return result or {}


def present(prefix, fields):
    return any(key == prefix or key.startswith(prefix + ".") for key in fields)


def read(shape, prefix, fields, used):
    if shape.type_name == "structure":
        value = {}
        for name, member in shape.members.items():
            wire = member.serialization.get("name", name)
            if member.type_name == "list" and member.serialization.get("flattened"):
                wire = member.member.serialization.get("name", wire)
            path = f"{prefix}.{wire}" if prefix else wire
            if present(path, fields):
                value[name] = read(member, path, fields, used)
        return value
    if shape.type_name == "list":
        if fields.get(prefix) == "":  # how an empty list is written
            used.add(prefix)
            return []
        flattened = shape.serialization.get("flattened")
        item = prefix if flattened else f"{prefix}.{shape.member.serialization.get('name', 'member')}"
        return [read(shape.member, path, fields, used) for path in numbered(item, fields)]
    if shape.type_name == "map":
        entry = prefix if shape.serialization.get("flattened") else f"{prefix}.entry"
        key, value = (part.serialization.get("name", default)
                      for part, default in ((shape.key, "key"), (shape.value, "value")))
        return {
            read(shape.key, f"{path}.{key}", fields, used): read(shape.value, f"{path}.{value}", fields, used)
            for path in numbered(entry, fields)
        }
    used.add(prefix)
    return scalar(shape, prefix, fields.get(prefix))


def numbered(prefix, fields):
    number = 1
    while present(f"{prefix}.{number}", fields):
        yield f"{prefix}.{number}"
        number += 1


def scalar(shape, prefix, text):
    try:
        if text is None:
            return None
        if shape.type_name in ("integer", "long"):
            return int(text)
        if shape.type_name in ("float", "double"):
            return float(text)
        if shape.type_name == "boolean":
            return {"true": True, "false": False}[text]
        if shape.type_name == "timestamp":
            return datetime.fromisoformat(text).timestamp()
        if shape.type_name == "blob":
            base64.b64decode(text, validate=True)
    except (ValueError, KeyError, binascii.Error):
        raise refusal("serialization", f"'{text}' is not a {shape.type_name} at {prefix}.") from None
    return text
