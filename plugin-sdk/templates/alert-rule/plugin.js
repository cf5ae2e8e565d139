// The customer wrote several times in a row without an answer.

let atLeast;

export const alertRule = {
  // Called once in every instance, before anything else.
  configure(settings) {
    const { at_least = 3, ...unknown } = JSON.parse(settings);
    const faults = Object.keys(unknown).map((setting) => ({ setting, expected: "a known name: `at_least`" }));
    if (typeof at_least !== "number") faults.push({ setting: "at_least", expected: "a whole number, 0 or more" });
    else if (at_least < 1) faults.push({ setting: "at_least", expected: "1 or more" });
    if (faults.length > 0) throw faults;
    atLeast = at_least;
  },

  // One verdict for each contact, in the same order.
  evaluate(contacts) {
    return contacts.map(({ turns }) => {
      const answered = turns.findLastIndex((turn) => turn.speaker !== "customer");
      const run = turns.length - 1 - answered;
      return { fire: run >= atLeast, score: run, because: [], spans: [], near: null };
    });
  },
};
