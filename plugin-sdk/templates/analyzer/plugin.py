"""Hears who is in a hurry."""

import json

from componentize_py_types import Err
from wit_world.exports.analyzer import Fault, Reading

WORDS = ["马上", "赶紧", "right now"]


class Analyzer:
    # Called once in every instance, before anything else. It can be told nothing.
    def configure(self, settings):
        faults = [Fault(name, "nothing: no name is known here") for name in json.loads(settings)]
        if faults:
            raise Err(faults)

    # One reading for each text, in the same order.
    def read(self, texts):
        return [Reading(sentiment=None, labels=self.labels(text), language=None) for text in texts]

    def labels(self, text):
        hurried = text.speaker == "customer" and any(word in text.text for word in WORDS)
        return [("hurried", 0.7)] if hurried else []
