"""The customer wrote several times in a row without an answer."""

import json
from itertools import takewhile

from componentize_py_types import Err
from wit_world.exports.alert_rule import Fault, Verdict


class AlertRule:
    # Called once in every instance, before anything else.
    def configure(self, settings):
        given = {"at_least": 3, **json.loads(settings)}
        faults = [Fault(name, "a known name: `at_least`") for name in given if name != "at_least"]
        if not isinstance(given["at_least"], (int, float)):
            faults.append(Fault("at_least", "a whole number, 0 or more"))
        elif given["at_least"] < 1:
            faults.append(Fault("at_least", "1 or more"))
        if faults:
            raise Err(faults)
        AlertRule.at_least = given["at_least"]

    # One verdict for each contact, in the same order.
    def evaluate(self, contacts):
        return [self.verdict(contact.turns) for contact in contacts]

    def verdict(self, turns):
        run = len(list(takewhile(lambda turn: turn.speaker == "customer", reversed(turns))))
        return Verdict(fire=run >= AlertRule.at_least, score=float(run), because=[], spans=[], near=None)
