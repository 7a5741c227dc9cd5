/** For `new InMemoryCache({ typePolicies })`. */
export declare const typePolicies: Record<
  string,
  { fields: { withheld: { merge(existing: readonly string[] | undefined, incoming: readonly string[]): string[] } } }
>;
