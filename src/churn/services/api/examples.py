"""Examples of answers, made of those that the response models give of themselves and of their fields."""

from typing import Any

Schema = dict[str, Any]

OWN = ("const", "default")
"""What a schema without an example says of what may stand there."""
NULL = {"type": "null"}
NONE: Any = object()
"""Stands for a part that says nothing of itself; an example leaves it out."""


def complete(told: Schema) -> None:
    """Put an example beside every JSON answer that succeeds, and into each schema that it is made of."""
    made = _Made(told["components"]["schemas"])
    for operations in told["paths"].values():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                media = response.get("content", {}).get("application/json")
                if status.startswith("2") and media is not None and not {"example", "examples"} & set(media):
                    media.update(made.beside(media["schema"]))


class _Made:
    """Examples of the schemas that have names, each made once."""

    def __init__(self, schemas: dict[str, Schema]) -> None:
        self._schemas, self._done = schemas, set[str]()

    def beside(self, schema: Schema) -> Schema:
        """Spell the example of an answer, or one of each kind that it may be of."""
        kinds = [one["$ref"].rpartition("/")[2] for one in schema.get("anyOf", ()) if "$ref" in one]
        if not kinds:
            return {"example": self.of(schema)}
        return {"examples": {kind: {"value": self._named(kind)} for kind in kinds}}

    def of(self, schema: Schema) -> Any:
        """Give a schema's own example, or one of its parts; what it says of itself counts before its parts."""
        if "examples" in schema:
            return schema["examples"][0]
        if "properties" in schema:
            return self._object(schema)
        if "example" in schema:
            return schema["example"]
        if "$ref" in schema:
            return self._named(schema["$ref"].rpartition("/")[2])
        own = next((schema[word] for word in OWN if word in schema), NONE)
        return self._parts(schema) if own is NONE else own

    def _named(self, name: str) -> Any:
        schema = self._schemas[name]
        if name not in self._done:
            schema["example"] = self.of(schema)
            self._done.add(name)
        return schema["example"]

    def _object(self, schema: Schema) -> Schema:
        """Complete what a model shows of itself by what its fields show."""
        shown: Schema = schema.get("example", {})
        parts = {name: shown[name] if name in shown else self.of(part) for name, part in schema["properties"].items()}
        return {name: part for name, part in parts.items() if part is not NONE} | shown

    def _parts(self, schema: Schema) -> Any:
        if "anyOf" in schema:
            found = self.of(schema["anyOf"][0])
            return None if found is NONE and NULL in schema["anyOf"] else found
        if "items" not in schema:
            return NONE
        one = self.of(schema["items"])
        return NONE if one is NONE else [one]
