import type { TypePolicies } from "@apollo/client";

/** For `new InMemoryCache({ typePolicies })`. */
export declare const typePolicies: TypePolicies;
