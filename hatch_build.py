"""Build hook: ships specs/ and schemas/ in the wheel; an editable install takes the checkout's own."""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class BundleData(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version != "editable":
            build_data["force_include"].update({"specs": "aioc/specs", "schemas": "aioc/schemas"})
