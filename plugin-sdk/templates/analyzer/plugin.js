// Hears who is in a hurry.

const WORDS = ["马上", "赶紧", "right now"];

export const analyzer = {
  // Called once in every instance, before anything else. It can be told nothing.
  configure(settings) {
    const unknown = Object.keys(JSON.parse(settings));
    if (unknown.length > 0) throw unknown.map((setting) => ({ setting, expected: "nothing: no name is known here" }));
  },

  // One reading for each text, in the same order.
  read(texts) {
    return texts.map(({ speaker, text }) => {
      const hurried = speaker === "customer" && WORDS.some((word) => text.includes(word));
      return { sentiment: null, labels: hurried ? [["hurried", 0.7]] : [], language: null };
    });
  },
};
