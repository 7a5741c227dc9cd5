// What Apollo Client's cache has to know of lists: each of them grows by the page that was asked for last, and one with
// another filter or order is another list. Of `withheld` it has to know nothing: it is the same whatever was selected.
import { relayStylePagination } from "@apollo/client/utilities";
import { lists } from "./generated/cache.js";

const policies = (fields) =>
  Object.fromEntries(Object.entries(fields).map(([name, keys]) => [name, relayStylePagination(keys)]));

export const typePolicies = Object.fromEntries(
  Object.entries(lists).map(([type, fields]) => [type, { fields: policies(fields) }]),
);
