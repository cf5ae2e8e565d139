// Complaints about a brand go to its own desk.

const NAMES = ["brand", "department"];
let settings;

export const routingPolicy = {
  // Called once in every instance, before anything else.
  configure(json) {
    settings = JSON.parse(json);
    const expected = "a known name: `brand` or `department`";
    const unknown = Object.keys(settings).filter((setting) => !NAMES.includes(setting));
    if (unknown.length > 0) throw unknown.map((setting) => ({ setting, expected }));
    const isName = (setting) => typeof settings[setting] === "string" && settings[setting] !== "";
    const faults = NAMES.filter((setting) => !isName(setting)).map((setting) => ({ setting, expected: "a name" }));
    if (faults.length > 0) throw faults;
  },

  // One route for each case, in the same order; null where the policy does not know.
  route(cases) {
    return cases.map(({ attributes }) => {
      const brand = attributes.find(([name]) => name === "brand")?.[1];
      if (brand?.val !== settings.brand) return null;
      return { department: settings.department, role: "desk", priority: null, because: [["brand", brand.val]] };
    });
  },
};
