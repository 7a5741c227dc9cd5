// What Apollo Client's cache has to know of `withheld`. It keeps one copy of each object, and `withheld` names only
// what the latest operation asked for. Replaced instead of merged, a list of cases would make a case file that is open
// show *unknown* where it should show *withheld*.
const merge = (existing = [], incoming) => [...new Set([...existing, ...incoming])];
const governed = [
  "Case",
  "Consent",
  "Exploitation",
  "Individual",
  "Narrative",
  "NarrativePassage",
  "Referral",
  "Trafficker",
  "TraffickerInvolvement",
  "TraffickingEpisode",
];

export const typePolicies = Object.fromEntries(governed.map((type) => [type, { fields: { withheld: { merge } } }]));
