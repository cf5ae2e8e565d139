"""A web chat: {"id", "session", "speaker", "text"} becomes a turn; a notification is posted to one address."""

import json

from componentize_py_types import Err
from wit_world.exports import connector as plaint

FIELDS = ["id", "session", "speaker", "text"]


class Connector:
    # Called once in every instance, before anything else.
    def configure(self, settings):
        given = json.loads(settings)
        faults = [plaint.Fault(name, "a known name: `url`") for name in given if name != "url"]
        Connector.url = given.get("url", "")
        if not isinstance(Connector.url, str):
            faults.append(plaint.Fault("url", "a text"))
        if faults:
            raise Err(faults)

    # One message into drafts; what cannot be understood is raised, with where and what was expected.
    def receive(self, message):
        said = json.loads(message.body)
        for at in FIELDS:
            if not isinstance(said.get(at), str):
                raise Err(plaint.Refusal(at, "a text"))
        data = json.dumps({"speaker": said["speaker"], "text": said["text"]}, ensure_ascii=False)
        subject = "contact/" + said["session"]
        draft = plaint.Draft(said["id"], "plaint.turn.said", subject, time_ms=None, revision=0, backfill=False, data=data)
        return plaint.Received(drafts=[draft], reply=None)

    # What the host is to do, and what must be remembered until the answer comes.
    def deliver(self, delivery):
        headers = [("idempotency-key", delivery.id)]
        request = plaint.Request("POST", self.url, headers, delivery.body.encode())
        return plaint.Progress_Ask((plaint.Need_Fetch(request), b""))

    # Called with the answer, in a fresh instance.
    def resume(self, state, answer):
        return plaint.Progress_Done(self.ended(answer))

    def ended(self, answer):
        match answer:
            case plaint.Answer_Fetched(response) if response.status < 300:
                return plaint.Delivered_Delivered()
            case plaint.Answer_Fetched(response) if response.status < 500:
                return plaint.Delivered_Refused(str(response.status))
            case plaint.Answer_Fetched(_) | plaint.Answer_Unreachable(_):
                return plaint.Delivered_RetryAfter(None)
            case plaint.Answer_Refused(why):
                return plaint.Delivered_Refused(why)
            case _:
                return plaint.Delivered_Refused("nothing else was asked for")
