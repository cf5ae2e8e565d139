"""Complaints about a brand go to its own desk."""

import json

from componentize_py_types import Err
from wit_world.exports.routing_policy import Fault, Routed, Value_Text

NAMES = ["brand", "department"]


def is_name(value):
    return isinstance(value, str) and value != ""


class RoutingPolicy:
    # Called once in every instance, before anything else.
    def configure(self, settings):
        given = json.loads(settings)
        faults = [Fault(name, "a known name: `brand` or `department`") for name in given if name not in NAMES]
        faults = faults or [Fault(name, "a name") for name in NAMES if not is_name(given.get(name))]
        if faults:
            raise Err(faults)
        RoutingPolicy.settings = given

    # One route for each case, in the same order; None where the policy does not know.
    def route(self, cases):
        return [self.routed(case) for case in cases]

    def routed(self, case):
        brand = self.settings["brand"]
        if ("brand", Value_Text(brand)) not in case.attributes:
            return None
        return Routed(self.settings["department"], role="desk", priority=None, because=[("brand", brand)])
