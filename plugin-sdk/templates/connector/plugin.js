// A web chat: {"id", "session", "speaker", "text"} becomes a turn; a notification is posted to one address.

const FIELDS = ["id", "session", "speaker", "text"];
let url = "";

const bytes = (text) => Uint8Array.from(unescape(encodeURIComponent(text)), (char) => char.charCodeAt(0));
const text = (bytes) => decodeURIComponent(escape(String.fromCharCode(...bytes)));
const done = (tag, val) => ({ tag: "done", val: { tag, val } });

export const connector = {
  // Called once in every instance, before anything else.
  configure(settings) {
    const { url: address = "", ...unknown } = JSON.parse(settings);
    const faults = Object.keys(unknown).map((setting) => ({ setting, expected: "a known name: `url`" }));
    if (typeof address !== "string") faults.push({ setting: "url", expected: "a text" });
    if (faults.length > 0) throw faults;
    url = address;
  },

  // One message into drafts; what cannot be understood is thrown, with where and what was expected.
  receive({ body }) {
    const said = JSON.parse(text(body));
    for (const at of FIELDS) if (typeof said[at] !== "string") throw { at, expected: "a text" };
    const data = JSON.stringify({ speaker: said.speaker, text: said.text });
    const subject = `contact/${said.session}`;
    const draft = { id: said.id, type: "plaint.turn.said", subject, timeMs: null, revision: 0, backfill: false, data };
    return { drafts: [draft], reply: null };
  },

  // What the host is to do, and what must be remembered until the answer comes.
  deliver({ id, body }) {
    const request = { method: "POST", url, headers: [["idempotency-key", id]], body: bytes(body) };
    return { tag: "ask", val: [{ tag: "fetch", val: request }, new Uint8Array()] };
  },

  // Called with the answer, in a fresh instance.
  resume(state, { tag, val }) {
    if (tag === "unreachable" || (tag === "fetched" && val.status >= 500)) return done("retry-after", null);
    if (tag === "fetched") return val.status < 300 ? done("delivered") : done("refused", String(val.status));
    return done("refused", tag === "refused" ? val : "nothing else was asked for");
  },
};
